import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { BarBatch, SymbolRecord } from "#objects/market-shard";

const FIRST_DAY = 20_000;

function aRecord(symbol: string): SymbolRecord {
  const nothing = { sector: null, industry: null, country: null, delistedOn: null, shares: null, fundamentals: {} };
  return { symbol, name: symbol, exchange: "XNAS", kind: "stock", currency: "USD", ...nothing };
}

/** A walk of two symbols over some days, always the same. */
function barsOf(from: number, to: number): BarBatch {
  const days = Array.from({ length: to - from }, (_, i) => from + i);
  const rows = [0, 1].flatMap((which) => days.map((day) => ({ which, day })));
  const price = ({ which, day }: { which: number; day: number }): number =>
    50 + which * 10 + 10 * Math.sin(day / 7 + which) + (day % 5);
  const close = Float64Array.from(rows, price);
  return {
    symbols: ["ONE", "TWO"],
    which: Int32Array.from(rows, (row) => row.which),
    day: Int32Array.from(rows, (row) => FIRST_DAY + row.day),
    open: close,
    high: close.map((value) => value + 1),
    low: close.map((value) => value - 1),
    close,
    volume: close.map((value) => Math.round(value * 1_000)),
  };
}

const COLUMNS = ["ema(close, 200)", "rsi(14)", "adx(14)", "highest(high, 252)", "sma(close, 50)", "obv()", "close[1]"];

async function aShard() {
  const name = `test-${crypto.randomUUID()}`;
  const stub = () => env.MARKET_SHARD.getByName(name);
  await stub().putCatalogue({ symbols: [aRecord("ONE"), aRecord("TWO")], actions: [], changedAt: 1 });
  const values = async (): Promise<readonly (readonly unknown[])[]> => {
    const universe = { exchanges: null, sectors: null, symbols: null };
    const request = { expression: "close > 0", asOf: null, universe, columns: COLUMNS };
    const { matches } = await stub().scan({ ...request, sort: null, descending: false, limit: 10 });
    return matches.map(({ cells }) => [...cells]);
  };
  return { stub, values, sleep: async () => evictDurableObject(stub()) };
}

function expectSame(actual: readonly (readonly unknown[])[], expected: readonly (readonly unknown[])[]): void {
  expect(actual.length).toBe(expected.length);
  actual.flat().forEach((value, index) => {
    const wanted = Number(expected.flat()[index]);
    expect(Math.abs(Number(value) - wanted), COLUMNS[index % COLUMNS.length]).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(wanted)),
    );
  });
}

describe("a shard of the market", () => {
  it("goes on from bar to bar to the same values that it computes anew once it has slept", async () => {
    const { stub, values, sleep } = await aShard();
    await stub().putBars(barsOf(0, 300), true);
    await values();
    for (let day = 300; day < 306; day += 1) {
      await stub().putBars(barsOf(day, day + 1), true);
      await values();
    }
    const going = await values();
    await sleep();
    expectSame(await values(), going);
  });

  it("begins anew after a correction and after a split", async () => {
    const { stub, values, sleep } = await aShard();
    await stub().putBars(barsOf(0, 300), true);
    const before = await values();
    const corrected = barsOf(290, 291);
    await stub().putBars({ ...corrected, close: corrected.close.map((value) => value * 1.5) }, true);
    const after = await values();
    expect(after).not.toEqual(before);
    const actions = [{ symbol: "ONE", day: FIRST_DAY + 250, kind: "split" as const, value: 2 }];
    await stub().putCatalogue({ symbols: [], actions, changedAt: 2 });
    const split = await values();
    expect(split[0]).not.toEqual(after[0]);
    expect(split[1]).toEqual(after[1]);
    await sleep();
    expectSame(await values(), split);
  });

  it("lets its oldest days go twenty at a time, from storage and from memory alike", async () => {
    const { stub, values, sleep } = await aShard();
    await stub().putBars(barsOf(0, 544), true);
    expect((await stub().status()).bars).toBe(2 * 544);
    await values();
    await stub().putBars(barsOf(544, 545), true);
    expect((await stub().status()).bars).toBe(2 * 524);
    const cut = await values();
    await sleep();
    expect((await stub().status()).bars).toBe(2 * 524);
    expectSame(await values(), cut);
    await stub().putBars(barsOf(545, 560), true);
    expect((await stub().status()).bars).toBe(2 * 539);
  });

  it("takes less than 40 MiB with all its columns, and tells how long it took to wake", async () => {
    const { stub, sleep } = await aShard();
    await stub().putBars(barsOf(0, 544), true);
    await sleep();
    const { bytes, symbols, rebuiltInMs } = await stub().status();
    const columns = 250 * (8 + 3 * 8 + 4 + 8);
    expect((bytes / symbols + columns) * 1_000).toBeLessThan(40 * 2 ** 20);
    expect(rebuiltInMs).toBeGreaterThanOrEqual(0);
  });
});
