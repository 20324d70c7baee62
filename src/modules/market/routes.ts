import { z } from "@hono/zod-openapi";
import { toDayNumber } from "#kernel/time";
import { jsonAnswer, pageOf, presentPage, toPageRequest } from "#platform/http/fields";
import { http } from "#platform/http/problems";
import { anyone, defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { importBars } from "./service.import.ts";
import * as service from "./service.ts";

const SYMBOL = /^[A-Z0-9][A-Z0-9.\-^]{0,15}$/;
const params = z.object({ symbol: schemas.symbolParam });
const tag = { tags: ["Market"] as [string] };

const listSymbols = defineRoute(
  { operation: "listSymbols", access: anyone, limit: "public", catalogueSeconds: 10 },
  {
    ...tag,
    method: "get",
    path: "/market/symbols",
    summary: "Symbols, in the order of the alphabet",
    request: { query: schemas.symbolQuery },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.listing).openapi("SymbolPage")),
    },
  },
  async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const request = toPageRequest({ limit, cursor }, (position) => SYMBOL.test(position));
    const page = await service.listSymbols(c.get("ctx"), filter, request);
    return c.json(presentPage(page, schemas.presentSymbol), 200);
  },
);

const getSymbol = defineRoute(
  { operation: "getSymbol", access: anyone, limit: "public", catalogueSeconds: 5 },
  {
    ...tag,
    method: "get",
    path: "/market/symbols/{symbol}",
    summary: "One symbol with its newest price",
    request: { params },
    responses: { 200: jsonAnswer("The symbol.", schemas.quote) },
  },
  async (c) => c.json(schemas.presentQuote(await service.getSymbol(c.get("ctx"), c.req.valid("param").symbol)), 200),
);

const listBars = defineRoute(
  { operation: "listBars", access: anyone, limit: "public", catalogueSeconds: 5 },
  {
    ...tag,
    method: "get",
    path: "/market/symbols/{symbol}/bars",
    summary: "Bars of a symbol, oldest first",
    description: "Prices and volumes are adjusted for splits. The newest week or month is the running one.",
    request: { params, query: schemas.barQuery },
    responses: { 200: jsonAnswer("The bars.", schemas.bars) },
  },
  async (c) => {
    const { timeframe, from, to, adjustment } = c.req.valid("query");
    const { bars, row } = await service.listBars(c.get("ctx"), {
      symbol: c.req.valid("param").symbol.toUpperCase(),
      from: from === undefined ? 0 : toDayNumber(from),
      to: to === undefined ? 1_000_000 : toDayNumber(to),
      timeframe,
      dividends: adjustment === "all",
    });
    const data = schemas.presentBars(bars);
    const { symbol, source } = row;
    return c.json({ symbol, timeframe, asOf: data.at(-1)?.time ?? null, source, data, nextCursor: null }, 200);
  },
);

const importMarket = defineRoute(
  { operation: "importBars", access: operators("admin"), limit: "costly", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/admin/market/import",
    summary: "Import a CSV of bars",
    description:
      "The first line names the columns `symbol`, `date`, `open`, `high`, `low`, `close`, `volume` and, if you like, `exchange` and `name`; with an exchange, symbols that are not known are added. The body is read as it streams in. A second import of the same file changes nothing.",
    request: {
      body: {
        required: true,
        content: { "text/csv": { schema: z.string().openapi({ example: "symbol,date,open,high,low,close,volume" }) } },
      },
    },
    responses: {
      200: jsonAnswer("What was imported.", schemas.importReport),
    },
  },
  async (c) => {
    const { raw } = c.req;
    if (!/^text\/csv\b/i.test(raw.headers.get("Content-Type") ?? ""))
      throw http.unsupportedMediaType({ detail: "Send the file as `Content-Type: text/csv`." });
    const body = (raw.body ?? new Blob([]).stream()) as ReadableStream<Uint8Array>;
    const report = await importBars(c.get("ctx"), body);
    return c.json({ ...report, errors: [...report.errors] }, 200);
  },
);

export const routes = [listSymbols, getSymbol, listBars, importMarket] as const;
