import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { dailyCalls } from "#platform/limits";
import { usedToday } from "#platform/quota";
import type { Limits } from "./rules.plans.ts";
import { startOfNextDay, startOfNextMonth } from "./rules.plans.ts";
import { entitlementsOf } from "./service.entitlements.ts";

export interface UsageLine {
  readonly name: keyof Limits;
  readonly limit: number;
  /** Null for a bound that is not used up, such as how often a scan may run. */
  readonly used: number | null;
  /** When it is whole again; null for what does not refill. */
  readonly resetsAt: number | null;
}

export interface Usage {
  readonly plan: string;
  readonly lines: readonly UsageLine[];
}

/** Each limit of the plan, what of it is used, and when it refills. What is used, the modules that own it count. */
export async function getUsage(ctx: Ctx, userId: Id<"user">): Promise<Usage> {
  const { plan, limits } = await entitlementsOf(ctx, userId);
  const [calls, counted] = await Promise.all([
    usedToday(ctx, dailyCalls(limits.apiCallsPerDay)),
    ctx.composition.usage(ctx, userId),
  ]);
  const now = ctx.now();
  const used = (name: keyof Limits): number => counted[name] ?? 0;
  const month = startOfNextMonth(now);
  return {
    plan,
    lines: [
      { name: "apiCallsPerDay", limit: limits.apiCallsPerDay, used: calls, resetsAt: startOfNextDay(now) },
      { name: "savedScans", limit: limits.savedScans, used: used("savedScans"), resetsAt: null },
      { name: "alerts", limit: limits.alerts, used: used("alerts"), resetsAt: null },
      { name: "scheduleMinutes", limit: limits.scheduleMinutes, used: null, resetsAt: null },
      { name: "backtestsPerMonth", limit: limits.backtestsPerMonth, used: used("backtestsPerMonth"), resetsAt: month },
      {
        name: "assistantTokensPerMonth",
        limit: limits.assistantTokensPerMonth,
        used: used("assistantTokensPerMonth"),
        resetsAt: month,
      },
    ],
  };
}
