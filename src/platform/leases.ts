import type { Ask, Decided } from "#objects/rate-limiter";
import { MAX_ASKS } from "#objects/rate-limiter";
import { SECOND } from "#kernel/time";
import type { Decision, Demand, LeaseMemory } from "./lease-memory.ts";
import { createLeaseMemory } from "./lease-memory.ts";

/**
 * Decides from tokens that this isolate has been granted before, so that most decisions need no call.
 *
 * A shard grants a lease of tokens ahead of their use: four at first, then twice as many each time a lease is used up
 * before it ends, and at most a sixteenth of what is left of the limit. What is not spent within the lease is lost to the
 * caller. Since every token is paid for at the shard at most `LEASE_MS` before it is spent, in any span W at most
 * limit + rate × (W + LEASE_MS) calls pass, however many isolates there are; a limit below 32 is never leased and so is
 * exact. A refusal is remembered too, and repeated without a call until its time is over.
 */
export interface Leases<C extends Caller> {
  /** Decides at once where it can; the promise rejects with `LimiterUnreachable`. */
  take(caller: C, demand: Demand): Decision | Promise<Decision>;
  /** Puts tokens back into a lease that still runs, and says whether there was one. */
  giveBack(key: string, amount: number): boolean;
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
  /** What is remembered of each shard, where it is shared with others. */
  readonly memories?: LeaseMemories;
}

/** One for each shard. */
export type LeaseMemories = readonly LeaseMemory[];

const SHARDS = 32;
/** How long a decision may wait for a shard: not long where the call passes without it, longer where it is refused. */
const PATIENCE_MS = { open: 500, closed: 2 * SECOND };
const TURN_MS = 100;
/** How long a shard that failed is left alone. */
const REST_MS = SECOND;
/** How many decisions may wait for a shard: with renewals on top they must fit into one call. */
const MAX_WAITERS = MAX_ASKS / 2;

interface Waiter extends Demand {
  resolve(decision: Decision): void;
  reject(error: unknown): void;
}

/** One call at a time goes to a shard; what comes meanwhile goes along with the next, led by the first that waits. */
interface Shard {
  readonly name: string;
  readonly memory: LeaseMemory;
  waiters: Waiter[];
  ledUntil: number;
  flight: Promise<unknown> | null;
  /** Until when it is left alone by those who pass without it, and by those who do not. */
  restsUntil: { open: number; closed: number };
}

export function createMemories(): LeaseMemories {
  return Array.from({ length: SHARDS }, createLeaseMemory);
}

export function createLeases<C extends Caller>({
  send,
  now = () => Date.now(),
  memories = createMemories(),
}: LeaseOptions<C>): Leases<C> {
  const shards = memories.map(openShard);
  const shardFor = (key: string): Shard => shards[indexOf(key)] as Shard;

  const wait = async (caller: C, demand: Demand): Promise<Decision> => {
    const shard = shardFor(demand.key);
    const side = demand.failsClosed === true ? "closed" : "open";
    if (shard.restsUntil[side] > now()) throw new LimiterUnreachable("The shard has failed a moment ago.");
    if (shard.waiters.length >= MAX_WAITERS) throw new LimiterUnreachable("Too many wait for the shard.");
    const { promise, resolve, reject } = Promise.withResolvers<Decision>();
    shard.waiters.push({ ...demand, resolve, reject });
    if (shard.ledUntil <= now()) {
      // A leader whose request was cut off leaves its followers to their patience, and the lead to the next comer.
      shard.ledUntil = now() + 2 * PATIENCE_MS.open;
      caller.defer(lead(caller, shard));
    }
    try {
      return await within(promise, PATIENCE_MS[side]);
    } catch (error) {
      shard.restsUntil[side] = now() + REST_MS;
      throw error;
    }
  };

  const lead = async (caller: C, shard: Shard): Promise<void> => {
    await (shard.flight ? within(shard.flight, PATIENCE_MS.open).catch(() => null) : null);
    shard.ledUntil = 0;
    const cold = shard.waiters.splice(0).filter((waiter) => !serve(waiter, shard.memory, now()));
    if (cold.length === 0) return;
    const asks = shard.memory.toAsks(cold, now());
    const sentAt = now();
    const flight = send(caller, shard.name, asks);
    shard.flight = flight;
    try {
      remember(shard.memory, asks, { decided: await within(flight, PATIENCE_MS.closed), sentAt, now: now() });
      // Who waited is decided as of the question: a busy isolate may read the answer when the lease is over.
      for (const waiter of cold) {
        if (!serve(waiter, shard.memory, sentAt)) waiter.reject(new LimiterUnreachable("The answer is another one's."));
      }
    } catch (error) {
      for (const waiter of cold) waiter.reject(new LimiterUnreachable("The shard does not answer.", { cause: error }));
    } finally {
      if (shard.flight === flight) shard.flight = null;
    }
  };

  return {
    take: (caller, demand) => shardFor(demand.key).memory.spend(demand, now()) ?? wait(caller, demand),
    giveBack: (key, amount) => shardFor(key).memory.giveBack(key, amount, now()),
  };
}

function openShard(memory: LeaseMemory, index: number): Shard {
  return { name: nameOf(index), memory, waiters: [], ledUntil: 0, flight: null, restsUntil: { open: 0, closed: 0 } };
}

function serve(waiter: Waiter, memory: LeaseMemory, now: number): boolean {
  const decision = memory.spend(waiter, now);
  if (decision) waiter.resolve(decision);
  return decision !== null;
}

function remember(
  memory: LeaseMemory,
  asks: readonly Ask[],
  { decided, ...times }: { readonly decided: Decided; readonly sentAt: number; readonly now: number },
): void {
  if (!decided.ok) throw new LimiterUnreachable("The shard refused the question.");
  for (const [index, ask] of asks.entries()) {
    const grant = decided.grants[index];
    if (grant) memory.remember(ask, { grant, ...times });
  }
}

/**
 * Waits for so long and no longer, each caller by its own clock. Counted in short turns, of which each counts for its
 * own length alone: while passwords are hashed on this thread an answer lies unread, and that is not the shard's fault.
 */
async function within<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let left = patienceMs / TURN_MS;
  const turn = (): void => {
    left -= 1;
    if (left > 0) timer = setTimeout(turn, TURN_MS);
    else reject(new LimiterUnreachable("The shard is late."));
  };
  let timer = setTimeout(turn, TURN_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The name of the shard that a key belongs to, the same in every isolate. */
export function shardOf(key: string): string {
  return nameOf(indexOf(key));
}

function nameOf(index: number): string {
  return `shard-${index}`;
}

/** FNV-1a, 32 bits. */
function indexOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % SHARDS;
}
