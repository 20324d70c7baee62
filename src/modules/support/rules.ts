import { DAY, HOUR, type Millis } from "#kernel/time";

/**
 * What must stay true: a plan of a higher support level never waits longer, and never stands behind a lower one.
 */

export type Priority = "low" | "normal" | "high" | "urgent";
export type TicketStatus = "open" | "answered" | "closed";
export type Author = "customer" | "support" | "bourse";

interface SupportLevel {
  readonly priority: Priority;
  readonly respondWithinMs: Millis;
}

const COMMUNITY: SupportLevel = { priority: "low", respondWithinMs: 3 * DAY };

/** Support levels by plan: community, e-mail, priority, on call. */
const LEVELS: Readonly<Record<string, SupportLevel>> = {
  free: COMMUNITY,
  basic: { priority: "normal", respondWithinMs: DAY },
  pro: { priority: "high", respondWithinMs: 4 * HOUR },
  enterprise: { priority: "urgent", respondWithinMs: HOUR },
};

/** How urgent a plan's tickets are, and by when they are answered. A plan that is not known is served like the free one. */
export function supportLevel(plan: string): SupportLevel {
  return LEVELS[plan] ?? COMMUNITY;
}

/** The status after a message: the customer's reopens the wait, ours ends it. A closed ticket takes none. */
export function statusAfter(status: TicketStatus, author: Author): TicketStatus | "refused" {
  if (status === "closed") return "refused";
  return author === "customer" ? "open" : author === "support" ? "answered" : status;
}
