import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { CronJob, Module } from "#platform/module";
import { deleteQuotes, deleteQuotesOf, exportSwaps } from "./repository.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { routes } from "./routes.ts";
import { seed } from "./seed.ts";

async function forgetQuotes(ctx: Ctx): Promise<void> {
  await commit(ctx, [deleteQuotes(ctx, ctx.now() - DAY)]);
}

const crons: readonly CronJob[] = [{ name: "swap.forgetQuotes", schedule: "41 * * * *", run: forgetQuotes }];

/** Swaps of one asset for another, at once, at a price that we offer. */
export const swap = {
  name: "swap",
  routes: [...routes, ...operatorRoutes],
  tags: { Swaps: "One asset for another, at once, at a price that stands for half a minute." },
  crons,
  seed,
  exportUser: exportSwaps,
  eraseUser: (ctx, userId) => Promise.resolve([deleteQuotesOf(ctx, userId)]),
} as const satisfies Module;
