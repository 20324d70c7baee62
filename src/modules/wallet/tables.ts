import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - One output of one transaction on one network is one deposit, however often it is seen.
 * - A deposit is credited at most once, in the commit that moves its amount into the wallet.
 */

export const deposits = sqliteTable(
  "wallet_deposits",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    asset: text().notNull(),
    network: text().notNull(),
    txid: text().notNull(),
    /** Which part of the transaction: `native`, `log:0` (counted within the transaction), `vout:1`. */
    output: text().notNull(),
    address: text().notNull(),
    /** Minor units of the ledger. */
    amount: integer().notNull(),
    /** What the chain counts below a minor unit of ours: wei under a gwei. */
    remainder: integer().notNull().default(0),
    blockHeight: integer(),
    blockHash: text(),
    confirmations: integer().notNull().default(0),
    required: integer().notNull(),
    status: text({ enum: ["detected", "confirming", "credited", "orphaned"] }).notNull(),
    /** The height of the chain at which the transaction was first found missing. */
    missingSince: integer(),
    createdAt: integer().notNull(),
    creditedAt: integer(),
  },
  (table) => [
    uniqueIndex("wallet_deposits_output").on(table.network, table.txid, table.output),
    index("wallet_deposits_user").on(table.userId, table.id),
    index("wallet_deposits_open")
      .on(table.network, table.status)
      .where(sql`status in ('detected', 'confirming')`),
    check("wallet_deposit_status", sql`status in ('detected', 'confirming', 'credited', 'orphaned')`),
    check("wallet_deposit_amount", sql`amount >= 0 and remainder >= 0`),
    check("wallet_deposit_credited", sql`(status = 'credited') = (credited_at is not null)`),
  ],
);
