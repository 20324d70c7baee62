import { beforeEach, describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { MINUTE } from "#kernel/time";
import { findIndexPrice } from "#modules/market";
import type { IndexPrice } from "#modules/market";
import type { Ctx } from "#platform/ctx";
import { crossPrice, medianPrice, parsePrice } from "../../src/modules/market/rules.price-index.ts";
import { refreshIndex } from "../../src/modules/market/service.index-refresh.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { ports } from "../support/vendors.ts";

const app = testApp();
const KINDS = ["coinbase", "coingecko", "cryptocompare"] as const;
let place = "";
let clock = 1_800_000_000_000;

/** Sources of this test's own, under a place of its own. */
const at = (kind: string): string => `http://127.0.0.1:${ports.prices}/${place}-${kind}`;

function ctxOf(): Ctx {
  const PRICE_INDEX_SOURCES = KINDS.map((kind) => `${kind}=${at(kind)}`).join(",");
  const env = { PRICE_INDEX_SOURCES, PRICE_INDEX_TIMEOUT_MS: "200", PRICE_INDEX_MAX_AGE_SECONDS: "300" };
  return testCtx(app, { env, now: () => clock });
}

async function say(kind: string, how: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(`${at(kind)}/control?${new URLSearchParams(how).toString()}`);
  return (await answer.json<{ calls: number }>()).calls;
}

async function refreshed(): Promise<IndexPrice | null> {
  clock += MINUTE;
  await refreshIndex(ctxOf());
  return await findIndexPrice(ctxOf(), "BTC", "USD");
}

beforeEach(async () => {
  place = crypto.randomUUID();
  clock += 60 * MINUTE;
  await testCtx(app).db.batch(
    ["market_index_quotes", "market_index_sources"].map((table) => testCtx(app).db.sql(`delete from ${table}`)),
  );
});

describe("the price index", () => {
  it("is the middle of what its sources say, and names them", async () => {
    await say("coinbase", { bitcoin: "64000" });
    await say("coingecko", { bitcoin: "65000.5" });
    await say("cryptocompare", { bitcoin: "99999" });
    expect(await refreshed()).toEqual({
      base: "BTC",
      quote: "USD",
      price: 6_500_050_000_000,
      asOf: clock,
      sources: ["coinbase", "coingecko", "cryptocompare"],
    });
    expect(await findIndexPrice(ctxOf(), "BTC", "INR")).toMatchObject({ price: 539_500_830_000_000 });
    expect(await findIndexPrice(ctxOf(), "BTC", "ETH")).toMatchObject({ price: 6_500_050_000_000 });
    expect(await findIndexPrice(ctxOf(), "BTC", "EUR")).toBeNull();
  });

  it.each(["down", "garbage", "redirect", "hang", "nonsense"])(
    "stands while one of three is not to be had: %s",
    async (mode) => {
      await say("coinbase", { mode });
      expect(await refreshed()).toMatchObject({ price: 6_500_010_000_000, sources: ["coingecko", "cryptocompare"] });
    },
  );

  it("is none while most of its sources are silent, rather than what one of them says", async () => {
    await say("coinbase", { mode: "down" });
    await say("coingecko", { mode: "hang" });
    expect(await refreshed()).toBeNull();
  });

  it("forgets what is too old", async () => {
    await refreshed();
    clock += 5 * MINUTE;
    expect(await findIndexPrice(ctxOf(), "BTC", "USD")).not.toBeNull();
    clock += 1;
    expect(await findIndexPrice(ctxOf(), "BTC", "USD")).toBeNull();
  });

  it("leaves a source alone that fails again and again, and asks it later", async () => {
    await say("coingecko", { mode: "down" });
    for (let round = 0; round < 5; round += 1) await refreshed();
    const calls = await say("coingecko", { mode: "ok" });
    expect(calls).toBe(4);
    clock += 30 * MINUTE;
    expect(await refreshed()).toMatchObject({ sources: ["coinbase", "coingecko", "cryptocompare"] });
  });

  it("is made up in development, says so, and is nothing anywhere else", async () => {
    const made = await app.call("GET /api/v1/market/price-index?base=BTC&quote=INR");
    expect(await bodyOf(made)).toMatchObject({ price: "5416666.66666667", sources: ["embedded"] });
    expect((await app.call("GET /api/v1/market/price-index?base=BTC&quote=SHELL")).status).toBe(503);
    const production = testCtx(app, { env: { ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://bourse.example.com" } });
    expect(await findIndexPrice(production, "BTC", "USD")).toBeNull();
  });
});

describe("prices", () => {
  it.each([
    ["65000.10", 6_500_010_000_000],
    [1e-7, 10],
    ["0.000000019", 1],
    ["0.000000009", null],
    ["0", null],
    ["-1", null],
    ["1e999", null],
    ["", null],
    ["99999999999", null],
    [1.5e6, 150_000_000_000_000],
    [Number.NaN, null],
  ])("are read from %s", (text, price) => {
    expect(parsePrice(text)).toBe(price);
  });

  it("have a middle that lies between them and that no single one can move beyond its neighbours", () => {
    const prices = fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(prices, (list) => {
        const middle = medianPrice(list, 1) ?? 0;
        return middle >= Math.min(...list) && middle <= Math.max(...list);
      }),
    );
    expect(medianPrice([1, 2], 1)).toBe(2);
    expect(medianPrice([2, 3], 1)).toBe(2);
    expect(medianPrice([5], 2)).toBeNull();
    expect(crossPrice(1, Number.MAX_SAFE_INTEGER)).toBeNull();
  });
});
