import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - An e-mail address or phone number that stands in a user's row was proven by its owner, and belongs to one user.
 * - A registration is nobody's account: it becomes one when its address is proven, and then every other registration
 *   for that address is gone.
 * - Of one-time secrets only hashes are kept, one live secret for each user and purpose.
 * - A security event is only added, and names no secret.
 */

export const users = sqliteTable(
  "identity_users",
  {
    id: text().primaryKey(),
    /** In its canonical form. */
    email: text().unique(),
    /** E.164. */
    phone: text().unique(),
    name: text(),
    /** In PHC form, or a bcrypt hash that was imported; null where there is no password. */
    passwordHash: text(),
    passwordChangedAt: integer(),
    role: text({ enum: ["user", "support", "admin"] }).notNull(),
    status: text({ enum: ["active", "suspended", "deleting", "deleted"] }).notNull(),
    statusReason: text(),
    mfaEnabled: integer({ mode: "boolean" }).notNull().default(false),
    locale: text().notNull(),
    timeZone: text().notNull(),
    country: text(),
    displayCurrency: text().notNull(),
    /** Where the picture lies among the files. */
    avatarKey: text(),
    termsAcceptedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    deletionDueAt: integer(),
  },
  (table) => [
    index("identity_users_status").on(table.status, table.id),
    index("identity_users_deletion")
      .on(table.deletionDueAt)
      .where(sql`deletion_due_at is not null`),
    check("identity_user_role", sql`role in ('user', 'support', 'admin')`),
    check("identity_user_status", sql`status in ('active', 'suspended', 'deleting', 'deleted')`),
  ],
);

export const registrations = sqliteTable(
  "identity_registrations",
  {
    id: text().primaryKey(),
    email: text().notNull(),
    name: text(),
    passwordHash: text().notNull(),
    referralCode: text(),
    locale: text().notNull(),
    country: text(),
    termsAcceptedAt: integer().notNull(),
    /** Null until its mail is written. */
    tokenHash: text().unique(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    index("identity_registrations_email").on(table.email, table.id),
    index("identity_registrations_age").on(table.expiresAt),
  ],
);

/** Somebody asked for a mail; whether there is anybody to write to is found out after the answer has left. */
export const mailRequests = sqliteTable("identity_mail_requests", {
  id: text().primaryKey(),
  kind: text({ enum: ["verification", "reset"] }).notNull(),
  email: text().notNull(),
  createdAt: integer().notNull(),
});

export const secrets = sqliteTable(
  "identity_secrets",
  {
    userId: text().notNull(),
    purpose: text({ enum: ["reset", "email_change"] }).notNull(),
    tokenHash: text().notNull().unique(),
    /** What the secret proves: the new address. */
    value: text(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.purpose] })],
);

export const securityEvents = sqliteTable(
  "identity_security_events",
  {
    id: text().primaryKey(),
    /** Null where somebody tried an address that nobody has. */
    userId: text(),
    type: text().notNull(),
    at: integer().notNull(),
    ip: text(),
    country: text(),
    device: text(),
    sessionId: text(),
    detail: text({ mode: "json" }).$type<Readonly<Record<string, string | number | boolean>>>(),
  },
  (table) => [
    index("identity_security_events_user").on(table.userId, table.id),
    index("identity_security_events_type").on(table.type, table.at),
    index("identity_security_events_user_type").on(table.userId, table.type, table.at),
  ],
);

/** Answers to forms, kept as they were given: preferences and onboarding. */
export const profiles = sqliteTable(
  "identity_profiles",
  {
    userId: text().notNull(),
    topic: text({ enum: ["preferences", "onboarding"] }).notNull(),
    data: text({ mode: "json" }).$type<Readonly<Record<string, unknown>>>().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.topic] })],
);

export const exports = sqliteTable(
  "identity_exports",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    status: text({ enum: ["pending", "ready", "failed"] }).notNull(),
    fileKey: text(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [index("identity_exports_user").on(table.userId, table.id)],
);
