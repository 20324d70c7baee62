import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A TOTP step at or before `lastStep` is never accepted again.
 * - A try is spent before it is evaluated, so that no burst gets more tries than there are.
 * - Counters only count; a window that is over begins anew, and a lock ends by itself.
 */

export const factors = sqliteTable("identity_factors", {
  userId: text().primaryKey(),
  /** Encrypted; null until the first code has proven that the owner holds it. */
  secret: text(),
  confirmedAt: integer(),
  /** A secret that is being set up, encrypted; inert until it is confirmed. */
  pendingSecret: text(),
  pendingAt: integer(),
  lastStep: integer().notNull().default(0),
  /** Wrong codes in a row, over all challenges. */
  failures: integer().notNull().default(0),
  lockedUntil: integer().notNull().default(0),
});

export const recoveryCodes = sqliteTable(
  "identity_recovery_codes",
  { userId: text().notNull(), codeHash: text().notNull(), createdAt: integer().notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
);

/** A sign-in whose password was right and whose second factor is awaited. */
export const challenges = sqliteTable(
  "identity_challenges",
  {
    tokenHash: text().primaryKey(),
    userId: text().notNull(),
    tries: integer().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    index("identity_challenges_user").on(table.userId),
    index("identity_challenges_age").on(table.expiresAt),
    check("identity_challenge_tries", sql`tries between 0 and 5`),
  ],
);

export const smsCodes = sqliteTable(
  "identity_sms_codes",
  {
    phone: text().notNull(),
    purpose: text({ enum: ["sign_in", "phone_change"] }).notNull(),
    /** The user whose phone is being changed; empty at sign-in. */
    owner: text().notNull(),
    /** Keyed, since a plain hash of six digits is no secret. */
    codeHash: text().notNull(),
    tries: integer().notNull(),
    sentAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.phone, table.purpose, table.owner] }),
    index("identity_sms_codes_age").on(table.expiresAt),
    check("identity_sms_code_tries", sql`tries between 0 and 5`),
  ],
);

/** What is counted against guessing and against cost, by a keyed hash of what it is counted for. */
export const counters = sqliteTable(
  "identity_counters",
  {
    key: text().primaryKey(),
    /** What all counters of one account are found by. */
    subject: text(),
    count: integer().notNull(),
    startedAt: integer().notNull(),
    lockedUntil: integer().notNull().default(0),
    /** Locks in a row; each lasts twice as long as the one before. */
    locks: integer().notNull().default(0),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("identity_counters_subject").on(table.subject),
    index("identity_counters_age").on(table.updatedAt),
    check("identity_counter_count", sql`count >= 0 and locks >= 0`),
  ],
);
