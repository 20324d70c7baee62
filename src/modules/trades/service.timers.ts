import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { closePause, findPause, openPause } from "./repository.pauses.ts";
import { listDue } from "./repository.trades.ts";
import { tradeObject } from "./service.commands.ts";

/**
 * The clocks of trades. They stand still during maintenance, so that nobody loses a trade to our own outage, and go on
 * with what was left.
 */

/** Whether no clock may act now; notices a maintenance that has begun. */
export async function clocksStand(ctx: Ctx): Promise<boolean> {
  const maintenance = await ctx.composition.maintenance(ctx);
  if (maintenance) await commit(ctx, [openPause(ctx, maintenance.since ?? ctx.now())]);
  return maintenance !== null || (await findPause(ctx)) !== null;
}

/** Lets the clocks go on once maintenance is over. */
async function resumeClocks(ctx: Ctx): Promise<void> {
  const startedAt = await findPause(ctx);
  if (startedAt === null || (await ctx.composition.maintenance(ctx)) !== null) return;
  try {
    await commit(ctx, closePause(ctx, startedAt), {
      audit: { action: "trades.clocksResumed", target: "trades", before: { startedAt }, after: { endedAt: ctx.now() } },
    });
  } catch (error) {
    if (!isRefusedBy(error, "trades_pause_over")) throw error;
  }
}

const AT_ONCE = 20;

/** Acts for the clocks whose alarms were lost: after this nothing is due any more. */
export async function sweepTrades(ctx: Ctx): Promise<void> {
  await resumeClocks(ctx);
  if (await clocksStand(ctx)) return;
  const due = await listDue(ctx, ctx.now());
  for (let start = 0; start < due.length; start += AT_ONCE) {
    const ticks = due.slice(start, start + AT_ONCE).map(async ({ id }) => await tradeObject(ctx, id).tick());
    for (const settled of await Promise.allSettled(ticks))
      if (settled.status === "rejected") ctx.log.error("A trade could not be revived.", { error: settled.reason });
  }
}
