import { z } from "@hono/zod-openapi";
import { isDate } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";

export const date = z
  .string()
  .refine(isDate, { params: { code: "date_invalid" }, error: "A day that exists, such as 2026-11-20." })
  .openapi({ format: "date", example: "2026-11-20" });

export const expression = z.string().min(1).max(4_000).openapi({
  description: "A condition in the language; GET /api/v1/scanner/fields is its reference.",
  example: "close > sma(close, 200) and rsi(14) < 30 and volume > 2 * avg(volume, 20)",
});

const symbol = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.\-^]{0,15}$/)
  .openapi({ example: "BADA" });

export const universe = z
  .strictObject({
    exchanges: z
      .array(z.string().max(8))
      .max(20)
      .optional()
      .openapi({ example: ["XNAS"] }),
    sectors: z
      .array(z.string().max(60))
      .max(20)
      .optional()
      .openapi({ example: ["Technology"] }),
    symbols: z
      .array(symbol)
      .max(1_000)
      .optional()
      .openapi({ example: ["BADA"] }),
    watchlistId: z.string().max(40).optional().openapi({ example: "watch_01k0gq2v9eft6tmd4y6n3k9b2x" }),
  })
  .openapi("ScanUniverse", { example: { exchanges: ["XNAS"] } });

const column = z.string().min(1).max(300).openapi({ example: "rsi(14)" });
export const DEFAULT_COLUMNS = ["close", "change_pct", "volume"] as const;

export const runScan = z
  .strictObject({
    expression,
    universe: universe.optional(),
    sort: column.optional().openapi({ description: "A column or any other expression; by symbol, if left out." }),
    order: z.enum(["asc", "desc"]).default("asc").openapi({ example: "desc" }),
    columns: z
      .array(column)
      .max(20)
      .default([...DEFAULT_COLUMNS])
      .openapi({ example: ["close", "rsi(14)"] }),
    limit: z.int().min(1).max(1_000).default(100).openapi({ example: 100 }),
    cursor: z.string().max(512).optional().openapi({ example: "c2NhbjoxMDA" }),
    asOf: date.optional().openapi({ description: "As whose evening the scan is run; the newest, if left out." }),
  })
  .openapi("RunScan");

const cell = z.union([z.number(), z.string(), z.null()]);

export const scanResult = z
  .object({
    asOf: z.string(),
    normalForm: z.string(),
    universeSize: z.number().openapi({ description: "Symbols that were looked at." }),
    stale: z.number().openapi({
      description:
        "Symbols of the universe without a bar on the newest day; they never match, and are no sign that nothing does.",
    }),
    staleExchanges: z
      .array(z.string())
      .openapi({ description: "Exchanges of which a session is over whose bars are not here." }),
    source: z.array(z.string()).openapi({ example: ["generated"] }),
    matched: z.number(),
    elapsedMs: z.number(),
    nextCursor: z.string().nullable(),
    data: z.array(z.object({ symbol: z.string(), name: z.string(), exchange: z.string() }).catchall(cell)),
  })
  .openapi("ScanResult");

export const validated = z.object({ normalForm: z.string() }).openapi("ValidExpression");
export const validate = z.strictObject({ expression }).openapi("ValidateExpression");

const parameter = z.object({
  name: z.string(),
  type: z.string(),
  default: z.union([z.number(), z.string(), z.null()]),
});

export const reference = z
  .object({
    data: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(["field", "function", "indicator"]),
        type: z.enum(["number", "condition", "text"]),
        group: z.string(),
        unit: z.string().nullable(),
        description: z.string(),
        source: z.string().nullable(),
        arguments: z.array(parameter),
        outputs: z.array(z.string()),
        example: z.string(),
      }),
    ),
    nextCursor: z.null(),
  })
  .openapi("LanguageReference");

export const preset = z
  .object({ id: z.string(), name: z.string(), group: z.string(), description: z.string(), expression: z.string() })
  .openapi("ScanPreset");

