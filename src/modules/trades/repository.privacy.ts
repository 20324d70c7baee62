import { asc, eq } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { disputes, transitions } from "./tables.ts";

/** What somebody did in trades, and the disputes that they opened, in their own words. */
export async function listReasonsOf(
  ctx: Ctx,
  userId: string,
): Promise<{ readonly steps: readonly unknown[]; readonly disputes: readonly unknown[] }> {
  const { tradeId, command, reason, at } = transitions;
  const [steps, opened] = await Promise.all([
    ctx.db.primary
      .select({ tradeId, command, reason, at })
      .from(transitions)
      .where(eq(transitions.actorId, userId))
      .orderBy(asc(at))
      .limit(10_000),
    ctx.db.primary
      .select({ tradeId: disputes.tradeId, reason: disputes.reason, openedAt: disputes.openedAt })
      .from(disputes)
      .where(eq(disputes.openedBy, userId)),
  ]);
  return { steps, disputes: opened };
}

/** Takes the words out; what was done stays, because the ledger says it too. */
export function eraseReasons(ctx: Ctx, userId: string): Statement[] {
  return [
    ctx.db.sql("update trades_transitions set reason = null where actor_id = ? and reason is not null", userId),
    ctx.db.sql("update trades_disputes set reason = '' where opened_by = ?", userId),
  ];
}
