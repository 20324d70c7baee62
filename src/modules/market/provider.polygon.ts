import { fromDayNumber } from "#kernel/time";
import { z } from "zod";
import type { Listing, Provider } from "./provider.ts";
import { createBatch, isBar } from "./provider.ts";
import { readVendor } from "./vendor.ts";

/**
 * Polygon's grouped daily bars: one call for the whole United States market, which is then cut by exchange with the
 * ticker list. Source: polygon.io, "Grouped Daily (Bars)" and "All Tickers".
 */

const grouped = z.object({
  status: z.string(),
  results: z
    .array(z.object({ T: z.string(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() }))
    .default([]),
});

const tickers = z.object({
  results: z
    .array(
      z.object({
        ticker: z.string(),
        name: z.string(),
        primary_exchange: z.string().optional(),
        type: z.string().optional(),
        currency_name: z.string().optional(),
      }),
    )
    .default([]),
  next_url: z.string().optional(),
});

const splits = z.object({
  results: z
    .array(z.object({ ticker: z.string(), execution_date: z.iso.date(), split_from: z.number(), split_to: z.number() }))
    .default([]),
});

const MAX_PAGES = 30;

export const polygonProvider: Provider = {
  source: "polygon",
  exchanges: ["XNYS", "XNAS"],
  async readSession(ctx, exchange, day) {
    const date = fromDayNumber(day);
    const [answer, listings, actions] = await Promise.all([
      readVendor(ctx, grouped, {
        path: `/v2/aggs/grouped/locale/us/market/stocks/${date}`,
        query: { adjusted: "false" },
      }),
      listTickers((path, query) => readVendor(ctx, tickers, { path, query }), exchange),
      readVendor(ctx, splits, { path: "/v3/reference/splits", query: { execution_date: date, limit: "1000" } }),
    ]);
    const known = new Set(listings.map(({ symbol }) => symbol));
    const batch = createBatch();
    for (const { T, o, h, l, c, v } of answer.results)
      if (known.has(T) && isBar([o, h, l, c, v])) batch.add(T, day, [o, h, l, c, v]);
    return {
      bars: batch.build(),
      listings,
      actions: actions.results
        .filter(({ ticker }) => known.has(ticker))
        .map(({ ticker, split_from, split_to }) => ({
          symbol: ticker,
          day,
          kind: "split",
          value: split_to / split_from,
        })),
    };
  },
};

type ReadPage = (path: string, query: Record<string, string>) => Promise<z.output<typeof tickers>>;

async function listTickers(read: ReadPage, exchange: string): Promise<Listing[]> {
  const listings: Listing[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query: Record<string, string> =
      cursor === null ? { market: "stocks", exchange, active: "true", limit: "1000" } : { cursor };
    const answer = await read("/v3/reference/tickers", query);
    listings.push(...answer.results.map((ticker) => toListing(ticker, exchange)));
    cursor = answer.next_url === undefined ? null : new URL(answer.next_url).searchParams.get("cursor");
    if (cursor === null) break;
  }
  return listings;
}

function toListing(ticker: z.output<typeof tickers>["results"][number], exchange: string): Listing {
  return {
    symbol: ticker.ticker,
    name: ticker.name.slice(0, 200),
    exchange,
    kind: ticker.type === "ETF" ? "fund" : "stock",
    sector: null,
    industry: null,
    country: "US",
    currency: (ticker.currency_name ?? "usd").toUpperCase().slice(0, 3),
    state: "listed",
    listedOn: null,
    delistedOn: null,
    shares: null,
    fundamentals: {},
  };
}
