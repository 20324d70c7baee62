import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { ChangedTerms } from "./terms.ts";

/**
 * What must stay true:
 * - One output of one transaction on one network is one deposit, however often it is seen.
 * - A deposit is credited at most once, in the commit that moves its amount into the wallet.
 * - A deposit address belongs to one user for good, and its index to one address.
 * - A withdrawal goes to the address that stood in it when it was requested; what it moves never changes.
 * - Past `approved` a withdrawal is given back only when it is certain that nothing was sent.
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

/** What operators have changed of an asset's terms; without a row they are the product's own. */
export const assetTerms = sqliteTable("wallet_asset_terms", {
  asset: text().primaryKey(),
  terms: text({ mode: "json" }).$type<ChangedTerms>().notNull(),
  updatedAt: integer().notNull(),
});

/** A user's own address on a network. Its index is claimed first; the address follows from it. */
export const depositAddresses = sqliteTable(
  "wallet_deposit_addresses",
  {
    network: text().notNull(),
    userId: text().notNull(),
    pathIndex: integer().notNull(),
    address: text(),
    /** When it was last looked at, on networks that are watched address by address. */
    checkedAt: integer().notNull().default(0),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.network, table.userId] }),
    uniqueIndex("wallet_deposit_addresses_index").on(table.network, table.pathIndex),
    uniqueIndex("wallet_deposit_addresses_address").on(table.network, table.address),
    index("wallet_deposit_addresses_due").on(table.network, table.checkedAt),
  ],
);

/** How far each network has been read. */
export const cursors = sqliteTable("wallet_cursors", {
  network: text().primaryKey(),
  height: integer().notNull(),
  tip: integer().notNull(),
  scannedAt: integer().notNull(),
});

/** How much of what the chain counts below a minor unit has been booked to dust, in whole minor units. */
export const dust = sqliteTable(
  "wallet_dust",
  { network: text().notNull(), asset: text().notNull(), booked: integer().notNull() },
  (table) => [primaryKey({ columns: [table.network, table.asset] })],
);

/** Something that a person must look at. While one is open on a network, nothing leaves by it. */
export const incidents = sqliteTable(
  "wallet_incidents",
  {
    id: text().primaryKey(),
    network: text().notNull(),
    kind: text({ enum: ["deposit_reorganised", "outcome_unknown"] }).notNull(),
    subject: text().notNull(),
    openedAt: integer().notNull(),
    closedAt: integer(),
    closedBy: text(),
    note: text(),
  },
  (table) => [
    uniqueIndex("wallet_incidents_subject").on(table.kind, table.subject),
    index("wallet_incidents_open")
      .on(table.network)
      .where(sql`closed_at is null`),
  ],
);

/** The address book. */
export const withdrawalAddresses = sqliteTable(
  "wallet_withdrawal_addresses",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    network: text().notNull(),
    address: text().notNull(),
    label: text().notNull(),
    createdAt: integer().notNull(),
    usableFrom: integer().notNull(),
    deletedAt: integer(),
  },
  (table) => [
    uniqueIndex("wallet_withdrawal_addresses_once")
      .on(table.userId, table.network, table.address)
      .where(sql`deleted_at is null`),
    index("wallet_withdrawal_addresses_user").on(table.userId, table.id),
  ],
);

export const WITHDRAWAL_STATUSES = [
  "requested",
  "approved",
  "broadcast",
  "confirmed",
  "rejected",
  "failed",
  "cancelled",
] as const;

export const withdrawals = sqliteTable(
  "wallet_withdrawals",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    asset: text().notNull(),
    network: text().notNull(),
    amount: integer().notNull(),
    fee: integer().notNull(),
    addressId: text().notNull(),
    address: text().notNull(),
    status: text({ enum: WITHDRAWAL_STATUSES }).notNull(),
    /** How many operators must agree. */
    approvalsNeeded: integer().notNull(),
    /** Why it waits where it is; null when it does not. */
    waitsFor: text(),
    /** The hot wallet that it was handed to, for good: no other one may ever be asked to pay it. */
    hotWallet: text(),
    txid: text(),
    confirmations: integer().notNull().default(0),
    reason: text(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("wallet_withdrawals_user").on(table.userId, table.id),
    index("wallet_withdrawals_window").on(table.userId, table.asset, table.createdAt),
    index("wallet_withdrawals_open")
      .on(table.status, table.network, table.id)
      .where(sql`status in ('requested', 'approved', 'broadcast')`),
    check("wallet_withdrawal_amount", sql`amount > 0 and fee >= 0`),
    check(
      "wallet_withdrawal_status",
      sql`status in ('requested', 'approved', 'broadcast', 'confirmed', 'rejected', 'failed', 'cancelled')`,
    ),
  ],
);

/** Which operators have agreed to a withdrawal: each counts once. */
export const approvals = sqliteTable(
  "wallet_approvals",
  { withdrawalId: text().notNull(), operatorId: text().notNull(), at: integer().notNull() },
  (table) => [primaryKey({ columns: [table.withdrawalId, table.operatorId] })],
);

/** Whether an asset may come in and go out, as operators have last said; without a row both may. */
export const assetStates = sqliteTable(
  "wallet_asset_states",
  {
    asset: text().primaryKey(),
    deposits: integer().notNull(),
    withdrawals: integer().notNull(),
    reason: text().notNull(),
    updatedBy: text().notNull(),
    updatedAt: integer().notNull(),
  },
  () => [check("wallet_asset_state", sql`deposits in (0, 1) and withdrawals in (0, 1)`)],
);
