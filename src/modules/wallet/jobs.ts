import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { withdrawalApproved, withdrawalBroadcast, withdrawalRequested } from "./events.ts";
import { dispatch, dispatchAll } from "./service.dispatch.ts";
import { followAll, followSandbox } from "./service.follow.ts";
import { bookDust, watchNetworks } from "./service.watch.ts";
import { approveAgreed } from "./service.withdrawals.ts";

export const jobs = [
  defineJob("wallet.approveWithdrawal", withdrawalRequested, async (ctx, event) => {
    await approveAgreed(ctx, event.data.withdrawalId as Id<"wdr">);
  }),
  defineJob("wallet.dispatchWithdrawal", withdrawalApproved, async (ctx, event) => {
    await dispatch(ctx, event.data.withdrawalId as Id<"wdr">);
  }),
  defineJob("wallet.confirmSandbox", withdrawalBroadcast, async (ctx, event) => {
    await followSandbox(ctx, event.data.withdrawalId as Id<"wdr">);
  }),
] as const;

async function moveWithdrawals(ctx: Ctx): Promise<void> {
  await followAll(ctx);
  await dispatchAll(ctx);
}

export const crons: readonly CronJob[] = [
  { name: "wallet.watchNetworks", schedule: "* * * * *", run: watchNetworks },
  { name: "wallet.moveWithdrawals", schedule: "* * * * *", run: moveWithdrawals },
  { name: "wallet.bookDust", schedule: "23 4 * * *", run: bookDust },
];
