import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - Every row belongs to one user for good. Amounts are minor units of their asset: a row's account says which for
 *   `amount`, the profile for `base_amount` and everything that is assigned.
 * - `budget_sums`, `budget_account_months`, `budget_days` and the balances of accounts are what their transactions and
 *   splits add up to. Triggers alone write them.
 * - A transaction counts in the budget when its account is on it, and no transfer within it made the row. A transaction
 *   that is split counts by its parts, which add up to it.
 */

const SAFE = 9_007_199_254_740_991;

export const profiles = sqliteTable(
  "budget_profiles",
  {
    userId: text().primaryKey(),
    /** What the budget is counted in. */
    asset: text().notNull(),
    country: text(),
    /** When the starter categories were put down. */
    startedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  () => [check("budget_profile_asset", sql`length(asset) between 3 and 10`)],
);

export const ACCOUNT_TYPES = ["checking", "savings", "cash", "creditCard", "loan", "investment", "other"] as const;

export const accounts = sqliteTable(
  "budget_accounts",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    type: text({ enum: ACCOUNT_TYPES }).notNull(),
    asset: text().notNull(),
    onBudget: integer({ mode: "boolean" }).notNull(),
    closed: integer({ mode: "boolean" }).notNull().default(false),
    balance: integer().notNull().default(0),
    clearedBalance: integer().notNull().default(0),
    reconciledAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("budget_accounts_user").on(table.userId, table.id),
    check(
      "budget_account_balance_safe",
      sql`abs(balance) <= ${sql.raw(String(SAFE))} and abs(cleared_balance) <= ${sql.raw(String(SAFE))}`,
    ),
  ],
);

export const categories = sqliteTable(
  "budget_categories",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    /** The name as it is compared: one of each among the categories that are in use. */
    folded: text().notNull(),
    group: text("group_name").notNull(),
    kind: text({ enum: ["expense", "income"] }).notNull(),
    icon: text(),
    position: integer().notNull(),
    archived: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("budget_categories_user").on(table.userId, table.id),
    uniqueIndex("budget_categories_name")
      .on(table.userId, table.folded)
      .where(sql`archived = 0`),
    check("budget_category_kind", sql`kind in ('expense', 'income')`),
  ],
);

export const allocations = sqliteTable(
  "budget_allocations",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    month: text().notNull(),
    categoryId: text()
      .notNull()
      .references(() => categories.id),
    amount: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("budget_allocations_cell").on(table.userId, table.categoryId, table.month),
    // Each holds all that its reading needs: the sums of an envelope, the list, and the list of a month.
    index("budget_allocations_sums").on(table.userId, table.categoryId, table.month, table.amount),
    index("budget_allocations_list").on(table.userId, table.id, table.month, table.categoryId, table.amount),
    index("budget_allocations_month").on(table.userId, table.month, table.id, table.categoryId, table.amount),
    check("budget_allocation_month", sql`month glob '[12][0-9][0-9][0-9]-[01][0-9]'`),
  ],
);

/** What a month says for itself; a month without a row says nothing. */
export const months = sqliteTable(
  "budget_months",
  {
    userId: text().notNull(),
    month: text().notNull(),
    note: text(),
    /** Income that was declared, in the place of what transactions add up to. */
    income: integer(),
    /** What is held for the next month, in the place of the income of categories that carry over. */
    held: integer(),
    updatedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.month] })],
);

/** Whether overspending of a category is carried over, from a month on until another row says otherwise. */
export const carries = sqliteTable(
  "budget_carries",
  {
    userId: text().notNull(),
    categoryId: text()
      .notNull()
      .references(() => categories.id),
    month: text().notNull(),
    carry: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.categoryId, table.month] })],
);

