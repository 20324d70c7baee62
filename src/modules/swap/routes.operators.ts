import { z } from "@hono/zod-openapi";
import { walletAsset } from "#modules/wallet";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { http } from "#platform/http/problems";
import { defineRoute, operators } from "#platform/http/route";
import { listPairs as readPairs } from "./repository.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.operators.ts";

const tag = { tags: ["Administration"] as [string] };
const read = { access: operators("support", "admin"), limit: "read" } as const;
const asset = (name: "from" | "to") =>
  z
    .string()
    .max(10)
    .openapi({ param: { name, in: "path" }, example: name === "from" ? "USDT" : "BTC" });

const listPairs = defineRoute(
  { operation: "listAllSwapPairs", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/swap-pairs",
    summary: "Pairs that are swapped, also those that are switched off",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.pair).openapi("AllSwapPairsPage")) },
  },
  async (c) => c.json({ data: (await readPairs(c.get("ctx"))).map(schemas.presentPair), nextCursor: null }, 200),
);

const putPair = defineRoute(
  { operation: "putSwapPair", access: operators("admin"), limit: "write" },
  {
    ...tag,
    method: "put",
    path: "/admin/swap-pairs/{from}/{to}",
    summary: "Put a pair down, change its spread and limits, or switch it off",
    request: { params: z.object({ from: asset("from"), to: asset("to") }), body: jsonBody(schemas.putPair) },
    responses: { 200: jsonAnswer("The pair.", schemas.pair) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { from, to } = c.req.valid("param");
    const { minAmount, maxAmount, spreadBps, active } = c.req.valid("json");
    const [given, taken] = [walletAsset(ctx, from), walletAsset(ctx, to)];
    if (from === to) throw unfit("to", "pair_invalid", "An asset is not swapped into itself.");
    const minGive = readAmount(minAmount, given.ledger, { path: "minAmount" });
    const maxGive = readAmount(maxAmount, given.ledger, { path: "maxAmount" });
    if (maxGive < minGive) throw unfit("maxAmount", "range_invalid", "This must not be below the least.");
    const pair = {
      fromAsset: given.asset,
      toAsset: taken.asset,
      spreadBps,
      minGive,
      maxGive,
      active,
      updatedAt: ctx.now(),
    };
    return c.json(schemas.presentPair(await service.putPair(ctx, pair)), 200);
  },
);

const listReserves = defineRoute(
  { operation: "listSwapReserves", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/swap-liquidity",
    summary: "What is set aside to swap with",
    responses: { 200: jsonAnswer("By asset.", pageOf(schemas.reserve).openapi("SwapReservePage")) },
  },
  async (c) =>
    c.json({ data: (await service.listReserves(c.get("ctx"))).map(schemas.presentReserve), nextCursor: null }, 200),
);

const moveLiquidity = defineRoute(
  { operation: "moveSwapLiquidity", access: operators("admin"), limit: "money", idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/admin/swap-liquidity",
    summary: "Set some of our own aside to swap with, or take some back",
    description: "Books against equity. What is set aside here must lie at our addresses or in our bank account.",
    request: { body: jsonBody(schemas.moveLiquidity) },
    responses: { 201: jsonAnswer("What is set aside now.", schemas.reserve), 409: { description: "There is less." } },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { asset: code, amount, ...rest } = c.req.valid("json");
    const input = { asset: code, amount: readAmount(amount, walletAsset(ctx, code).ledger), ...rest };
    return c.json(schemas.presentReserve(await service.moveLiquidity(ctx, input)), 201);
  },
);

function unfit(path: string, code: string, message: string): Error {
  return http.validationFailed({ detail: message, code, errors: [{ path, code, message }] });
}

export const operatorRoutes = [listPairs, putPair, listReserves, moveLiquidity] as const;
