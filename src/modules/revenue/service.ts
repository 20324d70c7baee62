import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY, fromDayNumber, toDate, toDayNumber } from "#kernel/time";
import type { TrialCounts } from "#modules/billing";
import { countTrials, firstMovement, standingRevenue, sumDailyMovements, sumMovements } from "#modules/billing";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Cost, Snapshot } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Figures } from "./rules.ts";
import { daysOf, figuresOf } from "./rules.ts";

export interface Revenue {
  readonly from: number;
  readonly to: number;
  readonly figures: readonly Figures[];
  readonly trials: TrialCounts;
  readonly history: readonly Snapshot[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(month: string): Span {
  const from = Date.parse(`${month}-01T00:00:00.000Z`);
  const begun = new Date(from);
  return { from, to: Date.UTC(begun.getUTCFullYear(), begun.getUTCMonth() + 1, 1) };
}

/** The share of customers lost in a month, in each asset that has one. */
export async function listChurn(ctx: Ctx, month: string): Promise<number[]> {
  const { from, to } = spanOf(month);
  const [start, moved] = await Promise.all([standingRevenue(ctx, from), sumMovements(ctx, from, to)]);
  const assets = [...new Set(start.map(({ asset }) => asset))];
  return assets
    .map((asset) => figuresOf({ asset, start, end: [], moved, costsMinor: 0 }).customerChurnBps)
    .filter((bps) => bps !== null);
}

/** The figures of a month, `2026-11`; those of the present one up to now. */
export async function getRevenue(ctx: Ctx, month: string): Promise<Revenue> {
  const { from, to } = spanOf(month);
  const [start, end, moved, trials, costs, history] = await Promise.all([
    standingRevenue(ctx, from),
    standingRevenue(ctx, to),
    sumMovements(ctx, from, to),
    countTrials(ctx, from, to),
    repository.sumAcquisition(ctx, toDate(from), toDate(to)),
    repository.listSnapshots(ctx, toDate(from), toDate(to)),
  ]);
  const assets = new Set([...[start, end, moved].flatMap((rows) => rows.map(({ asset }) => asset)), ...costs.keys()]);
  const figures = [...assets]
    .toSorted()
    .map((asset) => figuresOf({ asset, start, end, moved, costsMinor: costs.get(asset) ?? 0 }));
  return { from, to, figures, trials, history };
}

/**
 * Takes the snapshots of all days that are over and have none. From the movements, not from the present state: a late run
 * writes what an early one would have.
 */
export async function takeSnapshots(ctx: Ctx): Promise<void> {
  const [last, first] = await Promise.all([repository.lastDate(ctx), firstMovement(ctx)]);
  if (first === null) return;
  const begin = last === null ? toDayNumber(toDate(first)) : toDayNumber(last) + 1;
  const end = toDayNumber(toDate(ctx.now()));
  const [standing, moved] = await Promise.all([
    standingRevenue(ctx, begin * DAY),
    sumDailyMovements(ctx, begin * DAY, end * DAY),
  ]);
  const days = daysOf({ begin, end, standing, moved });
  if (days.length === 0) return;
  const rows = days.map(({ day, ...rest }) => ({ ...rest, date: fromDayNumber(day), takenAt: ctx.now() }));
  await commit(ctx, [repository.insertSnapshots(ctx, rows)]);
}

export type NewCost = Pick<Cost, "date" | "kind" | "amountMinor" | "asset" | "note">;

/** Records what was spent on winning customers, or otherwise. */
export const createCost = once(async (ctx: Ctx, input: NewCost): Promise<Cost> => {
  const row: Cost = { ...input, id: ctx.newId("cost"), createdBy: describeActor(ctx).actor, createdAt: ctx.now() };
  await commit(ctx, [repository.insertCost(ctx, row)], {
    audit: { action: "cost.created", target: row.id, after: input },
    result: row,
  });
  return row;
});

export async function listCosts(ctx: Ctx, page: PageRequest): Promise<Page<Cost>> {
  return toPage(await repository.listCosts(ctx, page), page, ({ id }) => id);
}
