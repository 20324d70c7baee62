import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A symbol keeps its shard for good; its bars live there and nowhere else.
 * - An action (split or dividend) counts once for its day; prices are kept as traded and adjusted when read.
 * - `changed_at` grows with every change, so that a shard that missed one asks for what is newer.
 */

export const symbols = sqliteTable(
  "market_symbols",
  {
    symbol: text().primaryKey(),
    name: text().notNull(),
    exchange: text().notNull(),
    kind: text({ enum: ["stock", "fund", "index"] }).notNull(),
    sector: text(),
    industry: text(),
    country: text(),
    currency: text().notNull(),
    state: text({ enum: ["listed", "halted", "delisted"] }).notNull(),
    /** Days since 1970, as all days here. */
    listedOn: integer(),
    delistedOn: integer(),
    shares: real(),
    /** Columns that a provider gave beside prices, by name: JSON of numbers. */
    fundamentals: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
    source: text().notNull(),
    shard: integer().notNull(),
    changedAt: integer().notNull(),
  },
  (table) => [
    index("market_symbols_shard").on(table.shard, table.changedAt),
    index("market_symbols_exchange").on(table.exchange, table.symbol),
    index("market_symbols_sector").on(table.sector, table.symbol),
    check("market_symbol_state", sql`state in ('listed', 'halted', 'delisted')`),
    check("market_symbol_kind", sql`kind in ('stock', 'fund', 'index')`),
  ],
);

export const actions = sqliteTable(
  "market_actions",
  {
    symbol: text().notNull(),
    day: integer().notNull(),
    kind: text({ enum: ["split", "dividend"] }).notNull(),
    /** New shares for one old one, or cash for one share. */
    value: real().notNull(),
    shard: integer().notNull(),
    changedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.symbol, table.day, table.kind] }),
    index("market_actions_shard").on(table.shard, table.changedAt),
    check("market_action_value", sql`value > 0`),
    check("market_action_kind", sql`kind in ('split', 'dividend')`),
  ],
);

/** One exchange's session and what became of its bars. `missing` and `partial` days are asked for again. */
export const sessions = sqliteTable(
  "market_sessions",
  {
    exchange: text().notNull(),
    day: integer().notNull(),
    state: text({ enum: ["loaded", "partial", "missing"] }).notNull(),
    bars: integer().notNull(),
    source: text().notNull(),
    attempts: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.exchange, table.day] }),
    index("market_sessions_open")
      .on(table.day)
      .where(sql`state <> 'loaded'`),
    check("market_session_state", sql`state in ('loaded', 'partial', 'missing')`),
  ],
);

/** What each source of the price index said last: 1e-8 of `quote` for one unit of `base`. */
export const indexQuotes = sqliteTable(
  "market_index_quotes",
  {
    base: text().notNull(),
    quote: text().notNull(),
    source: text().notNull(),
    price: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.base, table.quote, table.source] }),
    check("market_index_price", sql`price > 0`),
  ],
);

/** How each source of the price index has done, so that one that fails is left alone for a while. */
export const indexSources = sqliteTable("market_index_sources", {
  source: text().primaryKey(),
  failures: integer().notNull(),
  retryAt: integer().notNull(),
  lastOkAt: integer(),
});
