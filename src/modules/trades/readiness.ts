import { DAY, MINUTE } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Gauge } from "#platform/metrics-catalogue";
import type { ReadinessItem } from "#platform/module";
import { countOpen } from "./repository.disputes.ts";
import { listDue } from "./repository.trades.ts";
import { clocksStand } from "./service.timers.ts";

const GROUP = "money";
const STUCK_MS = 5 * MINUTE;

export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  return await Promise.all([clocks(ctx), disputes(ctx)]);
}

async function clocks(ctx: Ctx): Promise<ReadinessItem> {
  const [stand, due] = await Promise.all([clocksStand(ctx), listDue(ctx, ctx.now() - STUCK_MS)]);
  const stuck = stand ? [] : due;
  return {
    id: "trades.clocks",
    group: GROUP,
    title: "No trade stands beyond its deadline",
    status: stuck.length > 0 ? "fail" : "pass",
    evidence: stuck.length > 0 ? `${stuck.length} stand, the first of them ${stuck[0]?.id}.` : "None stands.",
    fix: "See whether the crons run; the log names why a trade could not be revived.",
  };
}

async function disputes(ctx: Ctx): Promise<ReadinessItem> {
  const { n, unassigned, oldest } = await countOpen(ctx);
  const late = oldest !== null && oldest <= ctx.now() - DAY;
  return {
    id: "trades.disputes",
    group: GROUP,
    title: "Disputes are decided within a day",
    status: oldest !== null && oldest <= ctx.now() - 3 * DAY ? "fail" : late ? "warn" : "pass",
    evidence: n === 0 ? "None is open." : `${n} are open, ${unassigned} of them assigned to nobody.`,
    fix: "GET /api/v1/admin/disputes/queue shows the most pressing first.",
  };
}

/** Trades with something in escrow, by state. Each is read by the index of its clock or of the queue. */
export async function gauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const row = await ctx.db
    .sql(
      `select (select count(*) from trades_trades where state = 'escrowed') as escrowed,
         (select count(*) from trades_trades where state = 'paid') as paid,
         (select count(*) from trades_disputes where state in ('open', 'assigned', 'proposed')) as disputed`,
    )
    .first<Readonly<Record<"escrowed" | "paid" | "disputed", number>>>();
  return Object.entries(row ?? {}).map(([state, value]) => ({
    name: "p2p_trades",
    help: "Trades that hold something in escrow.",
    labels: { state },
    value,
  }));
}
