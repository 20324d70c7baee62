import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

const STATES = sql.raw(
  "('requested', 'approved', 'processing', 'completed', 'cancelled', 'rejected', 'failed', 'reversed')",
);

/**
 * What must stay true:
 * - A bank account is never changed: another one takes its place, and a payout names the one that it was asked for with.
 * - A number is kept encrypted, with its last four characters beside it; its fingerprint tells the same account again.
 * - A person has one payout under way.
 * - Each change raises the version, and goes through only from the version that it was decided on.
 * - Nobody approves a payout twice, nor his own.
 */
export const bankAccounts = sqliteTable(
  "payouts_bank_accounts",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    type: text({ enum: ["ifsc", "iban", "upi", "stripe"] }).notNull(),
    asset: text().notNull(),
    holderName: text().notNull(),
    number: text().notNull(),
    ifsc: text(),
    lastFour: text().notNull(),
    fingerprint: text().notNull(),
    usableFrom: integer().notNull(),
    createdAt: integer().notNull(),
    replacedAt: integer(),
  },
  (table) => [
    uniqueIndex("payouts_bank_accounts_current")
      .on(table.userId)
      .where(sql`replaced_at is null`),
    index("payouts_bank_accounts_user").on(table.userId, table.createdAt),
    index("payouts_bank_accounts_fingerprint").on(table.fingerprint),
    check("payouts_bank_account_type", sql`type in ('ifsc', 'iban', 'upi', 'stripe')`),
  ],
);

export const payouts = sqliteTable(
  "payouts_payouts",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    bankAccountId: text()
      .notNull()
      .references(() => bankAccounts.id),
    asset: text().notNull(),
    grossMinor: integer().notNull(),
    taxMinor: integer().notNull(),
    state: text({
      enum: ["requested", "approved", "processing", "completed", "cancelled", "rejected", "failed", "reversed"],
    }).notNull(),
    version: integer().notNull(),
    batchId: text(),
    /** The bank's own. */
    reference: text(),
    requestedAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("payouts_payouts_open")
      .on(table.userId)
      .where(sql`state in ('requested', 'approved', 'processing')`),
    index("payouts_payouts_user").on(table.userId, table.id),
    index("payouts_payouts_state").on(table.state, table.id),
    index("payouts_payouts_batch").on(table.batchId),
    check("payouts_payout_state", sql`state in ${STATES}`),
    check("payouts_payout_amount", sql`gross_minor >= 1 and tax_minor >= 0 and tax_minor < gross_minor`),
  ],
);

/** What became of a payout, row by row. */
export const history = sqliteTable(
  "payouts_history",
  {
    payoutId: text()
      .notNull()
      .references(() => payouts.id),
    version: integer().notNull(),
    state: text().notNull(),
    actor: text().notNull(),
    reason: text(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ name: "payouts_history_key", columns: [table.payoutId, table.version] })],
);

export const approvals = sqliteTable(
  "payouts_approvals",
  {
    payoutId: text()
      .notNull()
      .references(() => payouts.id),
    adminId: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ name: "payouts_approvals_key", columns: [table.payoutId, table.adminId] })],
);
