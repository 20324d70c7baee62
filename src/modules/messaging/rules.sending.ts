import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";
import type { Category } from "./kinds.ts";
import { isAlwaysSent } from "./kinds.ts";

/**
 * What must stay true:
 * - A message whose outcome nobody saw goes to no other provider: only the one that may have it can tell it apart.
 * - An SMS whose outcome nobody saw is not sent again, unless an operator says so.
 * - Nobody gets more than a person can want, whoever triggers it.
 */

/** Longer than any call of a provider can take; after that its outcome will never be known. */
export const CALL_LIMIT_MS = MINUTE;

/** Tries at one provider before the next one gets its turn. */
const TRIES_EACH = 3;

/** Failures in a row after which a provider is passed over, and for how long. */
export const BREAKER = { failures: 5, closedMs: 30 * SECOND } as const;

export interface Tried {
  readonly state: "queued" | "sending" | "unresolved";
  readonly provider: string | null;
  readonly attempts: number;
}

/**
 * Which provider is next; null when the one that is bound to the message is no longer configured.
 *
 * @param names in the order of use, at least one
 * @param resting those that failed too often lately
 */
export function chooseProvider(tried: Tried, names: readonly string[], resting: ReadonlySet<string>): string | null {
  if (tried.state !== "queued")
    return tried.provider !== null && names.includes(tried.provider) ? tried.provider : null;
  const turn = Math.floor(tried.attempts / TRIES_EACH) % names.length;
  const inTurn = [...names.slice(turn), ...names.slice(0, turn)];
  return inTurn.find((name) => !resting.has(name)) ?? inTurn[0] ?? null;
}

/** What a run does about a message whose last call has left no outcome. */
export function afterUnseenOutcome(
  channel: "email" | "sms",
  message: { readonly state: string; readonly attemptedAt: number | null },
  run: { readonly now: number; readonly replayed: boolean },
): "send" | "wait" | "setAside" {
  const { state, attemptedAt } = message;
  if (state === "sending" && (attemptedAt ?? 0) + CALL_LIMIT_MS > run.now) return "wait";
  if (state === "queued" || channel === "email" || run.replayed) return "send";
  return "setAside";
}

export interface Cap {
  readonly windowMs: number;
  readonly limit: number;
  /** Whether only messages of the same kind count. */
  readonly sameKind: boolean;
}

const CAPS = {
  sms: [
    { windowMs: HOUR, limit: 10, sameKind: false },
    { windowMs: DAY, limit: 30, sameKind: false },
  ],
  security: [{ windowMs: HOUR, limit: 20, sameKind: true }],
  service: [{ windowMs: DAY, limit: 200, sameKind: false }],
  bulk: [{ windowMs: DAY, limit: 5, sameKind: true }],
  operations: [{ windowMs: HOUR, limit: 60, sameKind: true }],
} as const satisfies Readonly<Record<string, readonly Cap[]>>;

/** How much one recipient may get. */
export function recipientCaps(channel: "email" | "sms", category: Category): readonly Cap[] {
  return channel === "sms" ? CAPS.sms : CAPS[category];
}

/** Whether an address that is suppressed gets a message all the same. */
export function passesSuppression(reason: "bounced" | "complained" | null, category: Category): boolean {
  return reason === null || (reason === "complained" && isAlwaysSent(category));
}

/** The day's cap for a message: what concerns safety has a reserve as large again. */
export function dailyCap(cap: number, category: Category): number {
  return isAlwaysSent(category) ? cap * 2 : cap;
}
