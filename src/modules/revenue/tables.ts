import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true: a day's snapshot is taken once, when the day is over, and never changed (a trigger holds it), so
 * that figures that were reported stay as they were. A cost is corrected by another one below zero.
 */

export const snapshots = sqliteTable(
  "revenue_snapshots",
  {
    /** The day in UTC at whose end it was so. */
    date: text().notNull(),
    asset: text().notNull(),
    mrrMinor: integer().notNull(),
    customers: integer().notNull(),
    newMinor: integer().notNull(),
    expansionMinor: integer().notNull(),
    contractionMinor: integer().notNull(),
    churnMinor: integer().notNull(),
    reactivationMinor: integer().notNull(),
    takenAt: integer().notNull(),
  },
  (table) => [primaryKey({ name: "revenue_snapshots_key", columns: [table.date, table.asset] })],
);

export const costs = sqliteTable(
  "revenue_costs",
  {
    id: text().primaryKey(),
    date: text().notNull(),
    kind: text({ enum: ["marketing", "sales", "other"] }).notNull(),
    amountMinor: integer().notNull(),
    asset: text().notNull(),
    note: text().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("revenue_costs_date").on(table.date),
    check("revenue_cost_kind", sql`kind in ('marketing', 'sales', 'other')`),
    check("revenue_cost_amount", sql`amount_minor <> 0`),
  ],
);
