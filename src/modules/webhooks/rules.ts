import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";

/**
 * What must stay true: a failed try is repeated later and later, and not for ever; an endpoint that works now and then
 * is never switched off, one that has taken nothing for days is.
 */

/** Waiting times after each failed try: eight tries over some 28 hours, as Standard Webhooks suggests. */
const BACKOFF = [10 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR] as const;
const LONGEST_WISH = DAY;

/** For how long nothing must have arrived before an endpoint is switched off. */
export const PATIENCE_MS = 5 * DAY;
/** For how long the secret before a rotation goes on to sign. */
export const OVERLAP_MS = DAY;

const ENDPOINTS: Readonly<Record<string, number>> = { free: 1, basic: 3, pro: 10, enterprise: 50 };

/** How many endpoints a plan has. A plan that is not known is served like the free one. */
export function endpointLimit(plan: string): number {
  return ENDPOINTS[plan] ?? 1;
}

/** What became of one try. `retryAfterMs` is what the endpoint asked for. */
export interface Tried {
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly retryAfterMs: number | null;
}

/** What follows: it has arrived, is tried again after a while, is given up, or its endpoint wants nothing any more. */
export type Verdict =
  | { readonly next: "delivered" | "failed" | "gone" }
  | { readonly next: "retry"; readonly delayMs: number };

/** @param tries how many there were, this one included */
export function judge(tried: Tried, tries: number): Verdict {
  if (tried.error === null) return { next: "delivered" };
  if (tried.status === 410) return { next: "gone" };
  const delayMs = BACKOFF[tries - 1];
  if (delayMs === undefined) return { next: "failed" };
  return { next: "retry", delayMs: Math.max(delayMs, Math.min(tried.retryAfterMs ?? 0, LONGEST_WISH)) };
}

/** Whether an endpoint that fails has failed for so long that it is switched off. */
export function isGivenUp(failingSince: number | null, now: number): boolean {
  return failingSince !== null && now - failingSince >= PATIENCE_MS;
}

/** Reads `Retry-After` in seconds; dates are left aside. */
export function readRetryAfter(header: string | null): number | null {
  return header !== null && /^[0-9]{1,6}$/.test(header) ? Number(header) * SECOND : null;
}
