import type { Ctx } from "#platform/ctx";
import type { Level } from "./rules.plans.ts";
import type { MovementKind } from "./rules.subscription.ts";

export interface MovedRevenue {
  readonly asset: string;
  readonly kind: MovementKind;
  /** Below zero where revenue was lost. */
  readonly movedMinor: number;
  readonly count: number;
}

/** What moved the monthly revenue from one moment up to another. */
export async function sumMovements(ctx: Ctx, from: number, to: number): Promise<MovedRevenue[]> {
  const { results } = await ctx.db
    .sql(
      `select asset, kind, sum(after_minor - before_minor) as movedMinor, count(*) as count
       from billing_movements where at >= ? and at < ? group by asset, kind order by asset, kind`,
      from,
      to,
    )
    .all<MovedRevenue>();
  return results;
}

export interface DailyRevenue extends MovedRevenue {
  /** Days since the beginning of 1970, in UTC. */
  readonly day: number;
}

/** The same, by the day on which it moved, the earliest first. */
export async function sumDailyMovements(ctx: Ctx, from: number, to: number): Promise<DailyRevenue[]> {
  const { results } = await ctx.db
    .sql(
      `select at / 86400000 as day, asset, kind, sum(after_minor - before_minor) as movedMinor, count(*) as count
       from billing_movements where at >= ? and at < ? group by 1, asset, kind order by 1, asset, kind`,
      from,
      to,
    )
    .all<DailyRevenue>();
  return results;
}

export interface StandingRevenue {
  readonly asset: string;
  readonly level: Level;
  readonly mrrMinor: number;
  readonly customers: number;
}

/** The monthly revenue as it stood before a moment, by asset and plan: what the movements up to then add up to. */
export async function standingRevenue(ctx: Ctx, at: number): Promise<StandingRevenue[]> {
  const { results } = await ctx.db
    .sql(
      `select asset, level, sum(after_minor) as mrrMinor, count(*) as customers from billing_movements m
       where after_minor > 0 and seq =
         (select max(seq) from billing_movements where subscription_id = m.subscription_id and at < ?1)
       group by asset, level order by asset, mrrMinor desc`,
      at,
    )
    .all<StandingRevenue>();
  return results;
}

/** When the first movement was; null where there is none. */
export async function firstMovement(ctx: Ctx): Promise<number | null> {
  const row = await ctx.db.sql("select min(at) as at from billing_movements").first<{ at: number | null }>();
  return row?.at ?? null;
}

export interface TrialCounts {
  readonly running: number;
  readonly converted: number;
  readonly lost: number;
}

/** Trials that run now, and those that ended from one moment up to another, by how. */
export async function countTrials(ctx: Ctx, from: number, to: number): Promise<TrialCounts> {
  const row = await ctx.db
    .sql(
      `select coalesce(sum(outcome = 'open'), 0) as running,
         coalesce(sum(outcome = 'converted' and decided_at >= ?1 and decided_at < ?2), 0) as converted,
         coalesce(sum(outcome = 'lost' and decided_at >= ?1 and decided_at < ?2), 0) as lost from billing_trials`,
      from,
      to,
    )
    .first<TrialCounts>();
  return row ?? { running: 0, converted: 0, lost: 0 };
}
