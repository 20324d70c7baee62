import { sql } from "drizzle-orm";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { usage } from "./tables.ts";

/** Counts a backtest of this month, up to a limit; refused as `scanner_backtests_used`. */
export function countBacktest(ctx: Ctx, userId: string, limit: number): Statement[] {
  const month = monthOf(ctx);
  const query = ctx.db.primary
    .insert(usage)
    .values({ userId, month, backtests: 1 })
    .onConflictDoUpdate({
      target: [usage.userId, usage.month],
      set: { backtests: sql`backtests + 1` },
      setWhere: sql`backtests < ${limit}`,
    });
  return [ctx.db.statement(query), expectChange(ctx, "scanner_backtests_used")];
}

/** What of the plan's limits an account uses. */
export async function countUsage(ctx: Ctx, userId: string): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      `select count(*) as savedScans, count(alert) as alerts,
         coalesce((select backtests from scanner_usage where user_id = ?1 and month = ?2), 0) as backtestsPerMonth
       from scanner_scans where user_id = ?1`,
      userId,
      monthOf(ctx),
    )
    .first<Record<string, number>>();
  return row ?? {};
}

function monthOf(ctx: Ctx): string {
  return new Date(ctx.now()).toISOString().slice(0, 7);
}
