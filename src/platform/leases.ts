import type { Ask, Decided, Grant, LimitRule } from "#objects/rate-limiter";
import { MAX_ASKS } from "#objects/rate-limiter";
import { MINUTE, SECOND } from "#kernel/time";

/**
 * Decides from tokens that this isolate has been granted before, so that most decisions need no call.
 *
 * A shard grants a lease of tokens ahead of their use: one at first, twice as many each time a lease is used up before
 * it ends, up to a sixteenth of a rate's limit (a two-hundredth of a day's). What is not spent within the lease is
 * lost to the caller. Since every token is paid for at the shard at most `LEASE_MS` before it is spent, in any span
 * W at most limit + rate × (W + LEASE_MS) calls pass, however many isolates there are; a limit below 32 is never
 * leased and so is exact. A refusal is remembered too, and repeated without a call until its time is over.
 */
export interface Leases<C extends Caller> {
  /** Decides at once where it can; the promise rejects with `LimiterUnreachable`. */
  take(caller: C, demand: Demand): Decision | Promise<Decision>;
  /** Puts tokens back into a lease that still runs, and says whether there was one. */
  giveBack(key: string, amount: number): boolean;
}

export interface Demand {
  readonly key: string;
  readonly rule: LimitRule;
  /** More than one suits days: what a rate grants of an amount too large for it is lost. */
  readonly amount: number;
}

export interface Decision {
  readonly passed: boolean;
  /** How many more would pass now; exact up to what other isolates hold. */
  readonly remaining: number;
  /** Until the whole allowance is there again. */
  readonly resetMs: number;
  /** Until the next call can pass; 0 for one that has passed. */
  readonly retryAfterMs: number;
}

/** Whoever asks: calls are made in its name, and outlive its answer through `defer`. */
export interface Caller {
  defer(work: Promise<unknown>): void;
}

export class LimiterUnreachable extends Error {
  override readonly name = "LimiterUnreachable";
}

export interface LeaseOptions<C extends Caller> {
  /** Asks a shard, by its name. */
  readonly send: (caller: C, shard: string, asks: readonly Ask[]) => Promise<Decided>;
  readonly now?: () => number;
}

const SHARDS = 32;
/** How long a decision may wait for a shard. */
const PATIENCE_MS = 500;
/** How long a shard that failed is left alone. */
const REST_MS = SECOND;
/** A refusal is asked for again after so long at the latest: the plan may have grown, or a lease come back. */
const RECHECK_MS = MINUTE;
const MAX_LEASE = 1_000;
const MAX_HELD = 20_000;

/** What an isolate remembers of a key. A cache: losing it costs one call and the tokens that were left. */
interface Held {
  readonly limit: number;
  /** How many tokens the last lease asked for, and how many it brought. */
  size: number;
  drawn: number;
  left: number;
  leaseEndsAt: number;
  refusedUntil: number;
  retryAt: number;
  remaining: number;
  resetAt: number;
}

interface Waiter extends Demand {
  resolve(decision: Decision): void;
  reject(error: unknown): void;
}

/** One call at a time goes to a shard; what comes meanwhile goes along with the next, led by the first that waits. */
interface Shard {
  readonly name: string;
  waiters: Waiter[];
  ledUntil: number;
  flight: Promise<unknown> | null;
  restsUntil: number;
}

export function createLeases<C extends Caller>({ send, now = () => Date.now() }: LeaseOptions<C>): Leases<C> {
  const memory = new Map<string, Held>();
  const shards = new Map<string, Shard>();

  const wait = async (caller: C, demand: Demand): Promise<Decision> => {
    const name = shardOf(demand.key);
    const shard = shards.get(name) ?? openShard(name);
    shards.set(name, shard);
    if (shard.restsUntil > now()) throw new LimiterUnreachable("The shard has failed a moment ago.");
    if (shard.waiters.length >= MAX_ASKS) throw new LimiterUnreachable("Too many wait for the shard.");
    const { promise, resolve, reject } = Promise.withResolvers<Decision>();
    shard.waiters.push({ ...demand, resolve, reject });
    if (shard.ledUntil <= now()) {
      // A leader whose request was cut off leaves its followers to their patience, and the lead to the next comer.
      shard.ledUntil = now() + 2 * PATIENCE_MS;
      caller.defer(lead(caller, shard));
    }
    try {
      return await within(promise);
    } catch (error) {
      shard.restsUntil = now() + REST_MS;
      throw error;
    }
  };

  const lead = async (caller: C, shard: Shard): Promise<void> => {
    await (shard.flight ? within(shard.flight).catch(() => null) : null);
    shard.ledUntil = 0;
    const cold = shard.waiters.splice(0).filter((waiter) => !serve(waiter, memory.get(waiter.key), now()));
    if (cold.length === 0) return;
    const asks = toAsks(cold, memory, now());
    const sentAt = now();
    const flight = send(caller, shard.name, asks);
    shard.flight = flight;
    try {
      const decided = await within(flight);
      if (!decided.ok) throw new LimiterUnreachable("The shard refused the question.");
      asks.forEach((ask, index) => remember(memory, ask, { grant: decided.grants[index], sentAt, now: now() }));
      for (const waiter of cold) {
        if (!serve(waiter, memory.get(waiter.key), now())) waiter.reject(new LimiterUnreachable("Too late."));
      }
    } catch (error) {
      for (const waiter of cold) waiter.reject(new LimiterUnreachable("The shard does not answer.", { cause: error }));
    } finally {
      if (shard.flight === flight) shard.flight = null;
    }
  };

  return {
    take: (caller, demand) => spend(memory.get(demand.key), demand, now()) ?? wait(caller, demand),
    giveBack: (key, amount) => {
      const held = memory.get(key);
      if (!held || held.leaseEndsAt <= now()) return false;
      held.left += amount;
      return true;
    },
  };
}

