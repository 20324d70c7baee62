import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Ask, Grant } from "#objects/rate-limiter";

type Shard = ReturnType<typeof env.RATE_LIMITER.getByName>;

const aShard = (): Shard => env.RATE_LIMITER.getByName(`test-${crypto.randomUUID()}`);
const rate = (limit: number) => ({ kind: "rate", limit, windowMs: 60_000 }) as const;
const day = (limit: number) => ({ kind: "day", limit }) as const;
const today = (): number => Math.floor(Date.now() / 86_400_000);

async function decide(shard: Shard, ...asks: Ask[]): Promise<readonly Grant[]> {
  const decided = await shard.decide(asks);
  return decided.ok ? decided.grants : [];
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a limiter shard", () => {
  it("decides many keys in one call, in their order", async () => {
    const grants = await decide(
      aShard(),
      { key: "a", rule: rate(2), want: 1, spare: 0 },
      { key: "b", rule: rate(1), want: 1, spare: 0 },
      { key: "a", rule: rate(2), want: 2, spare: 0 },
      { key: "a", rule: day(5), want: 3, spare: 0 },
    );
    expect(grants.map(({ granted, remaining }) => [granted, remaining])).toEqual([
      [1, 1],
      [1, 0],
      [1, 0],
      [3, 2],
    ]);
  });

  it("refuses whole what is out of bounds", async () => {
    const shard = aShard();
    const fine: Ask = { key: "a", rule: rate(1), want: 1, spare: 0 };
    const wrong: readonly (readonly Ask[])[] = [
      [],
      Array.from({ length: 1_001 }, () => fine),
      [fine, { ...fine, key: "" }],
      [fine, { ...fine, key: "k".repeat(161) }],
      [fine, { ...fine, want: -1 }],
      [fine, { ...fine, want: 1.5, spare: 0 }],
      [fine, { ...fine, want: 1e10 }],
      [fine, { ...fine, rule: rate(0) }],
      [fine, { ...fine, rule: { kind: "rate", limit: 1, windowMs: 3_600_001 } }],
      [fine, { ...fine, rule: day(-1) }],
      [fine, { ...fine, rule: { kind: "week", limit: 1 } as never }],
    ];
    for (const asks of wrong) expect(await shard.decide(asks)).toEqual({ ok: false });
    expect(await shard.usage({ key: "a", day: -1 })).toEqual({ ok: false });
    expect(await shard.release({ key: "a", day: 1, amount: -5 })).toEqual({ ok: false });
    expect(await decide(shard, fine)).toMatchObject([{ granted: 1 }]);
  });

  it("loses its buckets, which are a cache, when it is evicted, and keeps every day", async () => {
    const shard = aShard();
    const asks: Ask[] = [
      { key: "a", rule: rate(1), want: 1, spare: 0 },
      { key: "a", rule: day(10), want: 8, spare: 0 },
    ];
    await decide(shard, ...asks);
    await evictDurableObject(shard);
    expect(await decide(shard, ...asks)).toMatchObject([{ granted: 1 }, { granted: 2 }]);
    expect(await shard.usage({ key: "a", day: today() })).toEqual({ ok: true, used: 10 });
  });

  it("never grants more of a day than its limit, to however many at once", async () => {
    const shard = aShard();
    const grants = await Promise.all(
      Array.from({ length: 50 }, async () => await decide(shard, { key: "a", rule: day(100), want: 7, spare: 0 })),
    );
    expect(grants.flat().reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
  });

  it("takes back what was not spent, and no more than was granted", async () => {
    const shard = aShard();
    const key = { key: "a", day: today() };
    await decide(shard, { key: "a", rule: day(10), want: 10, spare: 0 });
    expect(await shard.release({ ...key, amount: 4 })).toEqual({ ok: true, used: 6 });
    expect(await decide(shard, { key: "a", rule: day(10), want: 10, spare: 0 })).toMatchObject([{ granted: 4 }]);
    expect(await shard.release({ ...key, amount: 99 })).toEqual({ ok: true, used: 0 });
  });

  it("removes days that are over by an alarm, and sleeps once none is left", async () => {
    const shard = aShard();
    vi.setSystemTime(Date.UTC(2036, 10, 20, 8));
    await decide(shard, { key: "a", rule: day(10), want: 1, spare: 0 });
    const alarm = await runInDurableObject(shard, async (_object, state) => await state.storage.getAlarm());
    expect(alarm).toBe(Date.UTC(2036, 10, 21, 1));
    const firstDay = today();
    vi.setSystemTime(Date.UTC(2036, 11, 25, 1));
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect(await shard.usage({ key: "a", day: firstDay })).toEqual({ ok: true, used: 1 });
    vi.setSystemTime(Date.UTC(2036, 11, 26, 1));
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect(await shard.usage({ key: "a", day: firstDay })).toEqual({ ok: true, used: 0 });
    expect(await runDurableObjectAlarm(shard)).toBe(false);
  });
});
