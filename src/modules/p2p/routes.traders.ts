import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { fiatAsset } from "./assets.ts";
import { idParam, jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { anyone, defineRoute, operators, signedIn } from "#platform/http/route";
import { problems } from "./errors.ts";
import * as schemas from "./schemas.traders.ts";
import * as methods from "./service.methods.ts";
import * as service from "./service.profile.ts";

const tag = { tags: ["P2P market"] as [string] };
const read = { access: signedIn("p2p:read"), limit: "read" } as const;
const write = { access: signedIn("p2p:write"), limit: "write" } as const;
const params = z.object({ id: idParam("user") });
const methodParams = z.object({
  fiat: z
    .string()
    .max(10)
    .openapi({ param: { name: "fiat", in: "path" }, example: "INR" }),
  method: z
    .string()
    .regex(/^[a-z0-9_]{2,40}$/)
    .openapi({ param: { name: "method", in: "path" }, example: "upi" }),
});
const methodPage = pageOf(schemas.method).openapi("PaymentMethodOfMarketPage");

const getTrader = defineRoute(
  { operation: "getTrader", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/traders/{id}",
    summary: "What is known of a trader",
    request: { params },
    responses: { 200: jsonAnswer("The trader.", schemas.trader) },
  },
  async (c) => c.json(schemas.presentTrader(await service.getTrader(c.get("ctx"), c.req.valid("param").id)), 200),
);

const listBlocks = defineRoute(
  { operation: "listBlockedTraders", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/blocks",
    summary: "Traders whom you have blocked",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.blockedTrader).openapi("BlockedTraderPage")) },
  },
  async (c) =>
    c.json({ data: (await service.listBlocks(c.get("ctx"))).map(schemas.presentBlocked), nextCursor: null }, 200),
);

const block = defineRoute(
  { operation: "blockTrader", ...write },
  {
    ...tag,
    method: "post",
    path: "/p2p/blocks",
    summary: "Block a trader",
    description: "Neither of you sees or takes the other's ads. Trades that are under way go on.",
    request: { body: jsonBody(schemas.blockTrader) },
    responses: {
      201: jsonAnswer("Blocked; again it changes nothing.", schemas.blockedTrader),
      404: { description: "There is no such trader." },
    },
  },
  async (c) => {
    const { traderId } = c.req.valid("json");
    if (!isId("user", traderId)) throw problems.traderNotFound();
    return c.json(schemas.presentBlocked(await service.blockTrader(c.get("ctx"), traderId)), 201);
  },
);

const unblock = defineRoute(
  { operation: "unblockTrader", ...write },
  {
    ...tag,
    method: "delete",
    path: "/p2p/blocks/{id}",
    summary: "Lift a block, by the trader's id",
    request: { params },
    responses: { 204: { description: "Lifted." } },
  },
  async (c) => {
    await service.unblockTrader(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const listMethods = defineRoute(
  { operation: "listTradePaymentMethods", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/p2p/payment-methods",
    summary: "Ways to pay in trades, with their windows and limits",
    request: { query: z.strictObject({ fiat: z.string().max(10).optional() }) },
    responses: { 200: jsonAnswer("All that are in use.", methodPage) },
  },
  async (c) => {
    const rows = await methods.listMethods(c.get("ctx"), c.req.valid("query").fiat ?? null);
    return c.json({ data: rows.map(schemas.presentMethod), nextCursor: null }, 200);
  },
);

const listAllMethods = defineRoute(
  { operation: "listAllTradePaymentMethods", access: operators("support", "admin"), limit: "read" },
  {
    tags: ["Administration"],
    method: "get",
    path: "/admin/p2p/payment-methods",
    summary: "Ways to pay in trades, also those that are switched off",
    responses: { 200: jsonAnswer("All of them.", methodPage) },
  },
  async (c) =>
    c.json(
      {
        data: (await methods.listAllMethods(c.get("ctx"))).map(schemas.presentMethod),
        nextCursor: null,
      },
      200,
    ),
);

const putMethod = defineRoute(
  { operation: "putTradePaymentMethod", access: operators("admin"), limit: "write" },
  {
    tags: ["Administration"],
    method: "put",
    path: "/admin/p2p/payment-methods/{fiat}/{method}",
    summary: "Put a way to pay down, change it or switch it off",
    request: { params: methodParams, body: jsonBody(schemas.putMethod) },
    responses: { 200: jsonAnswer("The way to pay.", schemas.method) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { fiat, method } = c.req.valid("param");
    const asset = fiatAsset(ctx, fiat);
    if (!asset) throw problems.methodNotFound({ detail: `${fiat} is no fiat that trades are paid in.` });
    const { maxAmount, newcomerMaxAmount, ...rest } = c.req.valid("json");
    const row = {
      fiat,
      method,
      ...rest,
      maxAmount: readAmount(maxAmount, asset, { path: "maxAmount" }),
      newcomerMaxAmount: readAmount(newcomerMaxAmount, asset, { path: "newcomerMaxAmount", zero: true }),
      updatedAt: ctx.now(),
    };
    return c.json(schemas.presentMethod(await methods.putMethod(ctx, row)), 200);
  },
);

export const traderRoutes = [getTrader, listBlocks, block, unblock, listMethods, listAllMethods, putMethod] as const;
