import type { Id } from "#kernel/ids";
import { depositCredited, withdrawalRequested } from "#modules/wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { sellerFundsMoved } from "./events.ts";
import { listStale, recount } from "./repository.traders.ts";
import { checkSeller, checkSellers } from "./service.funding.ts";

const check = async (ctx: Ctx, event: { readonly data: { readonly userId: string } }): Promise<void> => {
  await checkSeller(ctx, event.data.userId as Id<"user">);
};

export const jobs = [
  defineJob("p2p.checkAfterDeposit", depositCredited, check),
  defineJob("p2p.checkAfterWithdrawal", withdrawalRequested, check),
  defineJob("p2p.checkAfterTrade", sellerFundsMoved, check),
] as const;

/** Counts the thirty days of those anew whose days have gone by without a trade. */
export async function recountTraders(ctx: Ctx): Promise<void> {
  const stale = await listStale(ctx);
  if (stale.length > 0)
    await commit(
      ctx,
      stale.flatMap((userId) => recount(ctx, userId)),
    );
}

export const crons: readonly CronJob[] = [
  { name: "p2p.checkSellers", schedule: "* * * * *", run: checkSellers },
  { name: "p2p.recountTraders", schedule: "* * * * *", run: recountTraders },
];
