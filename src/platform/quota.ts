import { DAY } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { accountOf } from "./http/access.ts";
import { http } from "./http/problems.ts";
import { shardOf } from "./leases.ts";
import type { Decision } from "./lease-memory.ts";
import { limiterOf, takeTokens } from "./limiter.ts";
import type { DailyQuota } from "./limits.ts";

/** What was taken from whom on which day: good for giving it back. */
export interface Taken {
  readonly key: string;
  readonly day: number;
  readonly amount: number;
}

/**
 * Takes from what the account that acts may use today, or throws `http/quota-exceeded` with the time until midnight
 * in UTC. The isolate holds a block ahead, at most a two-hundredth of the limit, which is lost if it dies; what was
 * granted is stored before, so that never more than the limit is spent.
 *
 * Nothing is awaited while the block lasts.
 */
export function takeDailyQuota(ctx: Ctx, quota: DailyQuota, amount = 1): Taken | Promise<Taken> {
  const taken = { key: keyOf(ctx, quota), day: today(ctx), amount };
  const decision = takeTokens(ctx, {
    key: taken.key,
    rule: { kind: "day", limit: quota.limit },
    amount,
    failsClosed: quota.failsClosed,
  });
  if (decision instanceof Promise) return decision.then((decided) => conclude(decided, quota, taken));
  return conclude(decision, quota, taken);
}

/** Gives back what was taken but not used. What belongs to a day that is over is forgotten. */
export async function returnDailyQuota(ctx: Ctx, { key, day, amount }: Taken): Promise<void> {
  if (day !== today(ctx) || limiterOf(ctx.env).leases.giveBack(key, amount)) return;
  await ctx.env.RATE_LIMITER.getByName(shardOf(key)).release({ key, day, amount });
}

/** How much of today the account has used, blocks that isolates hold included. */
export async function usedToday(ctx: Ctx, quota: DailyQuota): Promise<number> {
  const key = keyOf(ctx, quota);
  const usage = await ctx.env.RATE_LIMITER.getByName(shardOf(key)).usage({ key, day: today(ctx) });
  if (!usage.ok) throw new RangeError("The key of a quota is out of bounds.");
  return usage.used;
}

function conclude(decision: Decision | null, quota: DailyQuota, taken: Taken): Taken {
  if (decision?.passed) return taken;
  if (decision) {
    const seconds = Math.ceil(decision.resetMs / 1_000);
    throw http.quotaExceeded({
      detail: `The plan allows ${quota.limit} ${quota.name} a day; the allowance is whole again at midnight UTC.`,
      retryAfterSeconds: seconds,
      headers: {
        "RateLimit-Policy": `"${quota.name}";q=${quota.limit};w=${DAY / 1_000}`,
        RateLimit: `"${quota.name}";r=0;t=${seconds}`,
      },
      extra: { quota: quota.name, limit: quota.limit },
    });
  }
  if (quota.failsClosed) {
    throw http.unavailable({ detail: "This call cannot be counted right now; try again.", retryAfterSeconds: 2 });
  }
  return taken;
}

function keyOf(ctx: Ctx, quota: DailyQuota): string {
  const account = accountOf(ctx.actor);
  if (account === null) throw new TypeError("A quota belongs to an account.");
  return `day:${quota.name}:${account}`;
}

function today(ctx: Ctx): number {
  return Math.floor(ctx.now() / DAY);
}
