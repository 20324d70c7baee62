import { DAY, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { writeSeen } from "./memory.ts";
import * as repository from "./repository.ts";
import type { Day, FunnelStep } from "./rules.ts";
import { funnelOf, mondayOf } from "./rules.ts";

const WEEKS_FOLLOWED = 26;

export interface Analytics {
  readonly from: string;
  readonly to: string;
  readonly days: readonly Day[];
  readonly funnel: readonly FunnelStep[];
  readonly features: readonly repository.FeatureUse[];
  readonly retention: readonly repository.Retention[];
  readonly apiKeys: readonly Omit<repository.KeyUsage, "day">[];
}

/** What was used from a day to another, out of the rollups; today's is at most an hour old. */
export async function getAnalytics(ctx: Ctx, from: string, to: string): Promise<Analytics> {
  const [days, features, retention, apiKeys] = await Promise.all([
    repository.listDays(ctx, from, to),
    repository.listFeatures(ctx, from, to),
    repository.listRetention(ctx, mondayOf(from), to),
    repository.listKeyUsage(ctx, from, to),
  ]);
  return { from, to, days, funnel: funnelOf(days), features, retention, apiKeys };
}

/** How many used it on a day; null where no rollup was taken. */
export async function findDay(ctx: Ctx, day: string): Promise<Day | null> {
  const [found] = await repository.listDays(ctx, day, day);
  return found ?? null;
}

/** Takes the rollups of today and yesterday, and of this week's retention and last week's. Runs again without harm. */
export async function takeRollups(ctx: Ctx): Promise<void> {
  await writeSeen(ctx);
  const now = ctx.now();
  for (const at of [now - DAY, now]) {
    const span = { day: toDate(at), week: toDate(at - 6 * DAY), month: toDate(at - 29 * DAY) };
    await commit(ctx, repository.rollUp(ctx, span));
  }
  for (const at of [now - 7 * DAY, now]) {
    const monday = mondayOf(toDate(at));
    const from = mondayOf(toDate(at - WEEKS_FOLLOWED * 7 * DAY));
    await commit(ctx, [repository.rollUpRetention(ctx, from, monday)]);
  }
}
