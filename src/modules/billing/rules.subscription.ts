import { divideHalfEven } from "#kernel/money";
import { DAY, type Millis } from "#kernel/time";
import type { Interval, Level } from "./rules.plans.ts";

/**
 * What must stay true: what somebody may use follows from the state of the subscription and the clock, and from nothing
 * else; what moves the monthly revenue is the difference of the revenue before and after.
 */

export const STATUSES = ["incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled"] as const;
export type Status = (typeof STATUSES)[number];

/** How long somebody keeps the plan while a payment is owed. */
export const GRACE_MS = 14 * DAY;
export const TRIAL_DAYS = 14;

export interface Terms {
  readonly level: Level;
  readonly interval: Interval;
}

/** A subscription as far as these rules go. */
export interface Standing extends Terms {
  readonly status: Status;
  /** Per interval, without tax. */
  readonly amountMinor: number;
  readonly currentPeriodStart: Millis;
  readonly cancelAtPeriodEnd: boolean;
  readonly scheduledLevel: Level | null;
  readonly scheduledInterval: Interval | null;
  readonly pastDueSince: Millis | null;
}

/** The plan that somebody may use: the one subscribed to while it is tried, paid for, or owed for no longer than the grace. */
export function entitledLevel(
  standing: Pick<Standing, "level" | "status" | "pastDueSince"> | null,
  now: Millis,
): Level {
  if (!standing) return "free";
  const { level, status, pastDueSince } = standing;
  if (status === "trialing" || status === "active") return level;
  const inGrace = status === "past_due" && (pastDueSince ?? now) + GRACE_MS > now;
  return inGrace ? level : "free";
}

/**
 * What a subscription adds to the monthly recurring revenue: its price, a yearly one by twelfths (half to even), while it
 * is paid for or owed. Without tax; a trial adds nothing.
 */
export function monthlyRevenue(standing: Pick<Standing, "status" | "interval" | "amountMinor"> | null): number {
  if (standing?.status !== "active" && standing?.status !== "past_due") return 0;
  return standing.interval === "month"
    ? standing.amountMinor
    : Number(divideHalfEven(BigInt(standing.amountMinor), 12n));
}

export type MovementKind = "new" | "expansion" | "contraction" | "churn" | "reactivation";

/** What kind of movement a change of the monthly revenue is; null where it stays the same. */
export function movementOf(beforeMinor: number, afterMinor: number, paidBefore: boolean): MovementKind | null {
  if (beforeMinor === afterMinor) return null;
  if (beforeMinor === 0) return paidBefore ? "reactivation" : "new";
  if (afterMinor === 0) return "churn";
  return afterMinor > beforeMinor ? "expansion" : "contraction";
}

/** What the owner of a subscription is told of. */
export type Happening =
  | "started"
  | "renewed"
  | "upgraded"
  | "downgraded"
  | "cancelled"
  | "paused"
  | "resumed"
  | "ended";

const OVER: ReadonlySet<Status> = new Set(["canceled", "unpaid"]);
const STANDS_STILL: ReadonlySet<Status> = new Set([...OVER, "paused"]);

/** What has happened between two states, the weightiest alone; null where nothing is worth a word. */
export function happeningOf(before: Standing | null, after: Standing, ranks: Ranks): Happening | null {
  if (after.status === "incomplete") return null;
  if (!before || before.status === "incomplete") return after.status === "canceled" ? null : "started";
  if (STANDS_STILL.has(after.status)) return stillnessOf(before, after);
  return STANDS_STILL.has(before.status) ? "resumed" : changeOf(before, after, ranks);
}

function stillnessOf(before: Standing, after: Standing): Happening | null {
  if (after.status === "paused") return before.status === "paused" ? null : "paused";
  return OVER.has(before.status) ? null : "ended";
}

function changeOf(before: Standing, after: Standing, ranks: Ranks): Happening | null {
  if (isUpgrade(before, after, ranks)) return "upgraded";
  if (after.cancelAtPeriodEnd !== before.cancelAtPeriodEnd) return after.cancelAtPeriodEnd ? "cancelled" : "resumed";
  const scheduled = after.scheduledLevel !== null;
  if (scheduled && after.scheduledLevel !== before.scheduledLevel) return "downgraded";
  return after.currentPeriodStart > before.currentPeriodStart && after.status === "active" ? "renewed" : null;
}

/** The rank of each plan. */
export type Ranks = Readonly<Record<Level, number>>;

/** Whether a move is up: to a larger plan, or from months to years on the same one. It takes effect at once. */
export function isUpgrade(from: Terms, to: Terms, ranks: Ranks): boolean {
  if (ranks[to.level] !== ranks[from.level]) return ranks[to.level] > ranks[from.level];
  return from.interval === "month" && to.interval === "year";
}

export type Move = "upgrade" | "downgrade" | "cancel" | "none" | "refused";

/** What a wish for other terms means for a subscription: what goes up does so at once, what goes down when the period is over. */
export function moveOf(standing: Standing, to: Terms, ranks: Ranks): Move {
  if (standing.status !== "trialing" && standing.status !== "active") return "refused";
  if (to.level === "free") return standing.cancelAtPeriodEnd ? "none" : "cancel";
  if (isSame(standing, to)) return "none";
  if (isUpgrade(standing, to, ranks)) return "upgrade";
  return isSame(nextTerms(standing), to) ? "none" : "downgrade";
}

function isSame(one: Terms, other: Terms): boolean {
  return one.level === other.level && one.interval === other.interval;
}

/** The terms that a subscription has, or will have once its period is over. */
export function nextTerms(standing: Omit<Standing, "pastDueSince" | "status">): Terms {
  const { level, interval, scheduledLevel, scheduledInterval } = standing;
  return scheduledLevel === null
    ? { level, interval }
    : { level: scheduledLevel, interval: scheduledInterval ?? interval };
}

/** How a trial ended with a state: paid for, or not; null while it goes on. */
export function trialOutcome(status: Status): "converted" | "lost" | null {
  if (status === "active") return "converted";
  return OVER.has(status) || status === "paused" ? "lost" : null;
}
