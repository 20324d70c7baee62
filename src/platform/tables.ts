import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - An event and its deliveries exist exactly when the change they tell of was committed.
 * - A delivery is done once: a second `done` raises `platform_delivery_done` (trigger), which takes its batch along.
 * - One owner at a time works under an idempotency key; `attempt` fences off an owner that was taken for dead.
 * - A cron slot has one owner at a time and is finished once.
 * - Audit rows are never changed or deleted, save for the seal that is written once (triggers).
 */

export const events = sqliteTable("platform_events", {
  id: text().primaryKey(),
  type: text().notNull(),
  version: integer().notNull(),
  data: text().notNull(),
  requestId: text().notNull(),
  occurredAt: integer().notNull(),
});

export const deliveries = sqliteTable(
  "platform_deliveries",
  {
    eventId: text().notNull(),
    handler: text().notNull(),
    state: text({ enum: ["pending", "done", "dead"] }).notNull(),
    attempts: integer().notNull().default(0),
    /** When the sweeper hands it to the queue again, unless it is done by then. */
    nextAt: integer().notNull(),
    /** Until when one consumer has it to itself. */
    leaseUntil: integer().notNull().default(0),
    lastError: text(),
    createdAt: integer().notNull(),
    doneAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.handler] }),
    index("platform_deliveries_due")
      .on(table.nextAt)
      .where(sql`state = 'pending'`),
    index("platform_deliveries_dead")
      .on(table.createdAt)
      .where(sql`state = 'dead'`),
    check("platform_delivery_state", sql`state in ('pending', 'done', 'dead')`),
  ],
);

export const idempotencyKeys = sqliteTable(
  "platform_idempotency_keys",
  {
    owner: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    attempt: integer().notNull(),
    firstClaimedAt: integer().notNull(),
    claimedAt: integer().notNull(),
    /** What the verb returned, written in the commit that did the work. */
    result: text(),
    status: integer(),
    contentType: text(),
    body: text(),
  },
  (table) => [
    primaryKey({ columns: [table.owner, table.route, table.key] }),
    index("platform_idempotency_keys_age").on(table.firstClaimedAt),
  ],
);

export const cronSlots = sqliteTable(
  "platform_cron_slots",
  {
    name: text().notNull(),
    slot: integer().notNull(),
    claimedAt: integer().notNull(),
    attempts: integer().notNull(),
    finishedAt: integer(),
  },
  (table) => [primaryKey({ columns: [table.name, table.slot] })],
);

export const auditEntries = sqliteTable(
  "platform_audit_entries",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    actor: text().notNull(),
    role: text().notNull(),
    action: text().notNull(),
    target: text().notNull(),
    reason: text(),
    before: text(),
    after: text(),
    ip: text(),
    userAgent: text(),
    requestId: text().notNull(),
    /** SHA-256 over the row's own content. */
    contentHash: text().notNull(),
    /** SHA-256 over the seal of the row before and this content hash; null until it is sealed. */
    seal: text(),
  },
  (table) => [
    index("platform_audit_entries_target").on(table.target, table.seq),
    index("platform_audit_entries_actor").on(table.actor, table.seq),
    index("platform_audit_entries_unsealed")
      .on(table.seq)
      .where(sql`seal is null`),
  ],
);

/** Never holds a row: a trigger refuses the insert by the row's own `name` when `holds` is 0, and drops it otherwise. */
export const expectations = sqliteTable("platform_expectations", {
  name: text().notNull(),
  holds: integer().notNull(),
});
