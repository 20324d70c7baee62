import { DAY, type Millis } from "#kernel/time";
import type { Level } from "./rules.plans.ts";

/** What must stay true: what somebody may use follows from the state of the subscription and the clock, and from nothing else. */

export const STATUSES = ["incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled"] as const;
export type Status = (typeof STATUSES)[number];

/** How long somebody keeps the plan while a payment is owed. */
export const GRACE_MS = 14 * DAY;

export interface Standing {
  readonly level: Level;
  readonly status: Status;
  readonly pastDueSince: Millis | null;
}

/** The plan that somebody may use: the one subscribed to while it is tried, paid for, or owed for no longer than the grace. */
export function entitledLevel(standing: Standing | null, now: Millis): Level {
  if (!standing) return "free";
  const { level, status, pastDueSince } = standing;
  if (status === "trialing" || status === "active") return level;
  const inGrace = status === "past_due" && (pastDueSince ?? now) + GRACE_MS > now;
  return inGrace ? level : "free";
}
