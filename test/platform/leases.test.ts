import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Ask, Decided } from "#objects/rate-limiter";
import type { Decision } from "#platform/lease-memory";
import type { Caller, Leases } from "#platform/leases";
import { createLeases, LimiterUnreachable, shardOf } from "#platform/leases";
import type { Bucket } from "../../durable-objects/rate-limiter/machine.ts";
import { drawTokens, LEASE_MS } from "../../durable-objects/rate-limiter/machine.ts";

const MINUTE = 60_000;
const caller: Caller = { defer: () => undefined };
const rate = (limit: number, windowMs = MINUTE) => ({ kind: "rate", limit, windowMs }) as const;

/** One limiter's machine on a clock of its own, and as many isolates before it as wanted. */
class World {
  now = 1_800_000_000_000;
  calls: (readonly Ask[])[] = [];
  answer: (() => Promise<Decided>) | null = null;
  readonly #buckets = new Map<string, Bucket>();

  isolate(): Leases<Caller> {
    return createLeases({ now: () => this.now, send: async (_caller, _shard, asks) => await this.#decide(asks) });
  }

  async #decide(asks: readonly Ask[]): Promise<Decided> {
    this.calls.push(asks);
    if (this.answer) return await this.answer();
    await Promise.resolve();
    const grants = asks.map(({ key, rule, want, spare }) => {
      if (rule.kind !== "rate") throw new TypeError("Only rates here.");
      const { bucket, grant } = drawTokens(this.#buckets.get(key), rule, { want, spare, now: this.now });
      this.#buckets.set(key, bucket);
      return grant;
    });
    return { ok: true, grants };
  }
}

async function burst(isolates: readonly Leases<Caller>[], count: number, limit: number): Promise<Decision[]> {
  const demand = { key: "k", rule: rate(limit), amount: 1 };
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => await isolates[index % isolates.length]?.take(caller, demand)),
  ).then((decisions) => decisions.filter((decision) => decision !== undefined));
}

const passed = (decisions: readonly Decision[]): number => decisions.filter((decision) => decision.passed).length;

const take = async (isolate: Leases<Caller>): Promise<unknown> =>
  await Promise.resolve(isolate.take(caller, { key: "k", rule: rate(30), amount: 1 })).catch((error: unknown) => error);

