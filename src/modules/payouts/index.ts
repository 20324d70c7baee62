import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { eraseBankAccounts, exportPayouts, listPayouts } from "./repository.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { routes } from "./routes.ts";

export { shareBankAccount } from "./repository.ts";

const OPEN: ReadonlySet<string> = new Set(["requested", "approved", "processing"]);

async function eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]> {
  const newest = await listPayouts(ctx, { userId }, { limit: 1, after: null });
  return newest.some(({ state }) => OPEN.has(state)) ? ["payout_open"] : [];
}

/** Money from wallets to bank accounts: asked for, approved by somebody else, sent, and what became of it. */
export const payouts = {
  name: "payouts",
  routes: [...routes, ...operatorRoutes],
  tags: { Payouts: "Your bank account, and what goes there from your wallet." },
  exportUser: exportPayouts,
  eraseUser: async (ctx, userId) => await Promise.resolve([eraseBankAccounts(ctx, userId)]),
  eraseBlockers,
} as const satisfies Module;
