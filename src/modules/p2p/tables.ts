import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - Prices count 1e-8 of the fiat for one unit of the asset; amounts are minor units.
 * - An ad's stock never goes below zero; one without a stock is bounded by its seller's wallet alone.
 * - Only what can be taken is listed: each ad that is active, funded and not exhausted once under each of its payment
 *   methods and once under none, in the order of the search.
 * - A trade's end is counted once for each side, and its figures are those of the days that they are added to.
 * - Feedback is given once by each side of a trade.
 */

const FLAG = { mode: "boolean" } as const;

export const ads = sqliteTable(
  "p2p_ads",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    /** The maker's: `sell` sells the asset. */
    side: text({ enum: ["sell", "buy"] }).notNull(),
    asset: text().notNull(),
    fiat: text().notNull(),
    priceType: text({ enum: ["fixed", "floating"] }).notNull(),
    price: integer(),
    /** Over the index price; below zero is under it. */
    marginBps: integer(),
    minFiat: integer().notNull(),
    maxFiat: integer().notNull(),
    /** What is left of the asset; null where none was set. */
    stock: integer(),
    paymentMethods: text({ mode: "json" }).$type<readonly string[]>().notNull(),
    paymentWindowMinutes: integer().notNull(),
    terms: text().notNull(),
    status: text({ enum: ["active", "paused", "closed"] }).notNull(),
    /** Whether the seller's wallet covers the minimum, when it was looked at last. */
    funded: integer(FLAG).notNull(),
    /** What is left does not cover the minimum. */
    exhausted: integer(FLAG).notNull(),
    /** The trader's, 0 to 100. */
    standing: integer().notNull(),
    /** Grows with each change by the owner: a taker gets what was read, or nothing. */
    version: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("p2p_ads_user").on(table.userId, table.id),
    index("p2p_ads_sellers")
      .on(table.userId, table.asset)
      .where(sql`side = 'sell' and status = 'active'`),
    check("p2p_ad_side", sql`side in ('sell', 'buy')`),
    check("p2p_ad_status", sql`status in ('active', 'paused', 'closed')`),
    check("p2p_ad_range", sql`min_fiat > 0 and max_fiat >= min_fiat`),
    check("p2p_ad_stock", sql`stock is null or stock >= 0`),
    check(
      "p2p_ad_price",
      sql`(price_type = 'fixed' and price > 0 and margin_bps is null) or (price_type = 'floating' and price is null and margin_bps > -10000)`,
    ),
  ],
);

/** The search: one row for each ad that can be taken and payment method, and one with the method left empty. */
export const listings = sqliteTable(
  "p2p_listings",
  {
    adId: text().notNull(),
    method: text().notNull(),
    side: text().notNull(),
    asset: text().notNull(),
    fiat: text().notNull(),
    priceType: text().notNull(),
    /** Price or margin, negated on buyers' ads, so that the best one is always the first. */
    rank: integer().notNull(),
    /** Negated too. */
    standing: integer().notNull(),
    minFiat: integer().notNull(),
    maxFiat: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.adId, table.method] }),
    index("p2p_listings_best").on(
      table.side,
      table.asset,
      table.fiat,
      table.method,
      table.priceType,
      table.rank,
      table.standing,
      table.adId,
      table.minFiat,
      table.maxFiat,
    ),
    index("p2p_listings_newest").on(
      table.method,
      table.adId,
      table.side,
      table.asset,
      table.fiat,
      table.minFiat,
      table.maxFiat,
    ),
  ],
);

/** Ways to pay, as data: each with its windows and how much may ride on it. Amounts are of its fiat. */
export const paymentMethods = sqliteTable(
  "p2p_payment_methods",
  {
    fiat: text().notNull(),
    method: text().notNull(),
    name: text().notNull(),
    minWindowMinutes: integer().notNull(),
    maxWindowMinutes: integer().notNull(),
    /** How long a seller may look for the money before the trade is disputed by itself. */
    releaseWindowMinutes: integer().notNull(),
    /** Most in one trade. */
    maxAmount: integer().notNull(),
    /** Most in one trade with somebody new. */
    newcomerMaxAmount: integer().notNull(),
    active: integer(FLAG).notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.fiat, table.method] }),
    check("p2p_method_windows", sql`min_window_minutes >= 1 and max_window_minutes >= min_window_minutes`),
    check("p2p_method_release", sql`release_window_minutes >= 1`),
    check("p2p_method_caps", sql`newcomer_max_amount >= 0 and max_amount >= newcomer_max_amount`),
  ],
);

/** What is remembered of a trader, so that a page of ads needs no counting. */
export const traders = sqliteTable(
  "p2p_traders",
  {
    userId: text().primaryKey(),
    openTrades: integer().notNull().default(0),
    completed30d: integer().notNull().default(0),
    cancelled30d: integer().notNull().default(0),
    ratingCount: integer().notNull().default(0),
    ratingSum: integer().notNull().default(0),
    standing: integer().notNull().default(50),
    /** The day, as days since 1970, that the thirty days end with. */
    countedTo: integer().notNull().default(0),
  },
  (table) => [
    index("p2p_traders_counted").on(table.countedTo),
    check("p2p_trader_open", sql`open_trades >= 0`),
    check("p2p_trader_counts", sql`completed30d >= 0 and cancelled30d >= 0`),
  ],
);

export const traderDays = sqliteTable(
  "p2p_trader_days",
  {
    userId: text().notNull(),
    day: integer().notNull(),
    asset: text().notNull(),
    started: integer().notNull().default(0),
    startedVolume: integer().notNull().default(0),
    completed: integer().notNull().default(0),
    cancelled: integer().notNull().default(0),
    volume: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.day, table.asset] }),
    check("p2p_trader_day", sql`completed >= 0 and cancelled >= 0 and volume >= 0`),
  ],
);

export const tradeEnds = sqliteTable(
  "p2p_trade_ends",
  {
    tradeId: text().notNull(),
    userId: text().notNull(),
    asset: text().notNull(),
    amount: integer().notNull(),
    outcome: text({ enum: ["completed", "cancelled", "neutral"] }).notNull(),
    /** From the mark of payment to the release, of the seller of a completed trade. */
    releaseSeconds: integer(),
    day: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tradeId, table.userId] }),
    index("p2p_trade_ends_releases")
      .on(table.userId, table.at)
      .where(sql`release_seconds is not null`),
    check("p2p_trade_end_outcome", sql`outcome in ('completed', 'cancelled', 'neutral')`),
  ],
);

export const feedback = sqliteTable(
  "p2p_feedback",
  {
    tradeId: text().notNull(),
    fromId: text().notNull(),
    toId: text().notNull(),
    rating: integer().notNull(),
    comment: text(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tradeId, table.fromId] }),
    index("p2p_feedback_to").on(table.toId, table.at),
    index("p2p_feedback_from").on(table.fromId),
    check("p2p_feedback_rating", sql`rating between 1 and 5`),
  ],
);

export const blocks = sqliteTable(
  "p2p_blocks",
  { userId: text().notNull(), blockedId: text().notNull(), createdAt: integer().notNull() },
  (table) => [
    primaryKey({ columns: [table.userId, table.blockedId] }),
    index("p2p_blocks_blocked").on(table.blockedId),
    check("p2p_block_other", sql`user_id <> blocked_id`),
  ],
);

/** How far a sweep that takes more than one run has come. */
export const cursors = sqliteTable("p2p_cursors", { name: text().primaryKey(), after: text().notNull() });
