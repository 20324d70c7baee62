import { MINUTE, SECOND, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import * as repository from "./repository.ts";

/** What is looked at every minute, each as customers need it. */

const PATIENCE_MS = 5 * SECOND;
/** Events that wait for so long mean that the queue stands still. */
const QUEUE_LATE_MS = 10 * MINUTE;

const CHECKS: Readonly<Record<string, (ctx: Ctx) => Promise<boolean>>> = {
  database: async (ctx) => (await ctx.db.sql("select 1 as one").first<{ one: number }>())?.one === 1,
  limits: async (ctx) => (await ctx.env.RATE_LIMITER.getByName("health").ping()) === "pong",
  files: async (ctx) => {
    await ctx.env.FILES.head("health");
    return true;
  },
  events: async (ctx) =>
    (await ctx.db
      .sql(
        "select 1 as late from platform_deliveries where state = 'pending' and next_at <= ? limit 1",
        ctx.now() - QUEUE_LATE_MS,
      )
      .first()) === null,
};

/** Makes all checks at once and counts them. */
export async function runChecks(ctx: Ctx): Promise<void> {
  const day = toDate(ctx.now());
  const checks = await Promise.all(
    Object.entries(CHECKS).map(async ([component, check]) => {
      const startedAt = Date.now();
      const ok = await Promise.race([
        check(ctx).catch(() => false),
        new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, false)),
      ]);
      return repository.countCheck(ctx, { component, day, ok, latencyMs: Date.now() - startedAt });
    }),
  );
  await commit(ctx, checks);
}
