import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bucket } from "../../durable-objects/rate-limiter/machine.ts";
import {
  chooseForgotten,
  drawDay,
  drawTokens,
  levelAt,
  nextPruning,
} from "../../durable-objects/rate-limiter/machine.ts";
import { Buckets, MAX_BUCKETS } from "../../durable-objects/rate-limiter/storage.ts";

const NOW = Date.UTC(2026, 10, 20, 8, 30);
const MINUTE = 60_000;
const rule = (limit: number, windowMs = MINUTE) => ({ kind: "rate", limit, windowMs }) as const;
const day = (limit: number) => ({ kind: "day", limit }) as const;

const bucketOf = (spent: number, limit = 10): Bucket => ({
  limit,
  windowMs: MINUTE,
  level: spent * MINUTE,
  at: NOW,
});

describe("a bucket", () => {
  it("grants its whole limit at once, then one for every interval", () => {
    const full = drawTokens(undefined, rule(30), { want: 30, spare: 0, now: NOW });
    expect(full.grant).toMatchObject({ granted: 30, remaining: 0, resetMs: MINUTE, retryAfterMs: 0 });
    const more = drawTokens(full.bucket, rule(30), { want: 1, spare: 0, now: NOW });
    expect(more.grant).toMatchObject({ granted: 0, remaining: 0, retryAfterMs: 2_000 });
    expect(drawTokens(more.bucket, rule(30), { want: 1, spare: 0, now: NOW + 1_999 }).grant.granted).toBe(0);
    expect(drawTokens(more.bucket, rule(30), { want: 1, spare: 0, now: NOW + 2_000 }).grant.granted).toBe(1);
    expect(drawTokens(more.bucket, rule(30), { want: 99, spare: 0, now: NOW + MINUTE }).grant.granted).toBe(30);
  });

  it("grants a part where it cannot grant all", () => {
    const { bucket } = drawTokens(undefined, rule(10), { want: 7, spare: 0, now: NOW });
    expect(drawTokens(bucket, rule(10), { want: 7, spare: 0, now: NOW }).grant).toMatchObject({
      granted: 3,
      retryAfterMs: 6_000,
    });
  });

  it("leases a sixteenth of what is left, and nothing of a small limit", () => {
    const grant = (limit: number, want: number) =>
      drawTokens(undefined, rule(limit), { want, spare: 50, now: NOW }).grant;
    expect(grant(300, 10)).toMatchObject({ granted: 28, remaining: 272, retryAfterMs: 0 });
    expect(grant(300, 290)).toMatchObject({ granted: 290, remaining: 10, retryAfterMs: 0 });
    expect(grant(3_000, 0)).toMatchObject({ granted: 50, retryAfterMs: 0 });
    expect(grant(31, 1)).toMatchObject({ granted: 1, remaining: 30 });
    expect(grant(32, 40)).toMatchObject({ granted: 32, remaining: 0, retryAfterMs: 1_875 });
  });

  it("keeps what was spent when the rule changes", () => {
    const { bucket } = drawTokens(undefined, rule(30), { want: 30, spare: 0, now: NOW });
    expect(drawTokens(bucket, rule(60), { want: 60, spare: 0, now: NOW }).grant.granted).toBe(30);
    expect(drawTokens(bucket, rule(20), { want: 1, spare: 0, now: NOW }).grant.granted).toBe(0);
    expect(drawTokens(bucket, rule(30, 1_000), { want: 1, spare: 0, now: NOW }).grant).toMatchObject({
      granted: 0,
      retryAfterMs: 34,
    });
  });

  it("leaks nothing while the clock steps back", () => {
    const { bucket } = drawTokens(undefined, rule(5), { want: 5, spare: 0, now: NOW });
    const { bucket: later, grant } = drawTokens(bucket, rule(5), { want: 1, spare: 0, now: NOW - 10 * MINUTE });
    expect(grant.granted).toBe(0);
    expect(drawTokens(later, rule(5), { want: 1, spare: 0, now: NOW - 9 * MINUTE }).grant.granted).toBe(1);
  });

  const rules = fc.record({
    limit: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_000_000_000 })),
    windowMs: fc.integer({ min: 1, max: 3_600_000 }),
  });
  const steps = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 4_000_000 }),
      want: fc.integer({ min: 0, max: 2_000 }),
      spare: fc.nat({ max: 2_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it("grants at most the limit and what leaks out, in every span there is", () => {
    fc.assert(
      fc.property(rules, steps, ({ limit, windowMs }, calls) => {
        const grants: { at: number; granted: number }[] = [];
        let bucket: Bucket | undefined;
        let at = NOW;
        for (const { wait, want, spare } of calls) {
          at += wait % (2 * windowMs);
          const drawn = drawTokens(bucket, rule(limit, windowMs), { want, spare, now: at });
          ({ bucket } = drawn);
          grants.push({ at, granted: drawn.grant.granted });
        }
        for (const [start, first] of grants.entries()) {
          let sum = 0;
          for (const { at: end, granted } of grants.slice(start)) {
            sum += granted;
            expect(BigInt(sum) * BigInt(windowMs)).toBeLessThanOrEqual(
              BigInt(limit) * (BigInt(windowMs) + BigInt(end - first.at)),
            );
          }
        }
      }),
    );
  });

  it("grants to whoever waits as long as it was told, and not a millisecond sooner", () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 3_600_000 }), ({ limit, windowMs }, later) => {
        const used = drawTokens(undefined, rule(limit, windowMs), { want: limit, spare: 0, now: NOW }).bucket;
        const { bucket, grant } = drawTokens(used, rule(limit, windowMs), {
          want: limit + 1,
          spare: 0,
          now: NOW + later,
        });
        const told = NOW + later + grant.retryAfterMs;
        expect(grant.retryAfterMs).toBeGreaterThan(0);
        expect(drawTokens(bucket, rule(limit, windowMs), { want: 1, spare: 0, now: told }).grant.granted).toBe(1);
        expect(drawTokens(bucket, rule(limit, windowMs), { want: 1, spare: 0, now: told - 1 }).grant.granted).toBe(0);
      }),
    );
  });
});