const alert = z
  .strictObject({
    channels: z
      .array(z.enum(["email", "inApp", "webhook"]))
      .min(1)
      .max(3)
      .openapi({ example: ["email"] }),
    on: z.enum(["new", "left", "any"]).openapi({
      description: "`new`: something entered; `left`: something left; `any`: something matches or left.",
      example: "new",
    }),
  })
  .openapi("ScanAlert", { example: { channels: ["email"], on: "new" } });

const schedule = z.string().min(1).max(100).openapi({
  description: "`daily` (after the close), `hourly` or a cron line of five fields in UTC.",
  example: "daily",
});

export const createScan = z
  .strictObject({
    name: textField(100).openapi({ example: "Oversold in an uptrend" }),
    expression,
    universe: universe.default({}),
    schedule: schedule.nullable().default(null),
    alert: alert.nullable().default(null),
  })
  .openapi("CreateScan");

export const updateScan = z
  .strictObject({
    name: textField(100).optional().openapi({ example: "Oversold in an uptrend" }),
    expression: expression.optional(),
    universe: universe.optional(),
    schedule: schedule.nullable().optional(),
    alert: alert.nullable().optional(),
  })
  .openapi("UpdateScan");

export const scan = z
  .object({
    id: z.string().openapi({ example: "scan_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    name: z.string(),
    version: z.number(),
    expression: z.string(),
    normalForm: z.string(),
    universe,
    schedule: z.string().nullable(),
    alert: alert.nullable(),
    nextRunAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Scan");

export const version = z
  .object({ version: z.number(), expression: z.string(), universe, createdAt: timestamp })
  .openapi("ScanVersion");

export const run = z
  .object({
    id: z.string().openapi({ example: "run_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    scanId: z.string(),
    version: z.number(),
    status: z.enum(["queued", "done"]),
    asOf: z.string().nullable(),
    universeSize: z.number(),
    stale: z.number(),
    matched: z.number(),
    elapsedMs: z.number(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .openapi("ScanRunSummary");

export const runWithMatches = run
  .extend({ entered: z.array(z.string()), left: z.array(z.string()), matches: z.array(z.string()) })
  .openapi("ScanRun");

export const symbolMatch = z
  .object({
    scanId: z.string(),
    name: z.string(),
    runId: z.string(),
    state: z.enum(["entered", "stayed", "left"]),
    asOf: z.string(),
  })
  .openapi("SymbolMatch");

export const createWatchlist = z
  .strictObject({
    name: textField(100).openapi({ example: "Oversold in an uptrend" }),
    symbols: z
      .array(symbol)
      .max(1_000)
      .default([])
      .openapi({ example: ["BADA"] }),
  })
  .openapi("CreateWatchlist");
export const addSymbol = z.strictObject({ symbol }).openapi("AddSymbol");
export const watchlist = z
  .object({
    id: z.string().openapi({ example: "watch_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    name: z.string(),
    symbols: z.array(z.string()),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Watchlist");

export const backtest = z
  .strictObject({
    expression,
    from: date,
    to: date,
    horizonDays: z
      .array(z.int().min(1).max(250))
      .min(1)
      .max(10)
      .default([1, 5, 20])
      .openapi({ example: [1, 5, 20] }),
    universe: universe.optional(),
  })
  .openapi("Backtest");

const rate = z.number().nullable();
const returns = z.object({ count: z.number(), hitRate: rate, mean: rate, median: rate });
export const backtestResult = z
  .object({
    normalForm: z.string(),
    symbols: z.number(),
    signals: z.number(),
    elapsedMs: z.number(),
    horizons: z.array(
      z.object({ horizonDays: z.number(), signals: returns.extend({ worst: rate, best: rate }), universe: returns }),
    ),
  })
  .openapi("BacktestResult");

export const series = z
  .object({
    symbol: z.string(),
    source: z.string(),
    columns: z.array(z.string()),
    data: z
      .array(z.object({ time: z.string(), values: z.record(z.string(), z.number().nullable()) }))
      .openapi({ description: "Oldest first." }),
    nextCursor: z.null(),
  })
  .openapi("IndicatorSeries");
