/**
 * What must stay true: a plan that is not known is served like the free one, and a limit is the same wherever it is asked for.
 */

export const LEVELS = ["free", "basic", "pro", "enterprise"] as const;
export type Level = (typeof LEVELS)[number];

export const INTERVALS = ["month", "year"] as const;
export type Interval = (typeof INTERVALS)[number];

export const SUPPORT_LEVELS = ["community", "email", "priority", "dedicated"] as const;
export type Support = (typeof SUPPORT_LEVELS)[number];

/** What a plan allows. `scheduleMinutes` is the shortest time between two runs of a scan. */
export interface Limits {
  readonly apiCallsPerDay: number;
  readonly savedScans: number;
  readonly alerts: number;
  readonly scheduleMinutes: number;
  readonly backtestsPerMonth: number;
  readonly assistantTokensPerMonth: number;
}

export type LimitName = keyof Limits;

/** What a period costs, without tax, in minor units. */
export interface PlanPrice {
  readonly interval: Interval;
  readonly asset: string;
  readonly amountMinor: number;
}

export interface Plan {
  readonly id: string;
  readonly level: Level;
  /** 0 for the smallest; a move to a higher rank is an upgrade. */
  readonly rank: number;
  readonly version: number;
  readonly name: string;
  readonly support: Support;
  readonly limits: Limits;
  readonly prices: readonly PlanPrice[];
  readonly updatedAt: number;
}

/** The plan of a level, or the smallest one. Throws where there are no plans, which the migration rules out. */
export function planOf(plans: readonly Plan[], level: string): Plan {
  const plan = plans.find((candidate) => candidate.level === level) ?? plans.find(({ rank }) => rank === 0);
  if (!plan) throw new TypeError("The plans are not there.");
  return plan;
}

/** What a plan costs for an interval in an asset; null where it is not sold so. */
export function priceOf(plan: Plan, interval: Interval, asset: string): PlanPrice | null {
  return plan.prices.find((price) => price.interval === interval && price.asset === asset) ?? null;
}

/** Midnight UTC after a moment, when the calls of a day are whole again. */
export function startOfNextDay(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
}

/** The first moment of the next month in UTC, when monthly allowances are whole again. */
export function startOfNextMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
