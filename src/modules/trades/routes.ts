import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import type { Command } from "#objects/escrow-trade";
import type { Ctx } from "#platform/ctx";
import { idParam, jsonAnswer, jsonBody, optionalBody, pageOf, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import type { Id } from "#kernel/ids";
import * as commands from "./service.commands.ts";
import { createTrade } from "./service.take.ts";
import * as views from "./service.views.ts";
import type { Trade } from "./repository.trades.ts";
import * as schemas from "./schemas.ts";

const tag = { tags: ["Trades"] as [string] };
const read = { access: signedIn("p2p:read"), limit: "read" } as const;
/** No API key moves a trade. */
const party = { access: signedIn(null), limit: "money" } as const;
const params = z.object({ id: idParam("trade") });
const tradeAnswer = (description: string) => jsonAnswer(description, schemas.trade);
const commandAnswers = {
  200: tradeAnswer("The trade. A repeat of what was done answers the same."),
  409: { description: "`illegal_transition` with the state, or `version_stale`." },
};

async function shown(ctx: Ctx, trade: Trade): Promise<z.infer<typeof schemas.trade>> {
  return schemas.presentTrade(await views.viewOwn(ctx, trade));
}

async function obeyed(
  ctx: Ctx,
  tradeId: Id<"trade">,
  given: { readonly command: Command; readonly expectedVersion: number | undefined },
): Promise<z.infer<typeof schemas.trade>> {
  const { command, expectedVersion = null } = given;
  return await shown(ctx, await commands.commandAsParty(ctx, { tradeId, command, expectedVersion }));
}

const create = defineRoute(
  { operation: "createTrade", ...party, idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/p2p/ads/{id}/trades",
    summary: "Take an ad",
    description:
      "In one step the seller's asset is in escrow with the fee, and the price is frozen; or nothing happens.",
    request: { params: z.object({ id: idParam("ad") }), body: jsonBody(schemas.createTrade) },
    responses: {
      201: tradeAnswer("The trade."),
      409: { description: "`insufficient_funds`, `ad_exhausted`, `own_ad`, a block or a limit." },
    },
  },
  async (c) => {
    const { fiatAmount = null, assetAmount = null, paymentMethod } = c.req.valid("json");
    const input = { adId: c.req.valid("param").id, fiatAmount, assetAmount, paymentMethod };
    return c.json(await shown(c.get("ctx"), await createTrade(c.get("ctx"), input)), 201);
  },
);

const list = defineRoute(
  { operation: "listTrades", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/trades",
    summary: "Your trades, newest first",
    request: { query: schemas.tradeQuery },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.trade).openapi("TradePage")) },
  },
  async (c) => {
    const { state, ...paging } = c.req.valid("query");
    const request = toPageRequest(paging, (position) => isId("trade", position));
    const page = await views.listOwnTrades(c.get("ctx"), state ?? null, request);
    return c.json(presentPage(page, schemas.presentTrade), 200);
  },
);

const get = defineRoute(
  { operation: "getTrade", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/trades/{id}",
    summary: "One of your trades",
    request: { params },
    responses: { 200: tradeAnswer("The trade.") },
  },
  async (c) => c.json(schemas.presentTrade(await views.getTrade(c.get("ctx"), c.req.valid("param").id)), 200),
);

const paid = defineRoute(
  { operation: "markTradePaid", ...party },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/paid",
    summary: "Say that you have paid",
    description: "The buyer's. From now on no clock moves the asset.",
    request: { params, body: optionalBody(schemas.markPaid) },
    responses: commandAnswers,
  },
  async (c) => {
    const { payerName = null, expectedVersion } = c.req.valid("json");
    const command = { name: "pay", payerName } as const;
    return c.json(await obeyed(c.get("ctx"), c.req.valid("param").id, { command, expectedVersion }), 200);
  },
);

const release = defineRoute(
  { operation: "releaseTrade", ...party },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/release",
    summary: "Give the asset to the buyer",
    description: "The seller's, and final. Where two factors are on it needs a session that was raised by them.",
    request: { params, body: optionalBody(schemas.plainCommand) },
    responses: commandAnswers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { expectedVersion = null } = c.req.valid("json");
    const trade = await commands.releaseTrade(ctx, { tradeId: c.req.valid("param").id, expectedVersion });
    return c.json(await shown(ctx, trade), 200);
  },
);

const cancel = defineRoute(
  { operation: "cancelTrade", ...party },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/cancel",
    summary: "Give the trade up",
    description: "The buyer's, until the release. The seller gets everything back.",
    request: { params, body: optionalBody(schemas.plainCommand) },
    responses: commandAnswers,
  },
  async (c) => {
    const { expectedVersion } = c.req.valid("json");
    const given = { command: { name: "cancel" }, expectedVersion } as const;
    return c.json(await obeyed(c.get("ctx"), c.req.valid("param").id, given), 200);
  },
);

const extend = defineRoute(
  { operation: "extendTrade", ...party },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/extend",
    summary: "Give the buyer more time to pay",
    description: "The seller's. The window ends a day after the trade began at the latest.",
    request: { params, body: jsonBody(schemas.extend) },
    responses: commandAnswers,
  },
  async (c) => {
    const { minutes, expectedVersion } = c.req.valid("json");
    const given = { command: { name: "extend", minutes }, expectedVersion } as const;
    return c.json(await obeyed(c.get("ctx"), c.req.valid("param").id, given), 200);
  },
);

const dispute = defineRoute(
  { operation: "disputeTrade", ...party },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/dispute",
    summary: "Ask for an arbitrator",
    description:
      "Either side's once payment is claimed. The buyer's for 15 minutes after the expiry, too: what went back to the seller is then locked again.",
    request: { params, body: jsonBody(schemas.openDispute) },
    responses: commandAnswers,
  },
  async (c) => {
    const { reason, expectedVersion } = c.req.valid("json");
    const given = { command: { name: "dispute", reason }, expectedVersion } as const;
    return c.json(await obeyed(c.get("ctx"), c.req.valid("param").id, given), 200);
  },
);

export const routes = [create, list, get, paid, release, cancel, extend, dispute] as const;