describe("a lease", () => {
  it("lets at most limit + rate × (window + lease) pass in every window, over several isolates", async () => {
    const demands = fc.array(
      fc.record({
        wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.constant(LEASE_MS - 1)),
        isolate: fc.nat({ max: 3 }),
        count: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(5, 31, 32, 100, 600), demands, async (limit, script) => {
        const world = new World();
        const isolates = [world.isolate(), world.isolate(), world.isolate(), world.isolate()];
        const windowMs = 10_000;
        const passes: number[] = [];
        for (const { wait, isolate, count } of script) {
          world.now += wait;
          const asked = Array.from({ length: count }, async () =>
            isolates[isolate]?.take(caller, { key: "k", rule: rate(limit, windowMs), amount: 1 }),
          );
          for (const decision of await Promise.all(asked)) if (decision?.passed) passes.push(world.now);
        }
        for (const [index, start] of passes.entries()) {
          const within = passes.slice(index).filter((at) => at <= start + windowMs).length;
          expect(within).toBeLessThanOrEqual(limit + (limit / windowMs) * (windowMs + LEASE_MS));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("spares nearly every call of a busy key", async () => {
    const world = new World();
    const isolate = world.isolate();
    for (let index = 0; index < 3_000; index += 1) {
      world.now += 1;
      expect(await isolate.take(caller, { key: "k", rule: rate(300_000), amount: 1 })).toMatchObject({ passed: true });
    }
    expect(world.calls.length).toBeLessThan(20);
  });

  it("is not taken for a small limit, so that exactly the limit passes of fifty at once", async () => {
    for (const limit of [1, 10, 31]) {
      const world = new World();
      const isolates = [world.isolate(), world.isolate(), world.isolate()];
      expect(passed(await burst(isolates, 50, limit))).toBe(limit);
    }
  });

  it("lets exactly one of two pass at the last token", async () => {
    const world = new World();
    const isolates = [world.isolate(), world.isolate()];
    expect(passed(await burst(isolates, 29, 30))).toBe(29);
    expect(passed(await burst(isolates, 2, 30))).toBe(1);
  });

  it("is renewed along with others of its shard, so that many busy keys cost few calls", async () => {
    const world = new World();
    const isolate = world.isolate();
    const keys = Array.from({ length: 640 }, (_, index) => `key-${index}`);
    const tick = async (): Promise<void> => {
      world.now += 100;
      for (const key of keys) await isolate.take(caller, { key, rule: rate(3_000), amount: 1 });
    };
    for (let round = 0; round < 50; round += 1) await tick();
    const before = world.calls.length;
    for (let round = 0; round < 100; round += 1) await tick();
    expect(world.calls.length - before).toBeLessThan(3 * 32 * 10);
  });

  it("never makes a caller who keeps below the rate wait, whichever isolates it meets", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 2 }), { minLength: 1_200, maxLength: 1_200 }), async (route) => {
        const world = new World();
        const isolates = [world.isolate(), world.isolate(), world.isolate()];
        for (const isolate of route) {
          world.now += 250;
          const decision = await isolates[isolate]?.take(caller, { key: "k", rule: rate(300), amount: 1 });
          expect(decision).toMatchObject({ passed: true });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("is worthless once it has ended", async () => {
    const world = new World();
    const isolate = world.isolate();
    for (let index = 0; index < 4; index += 1) await isolate.take(caller, { key: "k", rule: rate(600), amount: 1 });
    const before = world.calls.length;
    world.now += LEASE_MS;
    await isolate.take(caller, { key: "k", rule: rate(600), amount: 1 });
    expect(world.calls.length).toBe(before + 1);
  });

  it("is shared by all who ask for a cold key at once", async () => {
    const world = new World();
    expect(passed(await burst([world.isolate()], 50, 100))).toBe(50);
    expect(world.calls.length).toBe(1);
  });

  it("is asked for again when the rule has changed", async () => {
    const world = new World();
    const isolate = world.isolate();
    await burst([isolate], 40, 30);
    expect(passed(await burst([isolate], 40, 60))).toBe(30);
  });
});

describe("a refusal", () => {
  it("is repeated from memory without a call until its time is over, and then the next call passes", async () => {
    const world = new World();
    const isolate = world.isolate();
    const refused = (await burst([isolate], 31, 30)).at(-1);
    expect(refused).toMatchObject({ passed: false, remaining: 0, retryAfterMs: 2_000 });
    const calls = world.calls.length;
    world.now += 1_999;
    expect(passed(await burst([isolate], 1_000, 30))).toBe(0);
    expect(world.calls.length).toBe(calls);
    world.now += 1;
    expect(passed(await burst([isolate], 1, 30))).toBe(1);
  });

  it("is asked for again after a minute, whatever it said", async () => {
    const world = new World();
    const isolate = world.isolate();
    const demand = { key: "k", rule: rate(1, 3_600_000), amount: 1 };
    await isolate.take(caller, demand);
    await isolate.take(caller, demand);
    const calls = world.calls.length;
    world.now += MINUTE - 1;
    expect(await isolate.take(caller, demand)).toMatchObject({ passed: false, retryAfterMs: 3_540_001 });
    expect(world.calls.length).toBe(calls);
    world.now += 1;
    await isolate.take(caller, demand);
    expect(world.calls.length).toBe(calls + 1);
  });
});

describe("an isolate's memory", () => {
  it("holds so many keys and no more, and asks again for the one that it forgot", async () => {
    const world = new World();
    const isolate = world.isolate();
    const refuse = async (key: string): Promise<void> => {
      await Promise.all([1, 2].map(async () => await isolate.take(caller, { key, rule: rate(1), amount: 1 })));
    };
    const neighbours = Array.from({ length: 60_000 }, (_, index) => `${index}`).filter(
      (key) => shardOf(key) === shardOf("oldest"),
    );
    const [second = "", ...others] = neighbours;
    await refuse("oldest");
    await refuse(second);
    for (const key of others.slice(0, 999)) await isolate.take(caller, { key, rule: rate(1), amount: 1 });
    const calls = world.calls.length;
    await isolate.take(caller, { key: second, rule: rate(1), amount: 1 });
    expect(world.calls.length).toBe(calls);
    await isolate.take(caller, { key: "oldest", rule: rate(1), amount: 1 });
    expect(world.calls.length).toBe(calls + 1);
  });
});

describe("a shard that does not answer", () => {
  it("is given half a second, then left alone for one, then asked again", async () => {
    const world = new World();
    const isolate = world.isolate();
    world.answer = async () => await new Promise<never>(() => undefined);
    const startedAt = Date.now();
    const answers = await Promise.all([take(isolate), take(isolate)]);
    expect(answers.every((answer) => answer instanceof LimiterUnreachable)).toBe(true);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    world.answer = null;
    expect(await take(isolate)).toBeInstanceOf(LimiterUnreachable);
    expect(world.calls.length).toBe(1);
    world.now += 1_000;
    expect(await take(isolate)).toMatchObject({ passed: true });
  });

  it("is given two seconds by those who are refused without it", async () => {
    const world = new World();
    const isolate = world.isolate();
    const slow = Promise.withResolvers<Decided>();
    world.answer = async () => await slow.promise;
    const demand = { key: "k", rule: rate(30), amount: 1 };
    const closed = Promise.resolve(isolate.take(caller, { ...demand, failsClosed: true }));
    expect(await take(isolate)).toBeInstanceOf(LimiterUnreachable);
    slow.resolve({ ok: true, grants: [{ granted: 1, remaining: 29, resetMs: 1, retryAfterMs: 0, leaseMs: 1_000 }] });
    expect(await closed).toMatchObject({ passed: true });
  });

  it("and does after its lease is over still decides for those who waited, and for nobody after them", async () => {
    const world = new World();
    const isolate = world.isolate();
    const slow = Promise.withResolvers<Decided>();
    world.answer = async () => await slow.promise;
    const waiting = take(isolate);
    await vi.waitUntil(() => world.calls.length === 1);
    world.now += 2 * LEASE_MS;
    slow.resolve({
      ok: true,
      grants: [{ granted: 4, remaining: 26, resetMs: 1, retryAfterMs: 0, leaseMs: LEASE_MS }],
    });
    expect(await waiting).toMatchObject({ passed: true });
    world.answer = null;
    await take(isolate);
    expect(world.calls).toHaveLength(2);
  });

  it("fails those who wait, and nobody else", async () => {
    const world = new World();
    const isolate = world.isolate();
    expect(await take(isolate)).toMatchObject({ passed: true });
    world.answer = async () => await Promise.reject(new Error("reset"));
    expect(await take(isolate)).toBeInstanceOf(LimiterUnreachable);
    world.answer = () => Promise.resolve({ ok: false });
    world.now += 1_000;
    expect(await take(isolate)).toBeInstanceOf(LimiterUnreachable);
    world.answer = null;
    world.now += 1_000;
    expect(await take(isolate)).toMatchObject({ passed: true });
  });

  it("gets a new leader when the first was cut off before it asked", async () => {
    const world = new World();
    const isolate = world.isolate();
    let led = 0;
    const counting: Caller = { defer: () => (led += 1) };
    const ask = async (): Promise<unknown> => isolate.take(counting, { key: "k", rule: rate(30), amount: 1 });
    const waiting = [ask(), ask()];
    expect(led).toBe(1);
    world.now += 1_000;
    waiting.push(ask());
    expect(led).toBe(2);
    expect(await Promise.all(waiting)).toMatchObject([{ passed: true }, { passed: true }, { passed: true }]);
  });
});
