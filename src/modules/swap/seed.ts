import { walletAsset } from "#modules/wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { listPairs, putPair } from "./repository.ts";
import { listReserves, moveLiquidity } from "./service.operators.ts";

const ASSETS = ["BTC", "ETH", "INR", "USDC", "USDT"] as const;
const SPREAD_BPS = 50;
/** How many times the daily limit of the unverified is set aside, and how large one swap may be. */
const [RESERVE_FACTOR, MAX_FACTOR, MIN_SHARE] = [1_000, 5, 1_000];

/** In a demonstration everything is swapped into everything, and there is enough of all of it. */
export async function seed(ctx: Ctx, { demo }: { readonly demo: boolean }): Promise<void> {
  if (!demo || !ctx.config.development || (await listPairs(ctx)).length > 0) return;
  const limit = (asset: string): number => walletAsset(ctx, asset).limits[0].perDay;
  const terms = { spreadBps: SPREAD_BPS, active: true, updatedAt: ctx.now() };
  await commit(
    ctx,
    ASSETS.flatMap((fromAsset) =>
      ASSETS.filter((toAsset) => toAsset !== fromAsset).map((toAsset) =>
        putPair(ctx, {
          fromAsset,
          toAsset,
          minGive: limit(fromAsset) / MIN_SHARE,
          maxGive: limit(fromAsset) * MAX_FACTOR,
          ...terms,
        }),
      ),
    ),
  );
  const known = new Set((await listReserves(ctx)).map(({ asset }) => asset));
  for (const asset of ASSETS) {
    if (known.has(asset)) continue;
    await moveLiquidity(ctx, {
      asset,
      amount: limit(asset) * RESERVE_FACTOR,
      direction: "fund",
      reason: "A demonstration.",
    });
  }
}
