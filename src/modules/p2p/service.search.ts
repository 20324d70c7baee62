import type { Page, PageRequest } from "#kernel/page";
import { encodeCursor, toPage } from "#kernel/page";
import { findIndexPrice } from "#modules/market";
import { readWallets } from "#modules/wallet";
import type { Ctx } from "#platform/ctx";
import { withGatheredReads } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { assetsOf } from "./assets.ts";
import type { Ad } from "./repository.ads.ts";
import { listAdsById, listAdsOf } from "./repository.ads.ts";
import type { Market } from "./repository.listings.ts";
import { listBest, listNewest } from "./repository.listings.ts";
import { sellable } from "./rules.funding.ts";
import { assetFor, priceWithMargin } from "./rules.price.ts";
import type { Position } from "./rules.search.ts";
import { advance, mergeListings, readPosition, writePosition } from "./rules.search.ts";
import { scalesOf } from "./service.taking.ts";
import type { TraderSummary } from "./service.traders.ts";
import { traderSummary } from "./service.traders.ts";

/** An ad as somebody sees it. */
export interface ShownAd {
  readonly ad: Ad;
  readonly trader: TraderSummary;
  /** Null of a floating price while there is no index price. */
  readonly price: number | null;
  /** What can be taken of the asset now. */
  readonly available: number;
}

export interface Search extends Partial<Market> {
  /** Empty for any. */
  readonly method: string;
  /** Minor units of the fiat; null for any. */
  readonly amount: number | null;
}

/**
 * Ads that can be taken. A whole market (side, asset and fiat) is read in the order of prices, then of standing;
 * anything less newest first, for prices of different things have no order.
 */
export async function searchAds(ctx: Ctx, search: Search, page: PageRequest): Promise<Page<ShownAd>> {
  const gathered = withGatheredReads(ctx);
  const found = isWholeMarket(search)
    ? await searchMarket(gathered, search, page)
    : await searchNewest(gathered, search, page);
  return { data: await showAds(gathered, found.data), nextCursor: found.nextCursor };
}

/** Whether a search names one market, which has an order of prices. */
export function isWholeMarket(search: Search): search is Search & Market {
  return search.side !== undefined && search.asset !== undefined && search.fiat !== undefined;
}

async function searchMarket(ctx: Ctx, search: Search & Market, page: PageRequest): Promise<Page<Ad>> {
  const { method, amount, ...market } = search;
  const position = page.after === null ? await begin(ctx, market) : readPosition(page.after);
  if (!position) return { data: [], nextCursor: null };
  const slice = { market, method, amount, readerId: customerOf(ctx), limit: page.limit + 1 };
  const [fixed, floating] = await Promise.all([
    listBest(ctx, { ...slice, priceType: "fixed", after: position.fixed }),
    position.index === null ? [] : listBest(ctx, { ...slice, priceType: "floating", after: position.floating }),
  ]);
  const merged = mergeListings({ fixed, floating }, { index: position.index, buying: market.side === "buy" });
  const shown = merged.slice(0, page.limit);
  const more = merged.length > page.limit;
  return {
    data: await listAdsById(
      ctx,
      shown.map(({ adId }) => adId),
    ),
    nextCursor: more ? encodeCursor(writePosition(advance(position, shown))) : null,
  };
}

async function begin(ctx: Ctx, { asset, fiat }: Market): Promise<Position> {
  const index = await findIndexPrice(ctx, asset, fiat);
  return { index: index?.price ?? null, fixed: null, floating: null };
}

async function searchNewest(ctx: Ctx, search: Search, page: PageRequest): Promise<Page<Ad>> {
  const { method, amount, ...market } = search;
  const rows = await listNewest(ctx, {
    market,
    method,
    amount,
    readerId: customerOf(ctx),
    after: page.after,
    limit: page.limit + 1,
  });
  return toPage(rows, page, ({ id }) => id);
}

/** One's own ads, also those that are paused. */
export async function listOwnAds(ctx: Ctx, page: PageRequest): Promise<Page<ShownAd>> {
  const found = toPage(await listAdsOf(ctx, customerOf(ctx), page), page, ({ id }) => id);
  return { data: await showAds(ctx, found.data), nextCursor: found.nextCursor };
}

/** Ads with what is known of their traders, their prices now, and what can be taken of them. */
export async function showAds(ctx: Ctx, ads: readonly Ad[]): Promise<ShownAd[]> {
  const [traders, wallets, prices] = await Promise.all([
    traderSummary(
      ctx,
      ads.map(({ userId }) => userId),
    ),
    readWallets(
      ctx,
      ads.map((ad) => ({ userId: ad.userId, asset: assetsOf(ctx, ad).asset })),
    ),
    pricesOf(ctx, ads),
  ]);
  return ads.flatMap((ad, index): ShownAd[] => {
    const trader = traders.get(ad.userId);
    const price = prices[index] ?? null;
    const available = availableOf(ctx, ad, { price, wallet: wallets[index]?.available ?? 0 });
    return trader ? [{ ad, trader, price, available }] : [];
  });
}

async function pricesOf(ctx: Ctx, ads: readonly Ad[]): Promise<(number | null)[]> {
  const markets = new Map(ads.filter(({ price }) => price === null).map((ad) => [`${ad.asset} ${ad.fiat}`, ad]));
  const found = new Map(
    await Promise.all(
      [...markets].map(async ([market, { asset, fiat }]) => [market, await findIndexPrice(ctx, asset, fiat)] as const),
    ),
  );
  return ads.map((ad) => {
    const index = found.get(`${ad.asset} ${ad.fiat}`);
    return ad.price ?? (index ? priceWithMargin(index.price, ad.marginBps ?? 0) : null);
  });
}

function availableOf(ctx: Ctx, ad: Ad, { price, wallet }: { price: number | null; wallet: number }): number {
  const stock =
    ad.stock ?? (ad.side === "buy" && price !== null ? assetFor(ad.maxFiat, price, scalesOf(ctx, ad)) : null);
  if (ad.side === "buy") return stock ?? 0;
  const { makerFeeBps, takerFeeBps } = ctx.config.p2p;
  return Math.min(stock ?? Number.MAX_SAFE_INTEGER, sellable(wallet, makerFeeBps + takerFeeBps));
}
