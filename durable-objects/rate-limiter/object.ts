import { DurableObject } from "cloudflare:workers";
import type { Ask, DayKey, DayUsage, Decided, Grant, Release } from "./contract.ts";
import { asksSchema, dayKeySchema, releaseSchema } from "./contract.ts";
import { dayOf, drawDay, drawTokens, nextPruning } from "./machine.ts";
import { Buckets, migrate, pruneDays, readUsed, writeUsed } from "./storage.ts";

/** How many past days an account's usage can still be read. */
const KEPT_DAYS = 35;

/** A shard of the limiter: the keys of many callers in one object. */
export class RateLimiter extends DurableObject<Env> {
  /** A cache: a shard that was evicted starts with none. */
  readonly #buckets = new Buckets();
  #alarmSet = false;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    void state.blockConcurrencyWhile(async () => {
      migrate(state.storage);
      this.#alarmSet = (await state.storage.getAlarm()) !== null;
    });
  }

  ping(): string {
    return "pong";
  }

  /** Decides a batch in its order; a batch out of bounds is refused whole. */
  decide(input: readonly Ask[]): Decided {
    const asks = asksSchema.safeParse(input);
    if (!asks.success) return { ok: false };
    const now = Date.now();
    return { ok: true, grants: asks.data.map((ask) => this.#grant(ask, now)) };
  }

  /** Gives units of a day back that were granted but not spent. Answers what is used now. */
  release(input: Release): DayUsage {
    const release = releaseSchema.safeParse(input);
    if (!release.success) return { ok: false };
    const { key, day, amount } = release.data;
    const used = Math.max(0, readUsed(this.ctx.storage.sql, day, key) - amount);
    writeUsed(this.ctx.storage.sql, { day, key, used });
    return { ok: true, used };
  }

  /** How much of a day is granted, whether spent yet or still in an isolate's hands. */
  usage(input: DayKey): DayUsage {
    const asked = dayKeySchema.safeParse(input);
    if (!asked.success) return { ok: false };
    return { ok: true, used: readUsed(this.ctx.storage.sql, asked.data.day, asked.data.key) };
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#alarmSet = pruneDays(this.ctx.storage.sql, dayOf(now) - KEPT_DAYS);
    if (this.#alarmSet) await this.ctx.storage.setAlarm(nextPruning(now));
  }

  #grant({ key, rule, want, spare }: Ask, now: number): Grant {
    if (rule.kind === "rate") {
      const { bucket, grant } = drawTokens(this.#buckets.get(key), rule, { want, spare, now });
      this.#buckets.put(key, bucket, now);
      return grant;
    }
    const { sql } = this.ctx.storage;
    const day = dayOf(now);
    const { used, grant } = drawDay(readUsed(sql, day, key), rule, { want, spare, now });
    if (grant.granted > 0) {
      writeUsed(sql, { day, key, used });
      this.#armPruning(now);
    }
    return grant;
  }

  #armPruning(now: number): void {
    if (this.#alarmSet) return;
    this.#alarmSet = true;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(nextPruning(now)));
  }
}
