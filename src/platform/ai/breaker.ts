import { MINUTE, SECOND } from "#kernel/time";

/**
 * A circuit breaker for each vendor's model. What must stay true: while it is open nobody calls; once its time is over
 * one caller at a time tries; only what succeeds closes it.
 */

export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** Until when nobody calls; 0 when it is closed. */
  readonly openUntil: number;
  /** Until when the one that tries has to answer; 0 when nobody tries. */
  readonly probeUntil: number;
}

export const CLOSED: Breaker = { failures: 0, openUntil: 0, probeUntil: 0 };

const TRIP_AFTER = 3;
const OPEN_MS = 15 * SECOND;
const OPEN_MAX_MS = 5 * MINUTE;
const PROBE_MS = 30 * SECOND;

/** Whether a call may be made now, and the breaker after it was let through. */
export function admit(breaker: Breaker, now: number): { readonly admitted: boolean; readonly breaker: Breaker } {
  if (breaker.openUntil === 0) return { admitted: true, breaker };
  if (now < breaker.openUntil || now < breaker.probeUntil) return { admitted: false, breaker };
  return { admitted: true, breaker: { ...breaker, probeUntil: now + PROBE_MS } };
}

export function succeed(): Breaker {
  return CLOSED;
}

/** A call has failed; `retryAfterMs` is what the vendor asked for, and opens it at once. */
export function fail(breaker: Breaker, now: number, retryAfterMs: number | null): Breaker {
  const failures = breaker.failures + 1;
  if (retryAfterMs === null && failures < TRIP_AFTER && breaker.openUntil === 0) return { ...breaker, failures };
  const doubled = OPEN_MS * 2 ** Math.min(10, Math.max(0, failures - TRIP_AFTER));
  const openMs = Math.min(OPEN_MAX_MS, Math.max(retryAfterMs ?? 0, retryAfterMs === null ? doubled : SECOND));
  return { failures, openUntil: now + openMs, probeUntil: 0 };
}
