import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { isId } from "#kernel/ids";
import type { Asset } from "#kernel/money";
import { PRICE_SCALE } from "#modules/market";
import type { Ctx } from "#platform/ctx";
import { idParam, jsonAnswer, jsonBody, pageOf, presentPage, toPageRequest } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { http } from "#platform/http/problems";
import { defineRoute, signedIn } from "#platform/http/route";
import { assetsOf, fiatAsset, tradedAsset } from "./assets.ts";
import { readPosition } from "./rules.search.ts";
import * as schemas from "./schemas.ts";
import type { AdChanges, CreateAd } from "./service.ads.ts";
import * as service from "./service.ads.ts";
import type { Search } from "./service.search.ts";
import { isWholeMarket, listOwnAds, searchAds } from "./service.search.ts";

const tag = { tags: ["P2P market"] as [string] };
const read = { access: signedIn("p2p:read"), limit: "read" } as const;
const write = { access: signedIn("p2p:write"), limit: "write" } as const;
const params = z.object({ id: idParam("ad") });
const adAnswer = (description: string) => jsonAnswer(description, schemas.ad);
const PRICE: Asset = { code: "price", scale: PRICE_SCALE, maxMinor: Number.MAX_SAFE_INTEGER };

const isMarketPosition = (position: string): boolean => readPosition(position) !== null;
const isAd = (position: string): boolean => isId("ad", position);

const list = defineRoute(
  { operation: "listAds", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/ads",
    summary: "Ads that can be taken",
    description:
      "With `side`, `asset` and `fiat` the best price first, then the better trader; with less the newest first. `side` is the maker's, so whoever wants to buy asks for `sell`.",
    request: { query: schemas.adQuery },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.ad).openapi("AdPage")) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { limit, cursor, mine, ...wanted } = c.req.valid("query");
    const search = readSearch(ctx, wanted);
    const isPosition = mine === undefined && isWholeMarket(search) ? isMarketPosition : isAd;
    const page = toPageRequest({ limit, cursor }, isPosition);
    const found = mine === undefined ? await searchAds(ctx, search, page) : await listOwnAds(ctx, page);
    return c.json(
      presentPage(found, (row) => schemas.presentAd(ctx, row)),
      200,
    );
  },
);

const create = defineRoute(
  { operation: "createAd", ...write },
  {
    ...tag,
    method: "post",
    path: "/p2p/ads",
    summary: "Put an ad in the market",
    description: "A seller's ad is shown while the wallet covers its minimum and the fee; until then it is paused.",
    request: { body: jsonBody(schemas.createAd) },
    responses: { 201: adAnswer("The ad."), 409: { description: "You have as many ads as an account may have." } },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const shown = await service.createAd(ctx, readAd(ctx, c.req.valid("json")));
    return c.json(schemas.presentAd(ctx, shown), 201);
  },
);

const get = defineRoute(
  { operation: "getAd", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/ads/{id}",
    summary: "One ad",
    request: { params },
    responses: { 200: adAnswer("The ad, with its price now.") },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentAd(ctx, await service.getAd(ctx, c.req.valid("param").id)), 200);
  },
);

const update = defineRoute(
  { operation: "updateAd", ...write },
  {
    ...tag,
    method: "patch",
    path: "/p2p/ads/{id}",
    summary: "Change one of your ads, pause it or show it again",
    description: "Trades that are under way keep what they began with.",
    request: { params, body: jsonBody(schemas.updateAd) },
    responses: { 200: adAnswer("The ad."), 409: { description: "It was changed or taken meanwhile." } },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const before = await service.ownAd(ctx, c.req.valid("param").id);
    const changes = readChanges(ctx, before, c.req.valid("json"));
    return c.json(schemas.presentAd(ctx, await service.updateAd(ctx, before, changes)), 200);
  },
);

const remove = defineRoute(
  { operation: "deleteAd", ...write },
  {
    ...tag,
    method: "delete",
    path: "/p2p/ads/{id}",
    summary: "Take one of your ads away",
    description: "Trades that are under way go on.",
    request: { params },
    responses: { 204: { description: "It is gone." }, 409: { description: "It was changed meanwhile." } },
  },
  async (c) => {
    await service.deleteAd(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

type Wanted = Omit<z.output<typeof schemas.adQuery>, "limit" | "cursor" | "mine">;

function readSearch(ctx: Ctx, { paymentMethod = "", amount, ...market }: Wanted): Search {
  const path = "amount";
  const minor = amount === undefined ? null : readAmount(amount, fiatOf(ctx, market.fiat ?? ""), { path });
  return { ...given(market), method: paymentMethod, amount: minor };
}

function readAd(ctx: Ctx, input: z.output<typeof schemas.createAd>): CreateAd {
  const asset = tradedAsset(ctx, input.asset);
  if (!asset) throw unknown("asset", `${input.asset} is not traded here.`);
  const fiat = fiatOf(ctx, input.fiat);
  const { side, paymentMethods, paymentWindowMinutes, terms } = input;
  return {
    side,
    asset: asset.asset,
    fiat: fiat.code,
    priceType: input.price === null ? "floating" : "fixed",
    price: input.price === null ? null : readAmount(input.price, PRICE, { path: "price" }),
    marginBps: input.marginBps,
    minFiat: readAmount(input.minAmount, fiat, { path: "minAmount" }),
    maxFiat: readAmount(input.maxAmount, fiat, { path: "maxAmount" }),
    stock: input.available === null ? null : readAmount(input.available, asset.ledger, { path: "available" }),
    paymentMethods,
    paymentWindowMinutes,
    terms,
  };
}

function readChanges(
  ctx: Ctx,
  ad: { readonly asset: string; readonly fiat: string },
  input: z.output<typeof schemas.updateAd>,
): AdChanges {
  const { asset, fiat } = assetsOf(ctx, ad);
  const { price, marginBps, minAmount, maxAmount, available, priceType: _kind, ...rest } = input;
  return {
    ...rest,
    ...(price === undefined
      ? {}
      : { priceType: "fixed", price: readAmount(price, PRICE, { path: "price" }), marginBps: null }),
    ...(marginBps === undefined ? {} : { priceType: "floating", price: null, marginBps }),
    minFiat: readIfGiven(minAmount, fiat, "minAmount"),
    maxFiat: readIfGiven(maxAmount, fiat, "maxAmount"),
    stock: available === null ? null : readIfGiven(available, asset.ledger, "available"),
  };
}

function readIfGiven(text: string | undefined, asset: Asset, path: string): number | undefined {
  return text === undefined ? undefined : readAmount(text, asset, { path });
}

function fiatOf(ctx: Ctx, code: string): Asset {
  const fiat = fiatAsset(ctx, code);
  if (!fiat) throw unknown("fiat", "Name the fiat that is paid with, such as INR.");
  return fiat;
}

function unknown(path: string, message: string): Error {
  return http.validationFailed({ detail: message, errors: [{ path, code: "asset_unknown", message }] });
}

export const adRoutes = [list, create, get, update, remove] as const;
