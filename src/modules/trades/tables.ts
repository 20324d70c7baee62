import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A trade's transition has a number of its own and is committed with the money that it moves: of any number of commands
 *   on the same version one is written.
 * - What a trade is about (sides, amounts, fee, price) never changes; its transitions are only added.
 * - A trade is disputed at most once, and its dispute ends with it.
 */

const FLAG = { mode: "boolean" } as const;
const STATES = ["escrowed", "paid", "released", "cancelled", "expired", "disputed", "resolved"] as const;

export const trades = sqliteTable(
  "trades_trades",
  {
    id: text().primaryKey(),
    adId: text().notNull(),
    buyerId: text().notNull(),
    sellerId: text().notNull(),
    /** Which of the two had put the ad up. */
    makerId: text().notNull(),
    asset: text().notNull(),
    /** What the buyer is to get. */
    assetAmount: integer().notNull(),
    /** What the seller pays on top. */
    feeAmount: integer().notNull(),
    fiat: text().notNull(),
    fiatAmount: integer().notNull(),
    /** Frozen: 1e-8 of the fiat for one unit of the asset. */
    price: integer().notNull(),
    paymentMethod: text().notNull(),
    terms: text().notNull(),
    releaseMinutes: integer().notNull(),
    /** What the two accounts share: `shared_device`, `shared_bank_account`. */
    hints: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    /** From whom the buyer says that the money comes, encrypted; null before. */
    payerName: text(),
    payerDiffers: integer(FLAG).notNull().default(false),
    state: text({ enum: STATES }).notNull(),
    version: integer().notNull(),
    stateSince: integer().notNull(),
    payBy: integer().notNull(),
    releaseBy: integer(),
    appealBy: integer(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("trades_trades_buyer").on(table.buyerId, table.id),
    index("trades_trades_seller").on(table.sellerId, table.id),
    index("trades_trades_ad").on(table.adId),
    index("trades_trades_pay")
      .on(table.payBy)
      .where(sql`state = 'escrowed'`),
    index("trades_trades_release")
      .on(table.releaseBy)
      .where(sql`state = 'paid'`),
    check(
      "trades_trade_state",
      sql`state in ('escrowed', 'paid', 'released', 'cancelled', 'expired', 'disputed', 'resolved')`,
    ),
    check("trades_trade_amounts", sql`asset_amount > 0 and fee_amount >= 0 and fiat_amount > 0 and price > 0`),
    check("trades_trade_sides", sql`buyer_id <> seller_id and maker_id in (buyer_id, seller_id)`),
  ],
);

export const transitions = sqliteTable(
  "trades_transitions",
  {
    tradeId: text().notNull(),
    version: integer().notNull(),
    commandId: text().notNull(),
    command: text().notNull(),
    /** Null where the clock has acted. */
    actorId: text(),
    role: text().notNull(),
    fromState: text({ enum: STATES }),
    toState: text({ enum: STATES }).notNull(),
    reason: text(),
    payBy: integer().notNull(),
    releaseBy: integer(),
    appealBy: integer(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tradeId, table.version] }),
    uniqueIndex("trades_transitions_command").on(table.tradeId, table.commandId),
  ],
);

export const disputes = sqliteTable(
  "trades_disputes",
  {
    id: text().primaryKey(),
    tradeId: text().notNull(),
    state: text({ enum: ["open", "assigned", "proposed", "resolved", "settled"] }).notNull(),
    /** Null where the seller was silent for too long. */
    openedBy: text(),
    reason: text().notNull(),
    assignedTo: text(),
    assignedAt: integer(),
    openedAt: integer().notNull(),
    /** 0 in time, 1 late, 2 far too late. */
    escalation: integer().notNull().default(0),
    /** What the arbitrator has decided, or wants a second administrator to confirm. */
    buyerShare: integer(),
    sellerShare: integer(),
    resolution: text(),
    confirmedBy: text(),
    closedAt: integer(),
  },
  (table) => [
    uniqueIndex("trades_disputes_trade").on(table.tradeId),
    index("trades_disputes_queue")
      .on(table.openedAt)
      .where(sql`state in ('open', 'assigned', 'proposed')`),
    check("trades_dispute_state", sql`state in ('open', 'assigned', 'proposed', 'resolved', 'settled')`),
    check("trades_dispute_assigned", sql`state not in ('assigned', 'proposed', 'resolved') or assigned_to is not null`),
    check(
      "trades_dispute_shares",
      sql`state not in ('proposed', 'resolved') or (buyer_share >= 0 and seller_share >= 0)`,
    ),
  ],
);

/** What administrators write to each other. The parties never see it. */
export const notes = sqliteTable(
  "trades_dispute_notes",
  {
    id: text().primaryKey(),
    disputeId: text().notNull(),
    authorId: text().notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [index("trades_dispute_notes_dispute").on(table.disputeId, table.id)],
);

export const evidence = sqliteTable(
  "trades_evidence",
  {
    id: text().primaryKey(),
    tradeId: text().notNull(),
    userId: text().notNull(),
    name: text().notNull(),
    contentType: text().notNull(),
    bytes: integer().notNull(),
    fileKey: text().notNull(),
    /** The file's own key, encrypted; null once the file is deleted. */
    sealedKey: text(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("trades_evidence_trade").on(table.tradeId, table.id),
    index("trades_evidence_user").on(table.userId),
  ],
);

export const messages = sqliteTable(
  "trades_messages",
  {
    id: text().primaryKey(),
    tradeId: text().notNull(),
    authorId: text().notNull(),
    role: text({ enum: ["buyer", "seller", "arbitrator"] }).notNull(),
    /** The client's own id: a repeat is the same message. */
    clientId: text().notNull(),
    content: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    uniqueIndex("trades_messages_client").on(table.tradeId, table.authorId, table.clientId),
    index("trades_messages_trade").on(table.tradeId, table.id),
    index("trades_messages_author").on(table.authorId),
  ],
);

/** While one is open, the clocks of all trades stand still; when it ends, what was left goes on. */
export const pauses = sqliteTable("trades_pauses", { startedAt: integer().primaryKey(), endedAt: integer() });

/** Tickets that have opened a socket, kept until they are over. */
export const usedTickets = sqliteTable("trades_used_tickets", {
  id: text().primaryKey(),
  expiresAt: integer().notNull(),
});

/** Who has had a socket open where, so that the end of a session closes it. */
export const sockets = sqliteTable(
  "trades_sockets",
  { tradeId: text().notNull(), userId: text().notNull(), openedAt: integer().notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.tradeId] })],
);
