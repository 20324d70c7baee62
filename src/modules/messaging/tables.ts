import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A message has one recipient and goes to one provider at a time; `sending` is written before the provider is
 *   called, so that a call whose outcome nobody saw is never repeated by itself.
 * - What a message says is encrypted, and gone once the message is settled.
 * - One message for one `dedupeKey`, recipient and channel.
 * - Of what a user has not chosen, the kind's own default holds.
 */

export const messages = sqliteTable(
  "messaging_messages",
  {
    id: text().primaryKey(),
    userId: text(),
    channel: text({ enum: ["email", "sms"] }).notNull(),
    kind: text().notNull(),
    recipient: text().notNull(),
    locale: text().notNull(),
    timeZone: text().notNull(),
    /** Name and data, encrypted; null once settled, and for broadcasts, whose words stand in their own row. */
    content: text(),
    broadcastId: text(),
    dedupeKey: text(),
    state: text({ enum: ["queued", "sending", "sent", "unresolved", "dropped"] }).notNull(),
    /** Why it was dropped, or what the last try failed of. */
    reason: text(),
    provider: text(),
    /** The provider's own id of it. */
    reference: text(),
    attempts: integer().notNull().default(0),
    createdAt: integer().notNull(),
    attemptedAt: integer(),
    settledAt: integer(),
  },
  (table) => [
    uniqueIndex("messaging_message_once").on(table.dedupeKey, table.recipient, table.channel),
    index("messaging_messages_recipient").on(table.recipient, table.createdAt),
    index("messaging_messages_user").on(table.userId),
    index("messaging_messages_broadcast").on(table.broadcastId, table.state),
    index("messaging_messages_age").on(table.createdAt),
    check("messaging_message_channel", sql`channel in ('email', 'sms')`),
    check("messaging_message_state", sql`state in ('queued', 'sending', 'sent', 'unresolved', 'dropped')`),
    check("messaging_message_wiped", sql`content is null or state in ('queued', 'sending', 'unresolved')`),
  ],
);

/** What would have left in development. Other environments never write here. */
export const developmentOutbox = sqliteTable(
  "messaging_development_outbox",
  {
    id: text().primaryKey(),
    channel: text({ enum: ["email", "sms"] }).notNull(),
    recipient: text().notNull(),
    subject: text(),
    text: text().notNull(),
    html: text(),
    links: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [index("messaging_development_outbox_recipient").on(table.recipient, table.id)],
);

export const contacts = sqliteTable("messaging_contacts", {
  userId: text().primaryKey(),
  email: text(),
  phone: text(),
  locale: text().notNull(),
  timeZone: text().notNull(),
  name: text(),
  updatedAt: integer().notNull(),
});

export const notifications = sqliteTable(
  "messaging_notifications",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    kind: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    link: text(),
    dedupeKey: text(),
    createdAt: integer().notNull(),
    readAt: integer(),
  },
  (table) => [
    uniqueIndex("messaging_notification_once").on(table.userId, table.dedupeKey),
    index("messaging_notifications_user").on(table.userId, table.id),
    index("messaging_notifications_unread")
      .on(table.userId)
      .where(sql`read_at is null`),
    index("messaging_notifications_age").on(table.createdAt),
  ],
);

export const preferences = sqliteTable(
  "messaging_preferences",
  {
    userId: text().notNull(),
    kind: text().notNull(),
    channel: text({ enum: ["email", "sms", "inApp"] }).notNull(),
    enabled: integer({ mode: "boolean" }).notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.kind, table.channel] }),
    check("messaging_preference_channel", sql`channel in ('email', 'sms', 'inApp')`),
  ],
);

/** Addresses that get nothing (`bounced`) or only what concerns safety (`complained`). */
export const suppressions = sqliteTable(
  "messaging_suppressions",
  {
    recipient: text().primaryKey(),
    reason: text({ enum: ["bounced", "complained"] }).notNull(),
    createdAt: integer().notNull(),
  },
  () => [check("messaging_suppression_reason", sql`reason in ('bounced', 'complained')`)],
);

/** How a provider does: its pace in the current second, its failures in a row, and until when it is left alone. */
export const providers = sqliteTable("messaging_providers", {
  name: text().primaryKey(),
  windowStart: integer().notNull(),
  windowCount: integer().notNull(),
  failures: integer().notNull().default(0),
  closedUntil: integer().notNull().default(0),
});

/** What was sent on a UTC day, against the day's cap. */
export const spending = sqliteTable(
  "messaging_spending",
  {
    day: text().notNull(),
    channel: text({ enum: ["email", "sms"] }).notNull(),
    count: integer().notNull(),
    alertedAt: integer(),
  },
  (table) => [primaryKey({ columns: [table.day, table.channel] })],
);

export const broadcasts = sqliteTable(
  "messaging_broadcasts",
  {
    id: text().primaryKey(),
    subject: text().notNull(),
    body: text().notNull(),
    path: text(),
    state: text({ enum: ["running", "done", "stopped"] }).notNull(),
    createdBy: text().notNull(),
    /** The last contact that has been written to; the fan-out goes on behind it. */
    cursor: text().notNull().default(""),
    recipients: integer().notNull().default(0),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  () => [check("messaging_broadcast_state", sql`state in ('running', 'done', 'stopped')`)],
);
