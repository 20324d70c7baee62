import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { eraseBankAccounts, exportPayouts, listPayouts } from "./repository.ts";
import { deleteSchedule } from "./repository.sending.ts";
import { batchRoutes } from "./routes.batches.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { routes } from "./routes.ts";

export { bankAccountChanged } from "./events.ts";
export type { PaidOut } from "./repository.ts";
export { listPaidOut, listSharers, shareBankAccount, sumPayouts } from "./repository.ts";

const OPEN: ReadonlySet<string> = new Set(["requested", "approved", "processing"]);

async function eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]> {
  const newest = await listPayouts(ctx, { userId }, { limit: 1, after: null });
  return newest.some(({ state }) => OPEN.has(state)) ? ["payout_open"] : [];
}

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      `select (select count(*) from payouts_payouts where state in ('requested', 'approved', 'processing')) as waiting,
         (select count(*) from payouts_differences where resolved_at is null) as differences`,
    )
    .first<{ waiting: number; differences: number }>();
  return { openPayouts: row?.waiting ?? 0, openDifferences: row?.differences ?? 0 };
}

/** Money from wallets to bank accounts: asked for, approved by somebody else, sent, and what became of it. */
export const payouts = {
  name: "payouts",
  routes: [...routes, ...operatorRoutes, ...batchRoutes],
  tags: { Payouts: "Your bank account, and what goes there from your wallet." },
  jobs,
  crons,
  readiness,
  exportUser: exportPayouts,
  eraseUser: async (ctx, userId) =>
    await Promise.resolve([eraseBankAccounts(ctx, userId), deleteSchedule(ctx, userId)]),
  eraseBlockers,
  statistics,
} as const satisfies Module;
