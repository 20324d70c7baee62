import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { presentSymbol, listing, symbolParam } from "./schemas.ts";
import * as schemas from "./schemas.symbols.ts";
import * as service from "./service.symbols.ts";

const admin = { access: operators("admin"), limit: "write" } as const;
const tag = { tags: ["Administration"] as [string] };
const params = z.object({ symbol: symbolParam });
const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: { "application/json": { schema } } });

const createSymbol = defineRoute(
  { operation: "createSymbol", ...admin },
  {
    ...tag,
    method: "post",
    path: "/admin/market/symbols",
    summary: "Add a symbol",
    description: "It has no bars until an import or the provider brings them.",
    request: { body: body(schemas.createSymbol) },
    responses: { 201: jsonAnswer("The symbol.", listing), 409: { description: "There is one of that name." } },
  },
  async (c) =>
    c.json(presentSymbol(await service.createSymbol(c.get("ctx"), schemas.readSymbol(c.req.valid("json")))), 201),
);

const updateSymbol = defineRoute(
  { operation: "updateSymbol", ...admin },
  {
    ...tag,
    method: "patch",
    path: "/admin/market/symbols/{symbol}",
    summary: "Change what is known of a symbol",
    description: "Where a provider lists the symbol, its next list has the last word.",
    request: { params, body: body(schemas.updateSymbol) },
    responses: { 200: jsonAnswer("The symbol.", listing) },
  },
  async (c) => {
    const change = { ...schemas.readChanges(c.req.valid("json")), symbol: c.req.valid("param").symbol };
    return c.json(presentSymbol(await service.updateSymbol(c.get("ctx"), change)), 200);
  },
);

const delistSymbol = defineRoute(
  { operation: "delistSymbol", ...admin },
  {
    ...tag,
    method: "delete",
    path: "/admin/market/symbols/{symbol}",
    summary: "Take a symbol off the list",
    description: "No scan meets it from today on. Its bars stay, so that backtests still meet it in the past.",
    request: { params },
    responses: { 204: { description: "It is off the list." } },
  },
  async (c) => {
    await service.delistSymbol(c.get("ctx"), c.req.valid("param").symbol);
    return c.body(null, 204);
  },
);

export const symbolRoutes = [createSymbol, updateSymbol, delistSymbol] as const;
