import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A session is a family of refresh tokens, of which one is live: the one of `generation`, whose hash stands here.
 * - A session that has ended never lives again, and its level (`mfa`) rises only by a proof.
 * - Private signing keys are encrypted; a key verifies until the last token that it signed has died.
 * - A key of the API can do what its scopes say and never more; it is gone the moment `revokedAt` is past.
 */

export const sessions = sqliteTable(
  "identity_sessions",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    /** `bearer` sessions hold tokens, `cookie` sessions belong to pages served by the Worker. */
    kind: text({ enum: ["bearer", "cookie"] }).notNull(),
    /** SHA-256 of the live refresh token, or of the cookie. */
    secretHash: text().notNull(),
    generation: integer().notNull(),
    /** When the live token was made. */
    rotatedAt: integer().notNull(),
    mfa: integer({ mode: "boolean" }).notNull(),
    /** Begun under circumstances so unlike the owner's that money waits for a step-up. */
    suspect: integer({ mode: "boolean" }).notNull(),
    raisedUntil: integer().notNull(),
    device: text(),
    deviceHash: text(),
    ip: text(),
    country: text(),
    createdAt: integer().notNull(),
    lastSeenAt: integer().notNull(),
    /** The end that no refresh moves. */
    expiresAt: integer().notNull(),
    endedAt: integer(),
    endReason: text(),
  },
  (table) => [
    index("identity_sessions_user").on(table.userId, table.id),
    index("identity_sessions_age").on(table.expiresAt),
    check("identity_session_kind", sql`kind in ('bearer', 'cookie')`),
  ],
);

export const devices = sqliteTable(
  "identity_devices",
  {
    userId: text().notNull(),
    deviceHash: text().notNull(),
    label: text(),
    country: text(),
    firstSeenAt: integer().notNull(),
    lastSeenAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.deviceHash] })],
);

export const signingKeys = sqliteTable("identity_signing_keys", {
  id: text().primaryKey(),
  publicKey: text().notNull(),
  /** Encrypted. */
  privateKey: text().notNull(),
  createdAt: integer().notNull(),
  /** From when on it signs; it is published before. */
  activeFrom: integer().notNull(),
});

export const apiKeys = sqliteTable(
  "identity_api_keys",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    /** What is shown of the key. */
    prefix: text().notNull(),
    keyHash: text().notNull().unique(),
    scopes: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer(),
    /** From when on it is refused; in the future while a rotation gives it grace. */
    revokedAt: integer(),
    lastUsedAt: integer(),
    lastIp: text(),
  },
  (table) => [index("identity_api_keys_user").on(table.userId, table.id)],
);
