import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";

const MONTHLY: Readonly<Record<string, number>> = {
  free: 100_000,
  basic: 1_000_000,
  pro: 5_000_000,
  enterprise: 50_000_000,
};

/** The tokens of a month that somebody's plan allows. */
export async function monthlyTokens(ctx: Ctx, userId: Id<"user">): Promise<number> {
  const { plan } = "plan" in ctx.actor ? ctx.actor : await ctx.composition.userFields(ctx, userId);
  return MONTHLY[plan] ?? 100_000;
}
