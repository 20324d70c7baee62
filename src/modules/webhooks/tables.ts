import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - An endpoint belongs to one user for good; its secrets are encrypted, and shown once.
 * - An event has one delivery to an endpoint, whose id is the `webhook-id` of every try, and whose body never changes.
 * - A try is written down before the call, and its outcome after it.
 */

export const endpoints = sqliteTable(
  "webhooks_endpoints",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    url: text().notNull(),
    description: text().notNull(),
    secret: text().notNull(),
    /** The secret before the last rotation, which signs too until then. */
    previousSecret: text(),
    previousUntil: integer(),
    state: text({ enum: ["enabled", "disabled"] }).notNull(),
    /** Who switched it off: its owner, a row of failures, or its own answer that it is gone. */
    disabledBy: text({ enum: ["owner", "failures", "gone"] }),
    /** Since when nothing has arrived any more; null while it works. */
    failingSince: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("webhooks_endpoints_user").on(table.userId, table.id),
    check("webhooks_endpoint_state", sql`(state = 'enabled') = (disabled_by is null)`),
    check("webhooks_endpoint_overlap", sql`(previous_secret is null) = (previous_until is null)`),
  ],
);

export const deliveries = sqliteTable(
  "webhooks_deliveries",
  {
    id: text().primaryKey(),
    endpointId: text().notNull(),
    userId: text().notNull(),
    type: text().notNull(),
    /** The very bytes that are signed and sent, on each try. */
    body: text().notNull(),
    dedupeKey: text().notNull(),
    state: text({ enum: ["pending", "delivered", "failed"] }).notNull(),
    /** Tries since it was last asked for; a redelivery begins at none again. */
    tries: integer().notNull().default(0),
    /** All tries. */
    attempts: integer().notNull().default(0),
    nextAttemptAt: integer(),
    createdAt: integer().notNull(),
    settledAt: integer(),
  },
  (table) => [
    uniqueIndex("webhooks_delivery_once").on(table.endpointId, table.dedupeKey),
    index("webhooks_deliveries_endpoint").on(table.endpointId, table.id),
    index("webhooks_deliveries_user").on(table.userId),
    index("webhooks_deliveries_age").on(table.createdAt),
    check("webhooks_delivery_state", sql`state in ('pending', 'delivered', 'failed')`),
    check("webhooks_delivery_due", sql`(state = 'pending') = (next_attempt_at is not null)`),
  ],
);

export const attempts = sqliteTable(
  "webhooks_attempts",
  {
    deliveryId: text().notNull(),
    number: integer().notNull(),
    at: integer().notNull(),
    durationMs: integer().notNull(),
    /** What the endpoint answered; null where it did not. */
    status: integer(),
    /** Why it counts as failed, in one word; null where it does not. */
    error: text(),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.number] })],
);
