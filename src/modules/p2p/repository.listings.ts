import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { columnsOf, readRow } from "#platform/db";
import type { Ad } from "./repository.ads.ts";
import { ads } from "./tables.ts";

/** Where a reader is in one of the two lists, of fixed and of floating prices, that a market is made of. */
export interface Place {
  readonly rank: number;
  readonly standing: number;
  readonly adId: Id<"ad">;
}

export interface Market {
  readonly side: "sell" | "buy";
  readonly asset: string;
  readonly fiat: string;
}

/** What ads must be like, beside the market that they are in. */
export interface Wish {
  /** Empty for any. */
  readonly method: string;
  /** Minor units of the fiat; null for any. */
  readonly amount: number | null;
  /** Whose search it is. Ads of those with whom one of them has broken are left out. */
  readonly readerId: Id<"user">;
}

export interface Slice extends Wish {
  readonly market: Market;
  readonly priceType: "fixed" | "floating";
  readonly after: Place | null;
  readonly limit: number;
}

const FITS = `(?7 is null or (min_fiat <= ?7 and max_fiat >= ?7))
  and not exists (select 1 from p2p_ads a where a.id = ad_id and (
    exists (select 1 from p2p_blocks where user_id = ?8 and blocked_id = a.user_id)
    or exists (select 1 from p2p_blocks where user_id = a.user_id and blocked_id = ?8)))`;

/** The best listings of a market of one kind of price: walks the index in its order, so nothing is sorted. */
export const BEST = `select rank, standing, ad_id as adId from p2p_listings
  where side = ?1 and asset = ?2 and fiat = ?3 and method = ?4 and price_type = ?5
    and (rank, standing, ad_id) > (?9, ?10, ?11) and ${FITS}
  order by rank, standing, ad_id limit ?6`;

/** The newest listings of whatever market. */
export const NEWEST = `select ad_id as adId from p2p_listings
  where method = ?4 and ad_id < ?9 and (?1 is null or side = ?1) and (?2 is null or asset = ?2)
    and (?3 is null or fiat = ?3) and ?5 is null and ${FITS}
  order by ad_id desc limit ?6`;

const NEWEST_ADS = `select ${columnsOf(ads, "ad")} from (${NEWEST}) n join p2p_ads ad on ad.id = n.adId order by ad.id desc`;

const BEFORE_ALL: Place = { rank: -Number.MAX_SAFE_INTEGER, standing: 0, adId: "" as Id<"ad"> };
const AFTER_ALL = "ad_~";

export async function listBest(ctx: Ctx, slice: Slice): Promise<Place[]> {
  const { market, method, priceType, limit, amount, readerId } = slice;
  const { rank, standing, adId } = slice.after ?? BEFORE_ALL;
  const { side, asset, fiat } = market;
  return (
    await ctx.db
      .sql(BEST, side, asset, fiat, method, priceType, limit, amount, readerId, rank, standing, adId)
      .all<Place>()
  ).results;
}

/** The ads themselves, of the newest listings. */
export async function listNewest(
  ctx: Ctx,
  wish: Wish & { readonly market: Partial<Market>; readonly after: string | null; readonly limit: number },
): Promise<Ad[]> {
  const { side = null, asset = null, fiat = null } = wish.market;
  const { method, limit, amount, readerId, after } = wish;
  const { results } = await ctx.db
    .sql(NEWEST_ADS, side, asset, fiat, method, null, limit, amount, readerId, after ?? AFTER_ALL)
    .all<Readonly<Record<string, unknown>>>();
  return results.map((row) => readRow(ads, row) as Ad);
}
