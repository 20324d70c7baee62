import type { Ask, Grant, LimitRule } from "#objects/rate-limiter";
import { MINUTE, SECOND } from "#kernel/time";

/** What an isolate remembers of the keys of one shard. A cache: losing it costs calls, and tokens that were left. */
export interface LeaseMemory {
  /** Decides by what is remembered; null where the shard must be asked. */
  spend(demand: Demand, now: number): Decision | null;
  /** What to ask for those who wait, and ahead of time for keys that will be wanted again. */
  toAsks(waiters: readonly Demand[], now: number): Ask[];
  /** Takes a grant in. The lease runs from when it was asked for, so that it ends no later than the shard thinks. */
  remember(ask: Ask, granted: Granted): void;
  /** Puts tokens back into a lease that still runs, and says whether there was one. */
  giveBack(key: string, amount: number, now: number): boolean;
}

export interface Granted {
  readonly grant: Grant;
  readonly sentAt: number;
  readonly now: number;
}

export interface Demand {
  readonly key: string;
  readonly rule: LimitRule;
  /** More than one suits days: what a rate grants of an amount too large for it is lost. */
  readonly amount: number;
  /** Whether the caller is refused when no decision can be had, and therefore waits longer for one. */
  readonly failsClosed?: boolean;
}

export interface Decision {
  readonly passed: boolean;
  /** How many more would pass now; exact up to what other isolates hold. */
  readonly remaining: number;
  /** Until the whole allowance is there again. */
  readonly resetMs: number;
  /** Until the next call can pass; 0 for one that has passed. */
  readonly retryAfterMs: number;
  /** A refusal that was told before: logs need only the first. */
  readonly repeated: boolean;
}

interface Held {
  readonly rule: LimitRule;
  /** How many tokens the lease brought, and how many of them are left. */
  drawn: number;
  left: number;
  readonly leaseEndsAt: number;
  readonly refusedUntil: number;
  told: boolean;
  readonly retryAt: number;
  readonly remaining: number;
  readonly resetAt: number;
}

/** A refusal is asked for again after so long at the latest: the plan may have grown, or units come back. */
const RECHECK_MS = MINUTE;
/** A lease is renewed ahead of its key's next call from so long before its end until so long after it. */
const RENEWED_BEFORE_MS = SECOND / 4;
const RENEWED_AFTER_MS = SECOND;
const FIRST_LEASE = 4;
const MAX_LEASE = 1_000;
const MAX_RENEWALS = 100;
const MAX_HELD = 1_000;

export function createLeaseMemory(): LeaseMemory {
  const memory = new Map<string, Held>();
  return {
    spend: (demand, now) => spend(memory.get(demand.key), demand, now),
    toAsks(waiters, now) {
      const waiting = Map.groupBy(waiters, ({ key }) => key);
      const asks = [...waiting].flatMap(([key, group]) => {
        const rule = group[0]?.rule;
        const want = group.reduce((sum, { amount }) => sum + amount, 0);
        return rule ? [{ key, rule, want, spare: Math.max(0, wanted(memory.get(key), now) - want) }] : [];
      });
      const due = [...memory].filter(([key, held]) => !waiting.has(key) && isDue(held, now));
      return [...asks, ...due.slice(0, MAX_RENEWALS).map(toRenewal)];
    },
    remember(ask, granted) {
      const { key } = ask;
      const held = merge(memory.get(key), ask, granted);
      if (!held) return;
      memory.delete(key);
      memory.set(key, held);
      if (memory.size > MAX_HELD) for (const oldest of memory.keys()) return void memory.delete(oldest);
    },
    giveBack(key, amount, now) {
      const held = memory.get(key);
      if (!held || held.leaseEndsAt <= now) return false;
      held.left += amount;
      held.drawn += amount;
      return true;
    },
  };
}

function spend(held: Held | undefined, { rule, amount }: Demand, now: number): Decision | null {
  if (held?.rule.limit !== rule.limit) return null;
  const resetMs = Math.max(0, held.resetAt - now);
  if (held.leaseEndsAt > now && held.left >= amount) {
    held.left -= amount;
    return { passed: true, remaining: held.left + held.remaining, resetMs, retryAfterMs: 0, repeated: false };
  }
  if (held.refusedUntil <= now) return null;
  const repeated = held.told;
  held.told = true;
  return { passed: false, remaining: 0, resetMs, retryAfterMs: Math.max(1, held.retryAt - now), repeated };
}

/**
 * What is known of a key after a grant; null when it says less than what was known. Tokens that are left go on under
 * the earlier of both ends; a renewal takes their place, since they end soon.
 */
function merge(before: Held | undefined, { rule, want }: Ask, { grant, sentAt, now }: Granted): Held | null {
  const left = leftIn(before, now);
  if (want === 0 && left >= grant.granted) return null;
  const kept = want === 0 ? 0 : left;
  const leaseEndsAt = sentAt + grant.leaseMs;
  const refused = grant.granted < want;
  return {
    rule,
    drawn: kept + grant.granted,
    left: kept + grant.granted,
    leaseEndsAt: before && kept > 0 ? Math.min(before.leaseEndsAt, leaseEndsAt) : leaseEndsAt,
    refusedUntil: refused ? now + Math.min(grant.retryAfterMs, RECHECK_MS) : 0,
    told: false,
    retryAt: now + grant.retryAfterMs,
    remaining: grant.remaining,
    resetAt: now + grant.resetMs,
  };
}

function leftIn(held: Held | undefined, now: number): number {
  return held && held.leaseEndsAt > now ? held.left : 0;
}

/** How many tokens a key is good for: twice as many as a lease that was used up in its time, else as many as were used. */
function wanted(held: Held | undefined, now: number): number {
  if (!held) return FIRST_LEASE;
  const used = held.drawn - held.left;
  return Math.min(MAX_LEASE, held.leaseEndsAt > now ? used * 2 : used);
}

/**
 * Whether a lease is about to end or over whose key was called more than once in it. A call to the shard takes such
 * leases along, so that a thousand busy keys cost a few calls a second for each shard and not one for each key. A new
 * lease takes the place of one that still runs, since the tokens of both may not be spent until the end of the later.
 */
function isDue({ rule, drawn, left, leaseEndsAt, refusedUntil }: Held, now: number): boolean {
  const over = leaseEndsAt <= now + RENEWED_BEFORE_MS && leaseEndsAt > now - RENEWED_AFTER_MS;
  return over && drawn - left > 1 && rule.kind === "rate" && refusedUntil <= now;
}

function toRenewal([key, { rule, drawn, left }]: readonly [string, Held]): Ask {
  return { key, rule, want: 0, spare: Math.min(MAX_LEASE, drawn - left) };
}
