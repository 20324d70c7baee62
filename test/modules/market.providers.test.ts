import { env } from "cloudflare:workers";
import { afterAll, describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../support/app.ts";
import { inJob, rows } from "../support/platform.ts";
import { ports } from "../support/vendors.ts";

const app = testApp();
const base = `http://127.0.0.1:${ports.market}`;
const polygon = { MARKET_PROVIDER: "polygon", MARKET_API_BASE: base, MARKET_API_KEY: "polygon_key" };
const alpaca = {
  MARKET_PROVIDER: "alpaca",
  MARKET_API_BASE: base,
  MARKET_API_KEY: "alpaca_key",
  MARKET_API_SECRET: "alpaca_secret",
};
/** Friday, 20 November 2026, 22:30 UTC: New York has closed at 21:00. */
const FRIDAY = Date.UTC(2026, 10, 20, 22, 30);

async function pull(variables: Readonly<Record<string, string>>, now = FRIDAY): Promise<void> {
  const job = app.composition.crons.find(({ name }) => name === "market.pullSessions");
  await inJob(app, { env: variables, now: () => now }, async (ctx) => job?.run(ctx, now));
}

async function behave(mode: string): Promise<void> {
  await fetch(`${base}/control?mode=${mode}`);
}

async function sessions(exchange: string): Promise<{ day: number; state: string; bars: number; attempts: number }[]> {
  return await rows(
    "select day, state, bars, attempts from market_sessions where exchange = ? order by day desc",
    exchange,
  );
}

async function closes(symbol: string): Promise<number[]> {
  const answer = await app.call(`GET /api/v1/market/symbols/${symbol}/bars`);
  return (await bodyOf<{ data: { close: number }[] }>(answer)).data.map(({ close }) => close);
}

afterAll(async () => {
  await behave("ok");
});

describe("a provider that fails", () => {
  it.each(["down", "garbage", "redirect"])("leaves a gap that is marked and asked for again: %s", async (mode) => {
    await behave(mode);
    await pull(polygon);
    const gaps = await sessions("XNAS");
    expect(gaps.length).toBe(5);
    expect(gaps.every(({ state, bars }) => state === "missing" && bars === 0)).toBe(true);
  });
});

describe("Polygon", () => {
  it("gives whole sessions, of which only sane bars of listed symbols are kept, with their splits", async () => {
    await behave("ok");
    await pull(polygon);
    await pull(polygon);
    const loaded = (await sessions("XNAS")).filter(({ state }) => state === "loaded");
    expect(loaded.length).toBeGreaterThanOrEqual(9);
    expect(loaded.every(({ bars }) => bars === 2)).toBe(true);
    const known = await rows<{ symbol: string }>(
      "select symbol from market_symbols where source = 'polygon' order by symbol",
    );
    expect(known.map(({ symbol }) => symbol)).toEqual(["PLYA", "PLYB", "PLYD"]);
    expect((await closes("PLYB")).every((close) => close === 11)).toBe(true);
    expect((await closes("PLYA")).at(-1)).toBe(11);
    expect((await closes("PLYA")).at(-2)).toBe(5.5);
  });
});

describe("Alpaca", () => {
  it("gives bars page by page, under its own names for exchanges", async () => {
    await env.DB.prepare("delete from market_sessions").run();
    await pull(alpaca);
    expect((await closes("ALPA")).at(-1)).toBe(21);
    expect((await closes("ALPB")).at(-1)).toBe(21);
  });
});