function openShard(name: string): Shard {
  return { name, waiters: [], ledUntil: 0, flight: null, restsUntil: 0 };
}

/** Decides by what is remembered; null where the shard must be asked. */
function spend(held: Held | undefined, { rule, amount }: Demand, now: number): Decision | null {
  if (held?.limit !== rule.limit) return null;
  const resetMs = Math.max(0, held.resetAt - now);
  if (held.leaseEndsAt > now && held.left >= amount) {
    held.left -= amount;
    return { passed: true, remaining: held.left + held.remaining, resetMs, retryAfterMs: 0 };
  }
  if (held.refusedUntil <= now) return null;
  return { passed: false, remaining: 0, resetMs, retryAfterMs: Math.max(1, held.retryAt - now) };
}

function serve(waiter: Waiter, held: Held | undefined, now: number): boolean {
  const decision = spend(held, waiter, now);
  if (decision) waiter.resolve(decision);
  return decision !== null;
}

/** One ask per key for all who wait for it, with a lease on top for a key in demand. */
function toAsks(waiters: readonly Waiter[], memory: ReadonlyMap<string, Held>, now: number): Ask[] {
  return [...Map.groupBy(waiters, ({ key }) => key)].flatMap(([key, group]) => {
    const rule = group[0]?.rule;
    if (!rule) return [];
    const amount = group.reduce((sum, waiter) => sum + waiter.amount, 0);
    return [{ key, rule, want: Math.max(amount, leaseSize(memory.get(key), rule, now)) }];
  });
}

function leaseSize(held: Held | undefined, rule: LimitRule, now: number): number {
  if (!held) return 1;
  const most = Math.max(1, Math.min(MAX_LEASE, Math.floor(rule.limit / (rule.kind === "rate" ? 16 : 200))));
  const demand = held.leaseEndsAt > now ? held.size * 2 : held.drawn - held.left;
  return Math.min(most, Math.max(1, demand));
}

/** Takes a grant in. The lease runs from when it was asked for, so that it ends no later than the shard thinks. */
function remember(
  memory: Map<string, Held>,
  { key, rule, want }: Ask,
  { grant, sentAt, now }: { readonly grant: Grant | undefined; readonly sentAt: number; readonly now: number },
): void {
  if (!grant) throw new LimiterUnreachable("The shard left an ask without an answer.");
  const before = memory.get(key);
  const left = before && before.leaseEndsAt > now ? before.left : 0;
  const leaseEndsAt = sentAt + grant.leaseMs;
  const refused = grant.granted < want;
  memory.delete(key);
  memory.set(key, {
    limit: rule.limit,
    size: refused ? 1 : want,
    drawn: left + grant.granted,
    left: left + grant.granted,
    leaseEndsAt: before && left > 0 ? Math.min(before.leaseEndsAt, leaseEndsAt) : leaseEndsAt,
    refusedUntil: refused ? now + Math.min(grant.retryAfterMs, RECHECK_MS) : 0,
    retryAt: now + grant.retryAfterMs,
    remaining: grant.remaining,
    resetAt: now + grant.resetMs,
  });
  if (memory.size > MAX_HELD) for (const oldest of memory.keys()) return void memory.delete(oldest);
}

/** Waits for as long as a decision may take, each caller by its own clock. */
async function within<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LimiterUnreachable("The shard is late.")), PATIENCE_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The shard that a key belongs to, the same in every isolate: by FNV-1a, 32 bits. */
export function shardOf(key: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return `shard-${(hash >>> 0) % SHARDS}`;
}
