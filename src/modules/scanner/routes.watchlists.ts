import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { symbolParam } from "./routes.ts";
import * as present from "./schemas.present.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.watchlists.ts";

const tag = { tags: ["Scanner"] as [string] };
const read = { access: signedIn("scanner:read"), limit: "read" } as const;
const write = { access: signedIn("scanner:write"), limit: "write" } as const;
const params = z.object({ id: idParam("watch") });
const listAnswer = jsonAnswer("The watchlist.", schemas.watchlist);

const listWatchlists = defineRoute(
  { operation: "listWatchlists", ...read },
  {
    ...tag,
    method: "get",
    path: "/watchlists",
    summary: "Your watchlists, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.watchlist).openapi("WatchlistPage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (at) => isId("watch", at));
    const page = await service.listWatchlists(c.get("ctx"), request);
    return c.json(presentPage(page, present.presentWatchlist), 200);
  },
);

const createWatchlist = defineRoute(
  { operation: "createWatchlist", ...write },
  {
    ...tag,
    method: "post",
    path: "/watchlists",
    summary: "Make a watchlist",
    request: { body: jsonBody(schemas.createWatchlist) },
    responses: { 201: listAnswer },
  },
  async (c) => c.json(present.presentWatchlist(await service.createWatchlist(c.get("ctx"), c.req.valid("json"))), 201),
);

const getWatchlist = defineRoute(
  { operation: "getWatchlist", ...read },
  {
    ...tag,
    method: "get",
    path: "/watchlists/{id}",
    summary: "One of your watchlists",
    request: { params },
    responses: { 200: listAnswer },
  },
  async (c) => c.json(present.presentWatchlist(await service.getWatchlist(c.get("ctx"), c.req.valid("param").id)), 200),
);

const deleteWatchlist = defineRoute(
  { operation: "deleteWatchlist", ...write },
  {
    ...tag,
    method: "delete",
    path: "/watchlists/{id}",
    summary: "Delete a watchlist",
    request: { params },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await service.deleteWatchlist(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const addWatchlistSymbol = defineRoute(
  { operation: "addWatchlistSymbol", ...write },
  {
    ...tag,
    method: "post",
    path: "/watchlists/{id}/symbols",
    summary: "Add a symbol",
    request: { params, body: jsonBody(schemas.addSymbol) },
    responses: { 200: listAnswer },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, symbol: c.req.valid("json").symbol };
    return c.json(present.presentWatchlist(await service.addSymbol(c.get("ctx"), input)), 200);
  },
);

const removeWatchlistSymbol = defineRoute(
  { operation: "removeWatchlistSymbol", ...write },
  {
    ...tag,
    method: "delete",
    path: "/watchlists/{id}/symbols/{symbol}",
    summary: "Take a symbol out",
    request: { params: params.extend({ symbol: symbolParam() }) },
    responses: { 200: listAnswer },
  },
  async (c) => c.json(present.presentWatchlist(await service.removeSymbol(c.get("ctx"), c.req.valid("param"))), 200),
);

export const watchlistRoutes = [
  listWatchlists,
  createWatchlist,
  getWatchlist,
  deleteWatchlist,
  addWatchlistSymbol,
  removeWatchlistSymbol,
] as const;
