import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { TOPICS } from "./gateway.ts";

/**
 * What must stay true:
 * - An event of a vendor is stored once, before it is acknowledged, and kept whether or not anybody handles it.
 * - An object of the sandbox is written over only by who has read its present version.
 */

export const webhooks = sqliteTable(
  "gateways_webhooks",
  {
    id: text().primaryKey(),
    provider: text({ enum: ["stripe", "razorpay", "sandbox"] }).notNull(),
    /** The vendor's id; for Razorpay, which signs none, the hash of the body. */
    eventId: text().notNull(),
    type: text().notNull(),
    topic: text({ enum: TOPICS }),
    objectId: text(),
    state: text({ enum: ["received", "handled", "ignored"] }).notNull(),
    /** Why it was ignored. */
    reason: text(),
    /** Whose it turned out to be. */
    userId: text(),
    /** The body as it came, encrypted; null once its time is over. */
    body: text(),
    receivedAt: integer().notNull(),
    settledAt: integer(),
  },
  (table) => [
    unique("gateways_webhook_known").on(table.provider, table.eventId),
    index("gateways_webhooks_state").on(table.state, table.id),
    index("gateways_webhooks_received").on(table.provider, table.receivedAt),
    index("gateways_webhooks_user").on(table.userId),
    check("gateways_webhook_provider", sql`provider in ('stripe', 'razorpay', 'sandbox')`),
    check("gateways_webhook_state", sql`state in ('received', 'handled', 'ignored')`),
    check("gateways_webhook_reason", sql`(state = 'ignored') = (reason is not null)`),
  ],
);

/** What the sandbox gateway keeps: development's stand-in for a vendor's own database. */
export const sandboxObjects = sqliteTable(
  "gateways_sandbox_objects",
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    customerId: text(),
    data: text().notNull(),
    version: integer().notNull(),
    /** When the clock has to look at it again. */
    dueAt: integer(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("gateways_sandbox_customer").on(table.customerId, table.kind),
    index("gateways_sandbox_due").on(table.dueAt),
    index("gateways_sandbox_created").on(table.kind, table.createdAt),
  ],
);
