import { z } from "zod";

/** What an isolate says to a limiter shard, and what it hears. */

/** `limit` calls in a `windowMs`, spent at once or spread, refilled evenly. Kept in memory alone. */
export interface RateRule {
  readonly kind: "rate";
  readonly limit: number;
  readonly windowMs: number;
}

/** `limit` units on each day of UTC. Stored before they are granted. */
export interface DayRule {
  readonly kind: "day";
  readonly limit: number;
}

export type LimitRule = RateRule | DayRule;

/** Wants up to `want` tokens of a key to spend now, and as a lease up to `spare` more to spend soon. */
export interface Ask {
  readonly key: string;
  readonly rule: LimitRule;
  readonly want: number;
  readonly spare: number;
}

export interface Grant {
  /** How many tokens may be spent, spare ones included. */
  readonly granted: number;
  /** How many more could be had right now. */
  readonly remaining: number;
  /** Until the whole allowance is there again. */
  readonly resetMs: number;
  /** Until one more token can be had; 0 when all that was wanted was granted, spare or not. */
  readonly retryAfterMs: number;
  /** For how long, from the moment of asking, the granted tokens may be spent. */
  readonly leaseMs: number;
}

export type Decided = { readonly ok: true; readonly grants: readonly Grant[] } | { readonly ok: false };
export type DayUsage = { readonly ok: true; readonly used: number } | { readonly ok: false };

/** Days are counted from 1970, in UTC. */
export interface DayKey {
  readonly key: string;
  readonly day: number;
}

export interface Release extends DayKey {
  readonly amount: number;
}

export const MAX_ASKS = 1_000;
/** A limit times a window must stay a safe integer, because the machine counts in such products. */
export const MAX_LIMIT = 1_000_000_000;
export const MAX_WINDOW_MS = 3_600_000;
export const MAX_KEY_LENGTH = 160;

const key = z.string().min(1).max(MAX_KEY_LENGTH);
const amount = z.int().min(0).max(MAX_LIMIT);
const rule = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("rate"),
    limit: z.int().min(1).max(MAX_LIMIT),
    windowMs: z.int().min(1).max(MAX_WINDOW_MS),
  }),
  z.object({ kind: z.literal("day"), limit: z.int().min(0).max(MAX_LIMIT) }),
]);

export const asksSchema = z
  .array(z.object({ key, rule, want: amount, spare: amount }))
  .min(1)
  .max(MAX_ASKS);
export const dayKeySchema = z.object({ key, day: z.int().min(0).max(1_000_000) });
export const releaseSchema = dayKeySchema.extend({ amount });