export const transactions = sqliteTable(
  "budget_transactions",
  {
    id: text().notNull(),
    userId: text().notNull(),
    accountId: text()
      .notNull()
      .references(() => accounts.id),
    date: text().notNull(),
    amount: integer().notNull(),
    /** The amount in the budget's asset, by the rate of the day. */
    baseAmount: integer().notNull(),
    payee: text(),
    /** As the bank wrote it. */
    importedPayee: text(),
    categoryId: text().references(() => categories.id),
    notes: text(),
    cleared: integer({ mode: "boolean" }).notNull(),
    reconciled: integer({ mode: "boolean" }).notNull(),
    counted: integer({ mode: "boolean" }).notNull(),
    split: integer({ mode: "boolean" }).notNull(),
    /** The other leg of a transfer. */
    transferId: text(),
    /** The bank's own id, one of each in an account. */
    externalId: text(),
    importId: text(),
    recurringId: text(),
    /** Which day of its series it stands for. */
    occurrence: text(),
    /** Payee and notes as they are searched. */
    search: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.date, table.id] }),
    uniqueIndex("budget_transactions_id").on(table.id),
    index("budget_transactions_account").on(table.userId, table.accountId, table.date, table.id),
    index("budget_transactions_category").on(table.userId, table.categoryId, table.date, table.id),
    index("budget_transactions_search").on(table.userId, table.date, table.id, table.search),
    index("budget_transactions_payee").on(table.userId, table.date, table.payee, table.baseAmount, table.counted),
    uniqueIndex("budget_transactions_external")
      .on(table.accountId, table.externalId)
      .where(sql`external_id is not null`),
    uniqueIndex("budget_transactions_occurrence")
      .on(table.recurringId, table.occurrence)
      .where(sql`recurring_id is not null`),
    index("budget_transactions_import")
      .on(table.importId)
      .where(sql`import_id is not null`),
    check("budget_transaction_date", sql`date glob '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'`),
    check("budget_transaction_reconciled", sql`reconciled = 0 or cleared = 1`),
  ],
);

export const splits = sqliteTable(
  "budget_splits",
  {
    transactionId: text().notNull(),
    position: integer().notNull(),
    userId: text().notNull(),
    month: text().notNull(),
    categoryId: text().references(() => categories.id),
    amount: integer().notNull(),
    baseAmount: integer().notNull(),
    counted: integer({ mode: "boolean" }).notNull(),
    notes: text(),
  },
  (table) => [
    primaryKey({ columns: [table.transactionId, table.position] }),
    index("budget_splits_category").on(table.userId, table.categoryId, table.transactionId),
  ],
);

/** What counts in a month, by category; without one the id is empty. */
export const sums = sqliteTable(
  "budget_sums",
  {
    userId: text().notNull(),
    categoryId: text().notNull(),
    month: text().notNull(),
    amount: integer().notNull(),
    entries: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.categoryId, table.month] }),
    check("budget_sum_safe", sql`abs(amount) <= ${sql.raw(String(SAFE))}`),
  ],
);

/** What an account's balance changed by in a month. */
export const accountMonths = sqliteTable(
  "budget_account_months",
  {
    userId: text().notNull(),
    accountId: text().notNull(),
    month: text().notNull(),
    amount: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.accountId, table.month] })],
);

/** What came in and went out on a day, of what counts. */
export const days = sqliteTable(
  "budget_days",
  {
    userId: text().notNull(),
    date: text().notNull(),
    income: integer().notNull(),
    spending: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.date] }),
    check("budget_day_signs", sql`income >= 0 and spending >= 0`),
  ],
);

/** What one unit of an asset was worth in the budget's asset, from a day on. */
export const rates = sqliteTable(
  "budget_rates",
  {
    userId: text().notNull(),
    asset: text().notNull(),
    date: text().notNull(),
    /** An exact decimal. */
    rate: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.asset, table.date] })],
);

export const goals = sqliteTable(
  "budget_goals",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    /** The category that holds what is saved; without one `saved` says it. */
    categoryId: text().references(() => categories.id),
    target: integer().notNull(),
    saved: integer().notNull(),
    targetDate: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [index("budget_goals_user").on(table.userId, table.id), check("budget_goal_target", sql`target > 0`)],
);
