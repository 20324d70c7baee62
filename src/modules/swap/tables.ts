import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A quote is used once, by whoever asked for it, and never after its end.
 * - A swap moves exactly what its quote says. Amounts are minor units of their assets.
 */

export const pairs = sqliteTable(
  "swap_pairs",
  {
    fromAsset: text().notNull(),
    toAsset: text().notNull(),
    /** What we keep of what is given. */
    spreadBps: integer().notNull(),
    minGive: integer().notNull(),
    maxGive: integer().notNull(),
    active: integer({ mode: "boolean" }).notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.fromAsset, table.toAsset] }),
    check("swap_pair_assets", sql`from_asset <> to_asset`),
    check("swap_pair_spread", sql`spread_bps between 0 and 5000`),
    check("swap_pair_range", sql`min_give > 0 and max_give >= min_give`),
  ],
);

export const quotes = sqliteTable(
  "swap_quotes",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    fromAsset: text().notNull(),
    toAsset: text().notNull(),
    /** Fee included. */
    give: integer().notNull(),
    fee: integer().notNull(),
    receive: integer().notNull(),
    /** What one unit of `from` is in `to`, as it is shown. */
    rate: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    index("swap_quotes_user").on(table.userId),
    index("swap_quotes_end").on(table.expiresAt),
    check("swap_quote_amounts", sql`give > 0 and fee >= 0 and fee < give and receive > 0`),
  ],
);

export const swaps = sqliteTable(
  "swap_swaps",
  {
    id: text().primaryKey(),
    quoteId: text().notNull(),
    userId: text().notNull(),
    fromAsset: text().notNull(),
    toAsset: text().notNull(),
    give: integer().notNull(),
    fee: integer().notNull(),
    receive: integer().notNull(),
    rate: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [uniqueIndex("swap_swaps_quote").on(table.quoteId), index("swap_swaps_user").on(table.userId, table.id)],
);
