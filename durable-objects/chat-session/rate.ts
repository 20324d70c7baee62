import type { Ctx } from "#platform/ctx";
import type { Leases } from "#platform/leases";
import { openLeases } from "#platform/limiter";
import { accountPolicy } from "#platform/limits";
import { meterOf } from "#platform/metrics";
import type { Visitor } from "./contract.ts";
import type { Leaving } from "./leaving.ts";

/**
 * How often somebody may ask, over all of their conversations. No question waits for the limiter: it is counted once it is
 * on its way, and what comes behind it waits for the word.
 */
export class Rate {
  readonly #leaving: Leaving;
  /** Calls of this object alone: what one object waits for, no other may wait for. What they bring is the isolate's. */
  #leases: Leases<Ctx> | null = null;
  #counting: Promise<void> | null = null;
  #heldUntil = 0;

  constructor(leaving: Leaving) {
    this.#leaving = leaving;
  }

  /** Counts a frame; the seconds to wait where there were too many before it. */
  admit(ctxOf: () => Ctx, visitor: Visitor): number | null | Promise<number | null> {
    if (this.#counting) return this.#counting.then(() => this.admit(ctxOf, visitor));
    const now = Date.now();
    if (now < this.#heldUntil) {
      meterOf(ctxOf().env).add("limiterRefusals", ["chat"]);
      return Math.max(1, Math.ceil((this.#heldUntil - now) / 1_000));
    }
    this.#counting = new Promise((resolve) => {
      this.#leaving.afterwards(() => resolve(this.#count(ctxOf(), visitor)));
    });
    return null;
  }

  async #count(ctx: Ctx, { userId, plan }: Visitor): Promise<void> {
    try {
      const { limit, windowMs } = accountPolicy("chat", plan);
      const rule = { kind: "rate", limit, windowMs } as const;
      const { passed, retryAfterMs } = await (this.#leases ??= openLeases(ctx.env)).take(ctx, {
        key: `chat:${userId}`,
        rule,
        amount: 1,
      });
      if (!passed) this.#heldUntil = ctx.now() + retryAfterMs;
    } catch (error) {
      ctx.log.warn("The rate limiter cannot be reached; questions pass uncounted.", { error });
    } finally {
      this.#counting = null;
    }
  }
}
