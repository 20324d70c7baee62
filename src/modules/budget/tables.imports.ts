import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { categories } from "./tables.ts";

/**
 * What must stay true:
 * - An import can be undone: what it added names it, and what it changed is kept as it was before.
 * - A series has one transaction for each of its days, whoever asks for it and how often.
 */

export const imports = sqliteTable(
  "budget_imports",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    accountId: text().notNull(),
    format: text({ enum: ["csv", "ofx", "qif", "camt"] }).notNull(),
    created: integer().notNull(),
    duplicates: integer().notNull(),
    rejected: integer().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [index("budget_imports_user").on(table.userId, table.id)],
);

/** A transaction that an import has completed, as it was before. */
export const importChanges = sqliteTable(
  "budget_import_changes",
  {
    importId: text().notNull(),
    transactionId: text().notNull(),
    userId: text().notNull(),
    before: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.importId, table.transactionId] }),
    index("budget_import_changes_user").on(table.userId),
  ],
);

/** The bank's ids of imported transactions that were removed, so that an import can leave them out. */
export const removals = sqliteTable(
  "budget_removals",
  {
    userId: text().notNull(),
    accountId: text().notNull(),
    externalId: text().notNull(),
    removedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.accountId, table.externalId] })],
);

/** How the columns of a bank's CSV were read, by the names of its columns. */
export const mappings = sqliteTable(
  "budget_mappings",
  {
    userId: text().notNull(),
    accountId: text().notNull(),
    header: text().notNull(),
    mapping: text().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.accountId, table.header] })],
);

export const rules = sqliteTable(
  "budget_rules",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    position: integer().notNull(),
    match: text({ enum: ["is", "contains", "startsWith"] }).notNull(),
    /** Folded. */
    pattern: text().notNull(),
    payee: text().notNull(),
    categoryId: text()
      .notNull()
      .references(() => categories.id),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("budget_rules_order").on(table.userId, table.position, table.id),
    check("budget_rule_match", sql`match in ('is', 'contains', 'startsWith')`),
  ],
);

export const recurring = sqliteTable(
  "budget_recurring",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    accountId: text().notNull(),
    rrule: text().notNull(),
    startDate: text().notNull(),
    amount: integer().notNull(),
    payee: text(),
    categoryId: text().references(() => categories.id),
    notes: text(),
    /** The first day that has no transaction yet; null once the series is over. */
    nextDate: text(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("budget_recurring_user").on(table.userId, table.id),
    index("budget_recurring_due")
      .on(table.nextDate)
      .where(sql`next_date is not null`),
  ],
);
