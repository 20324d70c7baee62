import type { Support } from "#modules/billing";
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

const LEVELS: Readonly<Record<Support, SupportLevel>> = {
  community: { priority: "low", respondWithinMs: 3 * DAY },
  email: { priority: "normal", respondWithinMs: DAY },
  priority: { priority: "high", respondWithinMs: 4 * HOUR },
  dedicated: { priority: "urgent", respondWithinMs: HOUR },
};

/** How urgent the tickets of a support level are, and by when they are answered. */
export function supportLevel(support: Support): SupportLevel {
  return LEVELS[support];
}

/** The status after a message: the customer's reopens the wait, ours ends it. A closed ticket takes none. */
export function statusAfter(status: TicketStatus, author: Author): TicketStatus | "refused" {
  if (status === "closed") return "refused";
  return author === "customer" ? "open" : author === "support" ? "answered" : status;
}
