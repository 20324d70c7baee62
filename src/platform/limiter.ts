import type { Ask, Decided } from "#objects/rate-limiter";
import { SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import type { Decision, Demand } from "./lease-memory.ts";
import type { LeaseMemories, Leases } from "./leases.ts";
import { createLeases, createMemories } from "./leases.ts";
import { meterOf } from "./metrics.ts";

const SILENCE_MS = 10 * SECOND;

/** An isolate's limiter for one set of bindings. */
interface Limiter {
  readonly leases: Leases<Ctx>;
  readonly memories: LeaseMemories;
  /** Failures since the last line in the log, which is written at most every ten seconds. */
  failures: number;
  silentUntil: number;
}

const limiters = new WeakMap<Env, Limiter>();

export function limiterOf(env: Env): Limiter {
  const known = limiters.get(env);
  if (known) return known;
  const memories = createMemories();
  const limiter = { memories, leases: createLeases({ send, memories }), failures: 0, silentUntil: 0 };
  limiters.set(env, limiter);
  return limiter;
}

/** For whoever must wait for its own calls alone; what is granted to it is the isolate's all the same. */
export function openLeases(env: Env): Leases<Ctx> {
  return createLeases({ send, memories: limiterOf(env).memories });
}

async function send(ctx: Ctx, shard: string, asks: readonly Ask[]): Promise<Decided> {
  return await ctx.env.RATE_LIMITER.getByName(shard).decide(asks);
}

/**
 * Takes tokens, from memory where it can. Null when the limiter cannot be reached in time: that is in the
 * log by then, and the caller chooses whether to let pass or to refuse.
 */
export function takeTokens(ctx: Ctx, demand: Demand): Decision | Promise<Decision | null> {
  const limiter = limiterOf(ctx.env);
  const decision = limiter.leases.take(ctx, demand);
  if (!(decision instanceof Promise)) return decision;
  return decision.catch((error: unknown) => {
    report(ctx, limiter, error);
    return null;
  });
}

function report(ctx: Ctx, limiter: Limiter, error: unknown): void {
  limiter.failures += 1;
  meterOf(ctx.env).add("limiterFailures", []);
  if (ctx.now() < limiter.silentUntil) return;
  ctx.log.error("The rate limiter cannot be reached; reads pass uncounted, sign-in and money refuse.", {
    count: limiter.failures,
    error: error instanceof Error ? (error.cause ?? error) : error,
  });
  limiter.failures = 0;
  limiter.silentUntil = ctx.now() + SILENCE_MS;
}
