import type { Id } from "#kernel/ids";
import { findIndexPrice } from "#modules/market";
import { readWallets } from "#modules/wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { assetsOf } from "./assets.ts";
import * as repository from "./repository.ads.ts";
import type { Ad } from "./repository.ads.ts";
import { covers } from "./rules.funding.ts";
import { priceWithMargin } from "./rules.price.ts";
import { scalesOf } from "./service.taking.ts";

/** Hides ads whose sellers cannot cover them, and shows them again. */

type Priced = Pick<Ad, "asset" | "fiat" | "price" | "marginBps" | "minFiat">;

const PAGES_MAX = 20;

/** Whether a seller's wallet covers an ad. Without an index price a floating one is taken to be covered by anything. */
export async function isFunded(ctx: Ctx, ad: Priced, available: number): Promise<boolean> {
  const price = ad.price ?? (await floatingPrice(ctx, ad));
  if (price === null) return available > 0;
  const { makerFeeBps, takerFeeBps } = ctx.config.p2p;
  const { minFiat } = ad;
  return covers(available, { minFiat, price, scales: scalesOf(ctx, ad), feeBps: makerFeeBps + takerFeeBps });
}

async function floatingPrice(ctx: Ctx, ad: Priced): Promise<number | null> {
  const index = await findIndexPrice(ctx, ad.asset, ad.fiat);
  return index && priceWithMargin(index.price, ad.marginBps ?? 0);
}

/** Looks at one seller's ads, after money has moved. */
export async function checkSeller(ctx: Ctx, userId: Id<"user">): Promise<void> {
  await settle(ctx, await repository.listSellingAds(ctx, { userId }));
}

/** Looks at every seller's ads, for what moved without telling. Goes on from where the last run has stopped. */
export async function checkSellers(ctx: Ctx): Promise<void> {
  let after = await repository.findCursor(ctx, "funding");
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const ads = await repository.listSellingAds(ctx, { after });
    await settle(ctx, ads);
    after = ads.at(-1)?.userId ?? "";
    if (after === "") break;
  }
  await commit(ctx, [repository.putCursor(ctx, "funding", after)]);
}

async function settle(ctx: Ctx, ads: readonly Ad[]): Promise<void> {
  const wallets = await readWallets(
    ctx,
    ads.map((ad) => ({ userId: ad.userId, asset: assetsOf(ctx, ad).asset })),
  );
  const moved: { ad: Ad; funded: boolean }[] = [];
  for (const [index, ad] of ads.entries()) {
    const funded = await isFunded(ctx, ad, wallets[index]?.available ?? 0);
    if (funded !== ad.funded) moved.push({ ad, funded });
  }
  if (moved.length === 0) return;
  await commit(
    ctx,
    [true, false].flatMap((to) => {
      const ids = moved.flatMap(({ ad, funded }) => (funded === to ? [ad.id] : []));
      return ids.length === 0 ? [] : repository.setFunded(ctx, ids, to);
    }),
  );
}
