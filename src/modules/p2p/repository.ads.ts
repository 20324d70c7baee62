import { and, desc, eq, gt, inArray, lt, ne, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { ads, cursors } from "./tables.ts";

export type Ad = Omit<typeof ads.$inferSelect, "id" | "userId"> & { id: Id<"ad">; userId: Id<"user"> };

const SELLING_MAX = 500;

export async function findAd(ctx: Ctx, id: Id<"ad">): Promise<Ad | null> {
  const [row] = await ctx.db.primary.select().from(ads).where(eq(ads.id, id)).limit(1);
  return (row as Ad | undefined) ?? null;
}

export async function listAdsById(ctx: Ctx, ids: readonly Id<"ad">[]): Promise<Ad[]> {
  if (ids.length === 0) return [];
  const wanted = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  const rows = (await ctx.db.read.select().from(ads).where(inArray(ads.id, wanted))) as Ad[];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One trader's ads that are not closed, newest first. */
export async function listAdsOf(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Ad[]> {
  const after = page.after === null ? undefined : lt(ads.id, page.after);
  return (await ctx.db.read
    .select()
    .from(ads)
    .where(and(eq(ads.userId, userId), ne(ads.status, "closed"), after))
    .orderBy(desc(ads.id))
    .limit(page.limit + 1)) as Ad[];
}

export async function exportAds(ctx: Ctx, userId: Id<"user">): Promise<Ad[]> {
  return (await ctx.db.read.select().from(ads).where(eq(ads.userId, userId)).orderBy(ads.id)) as Ad[];
}

/** Sellers' ads whose wallets have to be looked at, of one seller or of the next some sellers. */
export async function listSellingAds(ctx: Ctx, of: { userId: Id<"user"> } | { after: string }): Promise<Ad[]> {
  const whose = "userId" in of ? eq(ads.userId, of.userId) : gt(ads.userId, of.after);
  const rows = (await ctx.db.primary
    .select()
    .from(ads)
    .where(and(eq(ads.side, "sell"), eq(ads.status, "active"), whose))
    .orderBy(ads.userId, ads.asset)
    .limit(SELLING_MAX)) as Ad[];
  const last = rows.at(-1)?.userId;
  const cut = rows.length === SELLING_MAX && rows[0]?.userId !== last;
  return cut ? rows.filter(({ userId }) => userId !== last) : rows;
}

/** After which seller a sweep goes on; empty at the beginning. */
export async function findCursor(ctx: Ctx, name: string): Promise<string> {
  const [row] = await ctx.db.primary.select().from(cursors).where(eq(cursors.name, name)).limit(1);
  return row?.after ?? "";
}

export function putCursor(ctx: Ctx, name: string, after: string): Statement {
  return ctx.db.statement(
    ctx.db.primary.insert(cursors).values({ name, after }).onConflictDoUpdate({ target: cursors.name, set: { after } }),
  );
}

/** Puts an ad down, refused as `p2p_ad_limit` where its owner has so many already. */
export function insertAd(ctx: Ctx, ad: Ad, most: number): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(ads).values(ad)),
    ctx.db.sql(
      `insert into platform_expectations (name, holds) values ('p2p_ad_limit',
         (select count(*) from p2p_ads where user_id = ? and status <> 'closed') <= ?)`,
      ad.userId,
      most,
    ),
    ...relist(ctx, [ad.id]),
  ];
}

/** Changes an ad as it was read, refused as `p2p_ad_changed` where it has changed since; takers look at it anew. */
export function updateAd(ctx: Ctx, ad: Ad, changes: Partial<Omit<Ad, "id" | "userId">>): Statement[] {
  const query = ctx.db.primary
    .update(ads)
    .set({ ...changes, version: ad.version + 1, updatedAt: ctx.now() })
    .where(and(eq(ads.id, ad.id), eq(ads.version, ad.version), ne(ads.status, "closed")));
  return [ctx.db.statement(query), expectChange(ctx, "p2p_ad_changed"), ...relist(ctx, [ad.id])];
}

/** Notes whether sellers' wallets cover their ads. */
export function setFunded(ctx: Ctx, ids: readonly Id<"ad">[], funded: boolean): Statement[] {
  const list = JSON.stringify(ids);
  const change = "update p2p_ads set funded = ? where id in (select value from json_each(?))";
  return [ctx.db.sql(change, funded ? 1 : 0, list), ...relist(ctx, ids)];
}

