import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { walletAsset } from "#modules/wallet";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import { problems } from "./errors.ts";
import { listPairs as readPairs } from "./repository.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const tag = { tags: ["Swaps"] as [string] };
const read = { access: signedIn("wallet:read"), limit: "read" } as const;
const write = { access: signedIn("wallet:write"), limit: "money" } as const;

const listPairs = defineRoute(
  { operation: "listSwapPairs", access: anyone, limit: "public", catalogueSeconds: 10 },
  {
    ...tag,
    method: "get",
    path: "/swap-pairs",
    summary: "Assets that can be swapped, and on which terms",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.pair).openapi("SwapPairPage")) },
  },
  async (c) => {
    const pairs = (await readPairs(c.get("ctx"))).filter(({ active }) => active);
    return c.json({ data: pairs.map(schemas.presentPair), nextCursor: null }, 200);
  },
);

const createQuote = defineRoute(
  { operation: "createSwapQuote", ...write },
  {
    ...tag,
    method: "post",
    path: "/swaps/quotes",
    summary: "Ask what a swap would come to",
    description: "We stand by it for 30 seconds, once.",
    request: { body: jsonBody(schemas.createQuote) },
    responses: {
      201: jsonAnswer("The quote.", schemas.quote),
      409: { description: "These two are not swapped here." },
      503: { description: "There is no price at the moment." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { from, to, amount } = c.req.valid("json");
    const give = readAmount(amount, walletAsset(ctx, from).ledger);
    return c.json(schemas.presentQuote(await service.createQuote(ctx, { from, to, give })), 201);
  },
);

const createSwap = defineRoute(
  { operation: "createSwap", ...write, idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/swaps",
    summary: "Swap as a quote says",
    request: { body: jsonBody(schemas.createSwap) },
    responses: {
      201: jsonAnswer("The swap: both assets have moved.", schemas.swap),
      404: { description: "There is no such quote of yours." },
      409: { description: "The quote is over or used, or one of the two sides lacks the funds." },
    },
  },
  async (c) => {
    const { quoteId } = c.req.valid("json");
    if (!isId("quote", quoteId)) throw problems.quoteNotFound();
    return c.json(schemas.presentSwap(await service.createSwap(c.get("ctx"), quoteId)), 201);
  },
);

const listSwaps = defineRoute(
  { operation: "listSwaps", ...read },
  {
    ...tag,
    method: "get",
    path: "/swaps",
    summary: "Your swaps, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.swap).openapi("SwapPage")) },
  },
  async (c) => {
    const page = toPageRequest(c.req.valid("query"), (position) => isId("swap", position));
    return c.json(presentPage(await service.listSwaps(c.get("ctx"), page), schemas.presentSwap), 200);
  },
);

const getSwap = defineRoute(
  { operation: "getSwap", ...read },
  {
    ...tag,
    method: "get",
    path: "/swaps/{id}",
    summary: "One of your swaps",
    request: { params: z.object({ id: idParam("swap") }) },
    responses: { 200: jsonAnswer("The swap.", schemas.swap) },
  },
  async (c) => c.json(schemas.presentSwap(await service.getSwap(c.get("ctx"), c.req.valid("param").id)), 200),
);

export const routes = [listPairs, createQuote, createSwap, listSwaps, getSwap] as const;