describe("a day", () => {
  it("grants its limit until midnight in UTC", () => {
    const first = drawDay(0, day(10), { want: 8, spare: 0, now: NOW });
    expect(first).toMatchObject({ used: 8, grant: { granted: 8, remaining: 2, retryAfterMs: 0 } });
    const second = drawDay(first.used, day(10), { want: 8, spare: 0, now: NOW });
    expect(second).toMatchObject({ used: 10, grant: { granted: 2, remaining: 0, retryAfterMs: 15.5 * 3_600_000 } });
    expect(drawDay(12, day(10), { want: 1, spare: 0, now: NOW })).toMatchObject({ used: 12, grant: { granted: 0 } });
  });

  it("ends exactly at midnight", () => {
    const midnight = Date.UTC(2026, 10, 21);
    expect(drawDay(0, day(1), { want: 1, spare: 0, now: midnight - 1 }).grant.leaseMs).toBe(1);
    expect(drawDay(0, day(1), { want: 1, spare: 0, now: midnight }).grant.leaseMs).toBe(24 * 3_600_000);
    expect(nextPruning(midnight - 1)).toBe(midnight + 3_600_000);
  });
});

describe("a shard's memory", () => {
  it("forgets refilled keys first, then the emptiest, and those being refused last", () => {
    const keys: [string, Bucket][] = [
      ["refused", bucketOf(1, 1)],
      ["nearly", bucketOf(9)],
      ["half", bucketOf(5)],
      ["refilled", { ...bucketOf(10), at: NOW - MINUTE }],
    ];
    expect(chooseForgotten(keys, 3, NOW)).toEqual(["refilled"]);
    expect(chooseForgotten(keys, 2, NOW)).toEqual(["refilled", "half"]);
    expect(chooseForgotten(keys, 1, NOW)).toEqual(["refilled", "half", "nearly"]);
  });

  it("stays bounded under a flood of keys, and goes on refusing whom it refuses", () => {
    const buckets = new Buckets();
    buckets.put("refused", bucketOf(10), NOW);
    for (let index = 0; index < MAX_BUCKETS * 2; index += 1) {
      buckets.put(`flood-${index}`, bucketOf(1), NOW);
      if (buckets.size > MAX_BUCKETS) throw new Error("The memory grew past its bound.");
    }
    expect(levelAt(buckets.get("refused") ?? bucketOf(0), NOW)).toBe(10 * MINUTE);
  });
});