export interface Taken {
  readonly ad: Ad;
  readonly assetAmount: number;
  /** What the ad's minimum buys: with less left it is exhausted. */
  readonly minAsset: number;
}

/**
 * Takes from an ad as it was read. Refused as `p2p_ad_inactive` where it is not active or has changed, as
 * `p2p_ad_exhausted` where less is left.
 */
export function takeStock(ctx: Ctx, { ad, assetAmount, minAsset }: Taken): Statement[] {
  const known = "where id = ? and version = ? and status = 'active'";
  const held = ctx.db.sql(`update p2p_ads set status = status ${known}`, ad.id, ad.version);
  if (ad.stock === null) return [held, expectChange(ctx, "p2p_ad_inactive")];
  return [
    held,
    expectChange(ctx, "p2p_ad_inactive"),
    ctx.db.sql(
      "update p2p_ads set stock = stock - ?1, exhausted = stock - ?1 < ?2 where id = ?3 and stock >= ?1",
      assetAmount,
      minAsset,
      ad.id,
    ),
    expectChange(ctx, "p2p_ad_exhausted"),
    ...unlistExhausted(ctx, ad.id),
  ];
}

/** Gives back what a trade has taken and not used. An ad without a stock, or gone, stays as it is. */
export function returnStock(ctx: Ctx, id: Id<"ad">, assetAmount: number): Statement[] {
  const back = "update p2p_ads set stock = stock + ?, exhausted = 0 where id = ? and stock is not null";
  return [ctx.db.sql(back, assetAmount, id), ...relist(ctx, [id])];
}

/** Takes again what was given back, as far as it is still there: what others took meanwhile is theirs. */
export function retakeStock(ctx: Ctx, id: Id<"ad">, assetAmount: number): Statement[] {
  const again =
    "update p2p_ads set stock = max(stock - ?1, 0), exhausted = max(exhausted, stock <= ?1) where id = ?2 and stock is not null";
  return [ctx.db.sql(again, assetAmount, id), ...unlistExhausted(ctx, id)];
}

const LISTED = "status = 'active' and funded = 1 and exhausted = 0";

function unlistExhausted(ctx: Ctx, id: Id<"ad">): Statement[] {
  const gone = "delete from p2p_listings where ad_id = ?1 and (select exhausted from p2p_ads where id = ?1) = 1";
  return [ctx.db.sql(gone, id)];
}

/** Lists ads anew as their rows now stand: under each of their methods and under none. */
function relist(ctx: Ctx, ids: readonly Id<"ad">[]): Statement[] {
  const list = JSON.stringify(ids);
  return [
    ctx.db.sql("delete from p2p_listings where ad_id in (select value from json_each(?))", list),
    ctx.db.sql(
      `insert into p2p_listings (ad_id, method, side, asset, fiat, price_type, rank, standing, min_fiat, max_fiat)
       select a.id, m.value, side, asset, fiat, price_type,
         iif(side = 'sell', 1, -1) * coalesce(price, margin_bps), -standing, min_fiat, max_fiat
       from p2p_ads a, json_each(json_insert(a.payment_methods, '$[#]', '')) m
       where a.id in (select value from json_each(?)) and ${LISTED}`,
      list,
    ),
  ];
}

/** Brings the standing of a trader, who has a row, into his ads. Where it is the same nothing is written. */
export function restand(ctx: Ctx, userId: Id<"user">): Statement[] {
  const standing = "(select standing from p2p_traders where user_id = ?1)";
  const moved = `user_id = ?1 and status <> 'closed' and standing <> ${standing}`;
  return [
    ctx.db.sql(
      `update p2p_listings set standing = -${standing} where ad_id in (select id from p2p_ads where ${moved})`,
      userId,
    ),
    ctx.db.sql(`update p2p_ads set standing = ${standing} where ${moved}`, userId),
  ];
}

/** Takes somebody's ads out of the market for good, and their words with them. */
export function closeAds(ctx: Ctx, userId: Id<"user">): Statement[] {
  const gone = "delete from p2p_listings where ad_id in (select id from p2p_ads where user_id = ?)";
  return [
    ctx.db.sql(gone, userId),
    ctx.db.statement(ctx.db.primary.update(ads).set({ status: "closed", terms: "" }).where(eq(ads.userId, userId))),
  ];
}
