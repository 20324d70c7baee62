import { DAY, fromDayNumber, toDate } from "#kernel/time";
import { z } from "zod";
import type { Listing, Provider } from "./provider.ts";
import { createBatch, isBar } from "./provider.ts";
import { readVendor } from "./vendor.ts";

/**
 * Alpaca's bars: the assets of an exchange, then their daily bars a few hundred symbols at a time, page by page.
 * Source: docs.alpaca.markets, "Get Assets" and "Historical bars".
 */

const assets = z.array(
  z.object({ symbol: z.string(), name: z.string(), exchange: z.string(), status: z.string(), tradable: z.boolean() }),
);

const bars = z.object({
  bars: z.record(
    z.string(),
    z.array(z.object({ t: z.string(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() })),
  ),
  next_page_token: z.string().nullable().default(null),
});

const EXCHANGES: Readonly<Record<string, string>> = { XNYS: "NYSE", XNAS: "NASDAQ" };
const SYMBOLS_A_CALL = 200;
const MAX_PAGES = 50;

export const alpacaProvider: Provider = {
  source: "alpaca",
  exchanges: ["XNYS", "XNAS"],
  async readSession(ctx, exchange, day) {
    const query = { status: "active", asset_class: "us_equity", exchange: EXCHANGES[exchange] ?? exchange };
    const known = await readVendor(ctx, assets, { path: "/v2/assets", query });
    const symbols = known.filter(({ tradable }) => tradable).map(({ symbol }) => symbol);
    const batch = createBatch();
    for (let start = 0; start < symbols.length; start += SYMBOLS_A_CALL) {
      const part = symbols.slice(start, start + SYMBOLS_A_CALL).join(",");
      let token: string | null = "";
      for (let page = 0; page < MAX_PAGES && token !== null; page += 1) {
        const answer: z.output<typeof bars> = await readVendor(ctx, bars, {
          path: "/v2/stocks/bars",
          query: { ...span(day), symbols: part, ...(token === "" ? {} : { page_token: token }) },
        });
        addBars(batch, day, answer.bars);
        token = answer.next_page_token;
      }
    }
    const listings = known.map((asset) => toListing(asset, exchange));
    return { bars: batch.build(), listings, actions: [] };
  },
};

function span(day: number): Record<string, string> {
  const start = fromDayNumber(day);
  return { timeframe: "1Day", adjustment: "raw", limit: "10000", start, end: toDate((day + 1) * DAY - 1_000) };
}

function addBars(batch: ReturnType<typeof createBatch>, day: number, found: z.output<typeof bars>["bars"]): void {
  const date = fromDayNumber(day);
  for (const [symbol, list] of Object.entries(found)) {
    const bar = list.find(({ t }) => t.startsWith(date));
    if (bar && isBar([bar.o, bar.h, bar.l, bar.c, bar.v])) batch.add(symbol, day, [bar.o, bar.h, bar.l, bar.c, bar.v]);
  }
}

function toListing(asset: z.output<typeof assets>[number], exchange: string): Listing {
  return {
    symbol: asset.symbol,
    name: asset.name.slice(0, 200),
    exchange,
    kind: "stock",
    sector: null,
    industry: null,
    country: "US",
    currency: "USD",
    state: asset.tradable ? "listed" : "halted",
    listedOn: null,
    delistedOn: null,
    shares: null,
    fundamentals: {},
  };
}
