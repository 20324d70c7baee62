import { z } from "@hono/zod-openapi";
import { fromDayNumber, isDate } from "#kernel/time";
import type { BarColumns } from "#objects/market-shard";
import { pageQuery } from "#platform/http/fields";
import type { Quote } from "./service.ts";
import type { SymbolRow } from "./repository.ts";

export const date = z
  .string()
  .refine(isDate, { params: { code: "date_invalid" }, error: "A day that exists, such as 2026-11-20." })
  .openapi({ format: "date", example: "2026-11-20" });

export const symbolParam = z
  .string()
  .max(16)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.\-^]*$/)
  .openapi({ param: { name: "symbol", in: "path" }, description: "A symbol, in any case.", example: "BADA" });

export const listing = z
  .object({
    symbol: z.string().openapi({ example: "BADA" }),
    name: z.string(),
    exchange: z.string().openapi({ description: "Market identifier code, ISO 10383.", example: "XNAS" }),
    kind: z.enum(["stock", "fund", "index"]),
    sector: z.string().nullable(),
    industry: z.string().nullable(),
    country: z.string().nullable(),
    currency: z.string(),
    state: z.enum(["listed", "halted", "delisted"]),
    listedOn: z.string().nullable(),
    delistedOn: z.string().nullable(),
    shares: z.number().nullable(),
    source: z.string().openapi({
      description: "Where its data comes from. `generated` is a made-up market.",
      example: "generated",
    }),
  })
  .openapi("Symbol");

export const quote = listing
  .extend({
    asOf: z.string().nullable().openapi({ description: "The day of the newest bar.", format: "date" }),
    close: z.number().nullable(),
    changePct: z.number().nullable(),
    marketCap: z.number().nullable(),
    stale: z.boolean().openapi({ description: "Whether there should be a newer bar." }),
    fundamentals: z.record(z.string(), z.number()),
  })
  .openapi("SymbolQuote");

export const bar = z
  .object({
    time: z
      .string()
      .openapi({ description: "The day; for weeks and months their last session.", example: "2026-11-20" }),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
  })
  .openapi("Bar");

export const bars = z
  .object({
    symbol: z.string(),
    timeframe: z.string(),
    asOf: z.string().nullable(),
    source: z.string(),
    data: z.array(bar).openapi({ description: "Oldest first." }),
    nextCursor: z.null(),
  })
  .openapi("Bars");

export const symbolQuery = z.strictObject({
  ...pageQuery,
  query: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .openapi({ description: "Part of the symbol or the name.", example: "bada" }),
  exchange: z.string().max(8).optional().openapi({ example: "XNAS" }),
  sector: z.string().max(60).optional().openapi({ example: "Technology" }),
});

export const barQuery = z.strictObject({
  timeframe: z.enum(["1d", "1w", "1mo"]).default("1d"),
  from: date.optional(),
  to: date.optional(),
  adjustment: z
    .enum(["split", "all"])
    .default("split")
    .openapi({ description: "`all` takes dividends out of earlier prices too." }),
});

export const importReport = z
  .object({
    rows: z.number(),
    changed: z.number().openapi({ description: "Bars that were new or differed." }),
    rejected: z.number(),
    errors: z.array(z.object({ line: z.number(), code: z.string(), message: z.string() })),
  })
  .openapi("MarketImport");

const day = (value: number | null): string | null => (value === null ? null : fromDayNumber(value));

export function presentSymbol(row: SymbolRow): z.infer<typeof listing> {
  const { symbol, name, exchange, kind, sector, industry, country, currency, state, shares, source } = row;
  const days = { listedOn: day(row.listedOn), delistedOn: day(row.delistedOn) };
  return { symbol, name, exchange, kind, sector, industry, country, currency, state, ...days, shares, source };
}

export function presentQuote({ row, last, stale }: Quote): z.infer<typeof quote> {
  return {
    ...presentSymbol(row),
    asOf: day(last?.day ?? null),
    close: last?.close ?? null,
    changePct: last === null || last.change === null ? null : last.change * 100,
    marketCap: last && row.shares !== null ? last.close * row.shares : null,
    stale,
    fundamentals: row.fundamentals,
  };
}

export function presentBars(columns: BarColumns): z.infer<typeof bar>[] {
  return Array.from(columns.day, (time, index) => ({
    time: fromDayNumber(time),
    open: columns.open[index] ?? 0,
    high: columns.high[index] ?? 0,
    low: columns.low[index] ?? 0,
    close: columns.close[index] ?? 0,
    volume: columns.volume[index] ?? 0,
  }));
}
