import { z } from "@hono/zod-openapi";
import { encodeCursor, decodeCursor } from "#kernel/page";
import { fromDayNumber, toDayNumber } from "#kernel/time";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { http } from "#platform/http/problems";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import { normalFormOf } from "./compile.ts";
import { toCsv } from "./csv.ts";
import { PRESETS } from "./presets.ts";
import { REFERENCE } from "./reference.ts";
import * as present from "./schemas.present.ts";
import * as schemas from "./schemas.ts";
import { createBacktest } from "./service.backtest.ts";
import type { ScanResult } from "./service.run.ts";
import { MAX_MATCHES, readSeries, runScan } from "./service.run.ts";

const tag = { tags: ["Scanner"] as [string] };

const listFields = defineRoute(
  { operation: "listScannerFields", access: anyone, limit: "public", catalogueSeconds: 300 },
  {
    ...tag,
    method: "get",
    path: "/scanner/fields",
    summary: "Every field and function of the language",
    responses: { 200: jsonAnswer("All of them.", schemas.reference) },
  },
  (c) => c.json({ data: [...REFERENCE], nextCursor: null }, 200),
);

const listPresets = defineRoute(
  { operation: "listScannerPresets", access: anyone, limit: "public", catalogueSeconds: 300 },
  {
    ...tag,
    method: "get",
    path: "/scanner/presets",
    summary: "Scans that every screener has",
    responses: {
      200: jsonAnswer("All of them.", pageOf(schemas.preset).openapi("ScanPresetPage")),
    },
  },
  (c) => c.json({ data: [...PRESETS], nextCursor: null }, 200),
);

const validateExpression = defineRoute(
  { operation: "validateExpression", access: signedIn("scanner:read"), limit: "read", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/scanner/validate",
    summary: "Check an expression",
    description:
      "Answers its normal form, which equal scans share, or 422 with line, column, what was expected there and the nearest name.",
    request: { body: jsonBody(schemas.validate) },
    responses: {
      200: jsonAnswer("It can be run.", schemas.validated),
    },
  },
  (c) => c.json({ normalForm: normalFormOf(c.req.valid("json").expression) }, 200),
);

const runScanRoute = defineRoute(
  { operation: "runScan", access: signedIn("scanner:read"), limit: "read", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/scanner/run",
    summary: "Run a scan now",
    description: `\`Accept: text/csv\` answers a file of up to ${MAX_MATCHES} matches.`,
    request: { body: jsonBody(schemas.runScan) },
    responses: {
      200: {
        description: "What matched.",
        content: { "application/json": { schema: schemas.scanResult }, "text/csv": { schema: z.string() } },
      },
    },
  },
  async (c) => {
    const { cursor, asOf, ...input } = c.req.valid("json");
    const csv = /\btext\/csv\b/i.test(c.req.header("Accept") ?? "");
    const result = await runScan(c.get("ctx"), {
      ...input,
      ...(csv ? { limit: MAX_MATCHES } : {}),
      offset: offsetOf(cursor),
      asOf: asOf === undefined ? null : toDayNumber(asOf),
    });
    if (csv) return c.body(csvOf(result), 200, { "Content-Type": "text/csv; charset=utf-8" });
    const next = result.more ? encodeCursor(`scan:${offsetOf(cursor) + result.matches.length}`) : null;
    return c.json(present.presentResult(result, next), 200);
  },
);

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const offset = Number(/^scan:([0-9]{1,6})$/.exec(decodeCursor(cursor) ?? "")?.[1]);
  if (!Number.isInteger(offset)) throw http.cursorInvalid({ detail: "Pass the `nextCursor` of the page before." });
  return offset;
}

function csvOf({ asOf, columns, matches }: ScanResult): string {
  const date = fromDayNumber(asOf);
  return toCsv(
    ["asOf", "symbol", "name", "exchange", ...columns],
    matches.map(({ symbol, name, exchange, cells }) => [date, symbol, name, exchange, ...cells]),
  );
}

const backtestRoute = defineRoute(
  { operation: "createBacktest", access: signedIn("scanner:write"), limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/scanner/backtest",
    summary: "Replay a scan on the past",
    description:
      "A signal is computed from the bars up to its day; its return runs from that day's close over so many bars. Symbols that were delisted later are kept in, with their last close. Facts such as shares and earnings are those of today.",
    request: { body: jsonBody(schemas.backtest) },
    responses: {
      200: jsonAnswer(
        "Forward returns of the signals, against the universe's own. Returns are fractions.",
        schemas.backtestResult,
      ),
    },
  },
  async (c) => {
    const { from, to, ...input } = c.req.valid("json");
    const result = await createBacktest(c.get("ctx"), { ...input, from: toDayNumber(from), to: toDayNumber(to) });
    return c.json({ ...result, horizons: [...result.horizons] }, 200);
  },
);

const listIndicators = defineRoute(
  { operation: "listIndicators", access: anyone, limit: "public", catalogueSeconds: 5 },
  {
    tags: ["Market"],
    method: "get",
    path: "/market/symbols/{symbol}/indicators",
    summary: "Indicators of a symbol, oldest first",
    request: {
      params: z.object({ symbol: symbolParam() }),
      query: z.strictObject({
        set: z.string().min(1).max(1_000).default("close").openapi({
          description: "Up to ten expressions, with commas between them.",
          example: "rsi(14),macd(12,26,9)",
        }),
        from: schemas.date.optional(),
      }),
    },
    responses: { 200: jsonAnswer("The series.", schemas.series) },
  },
  async (c) => {
    const { set, from } = c.req.valid("query");
    const result = await readSeries(c.get("ctx"), {
      symbol: c.req.valid("param").symbol,
      set: splitSet(set),
      from: from === undefined ? 0 : toDayNumber(from),
    });
    return c.json(present.presentSeries(result), 200);
  },
);

export function symbolParam(): z.ZodString {
  return z
    .string()
    .max(16)
    .regex(/^[A-Za-z0-9][A-Za-z0-9.\-^]*$/)
    .openapi({ param: { name: "symbol", in: "path" }, example: "BADA" });
}

const MAX_SET = 10;

/** Cuts a list at the commas that stand outside brackets. */
function splitSet(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth += 1;
    if (char === ")") depth -= 1;
    if (char === "," && depth === 0) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${char}`);
  }
  return parts.map((part) => part.trim()).slice(0, MAX_SET);
}

export const routes = [
  listFields,
  listPresets,
  validateExpression,
  runScanRoute,
  backtestRoute,
  listIndicators,
] as const;
