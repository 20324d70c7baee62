import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../support/app.ts";
import { importBars, seedMarket } from "../support/market.ts";

interface Bars {
  asOf: string;
  source: string;
  data: { time: string; open: number; high: number; low: number; close: number; volume: number }[];
}

interface Listed {
  data: { symbol: string; name: string; state: string; source: string }[];
  nextCursor: string | null;
}

interface Report {
  rows: number;
  changed: number;
  rejected: number;
  errors: { line: number; code: string }[];
}

const app = testApp();
const HEADER = "symbol,date,open,high,low,close,volume,exchange";

async function barsOf(symbol: string, query = ""): Promise<Bars> {
  const answer = await app.call(`GET /api/v1/market/symbols/${symbol}/bars${query}`);
  expect(answer.status).toBe(200);
  return await bodyOf<Bars>(answer);
}

describe("the generated market", () => {
  beforeAll(async () => {
    await seedMarket(app);
  });

  it("has more than 500 listed symbols with two years of bars, and says everywhere that it is generated", async () => {
    const { results } = await env.DB.prepare("select symbol, name, state, source from market_symbols").all<
      Listed["data"][number]
    >();
    expect(results.filter(({ state }) => state === "listed").length).toBeGreaterThan(500);
    expect(results.every(({ source, name }) => source === "generated" && /generated/i.test(name))).toBe(true);
    const [page] = (await bodyOf<Listed>(await app.call("GET /api/v1/market/symbols?limit=1&query=systems"))).data;
    const bars = await barsOf(page?.symbol ?? "BADA");
    expect(bars.source).toBe("generated");
    expect(bars.data.length).toBeGreaterThan(480);
    for (const { open, high, low, close } of bars.data) {
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
    }
  });

  it("has splits, dividends, halted, new and delisted symbols", async () => {
    const { results: kinds } = await env.DB.prepare(
      "select kind, count(*) as n from market_actions group by kind order by kind",
    ).all<{ kind: string; n: number }>();
    expect(kinds.map(({ kind }) => kind)).toEqual(["dividend", "split"]);
    const { results: states } = await env.DB.prepare("select distinct state from market_symbols order by state").all();
    expect(states).toEqual([{ state: "delisted" }, { state: "halted" }, { state: "listed" }]);
  });

  it("is read without a jump where a share was split", async () => {
    const split = await env.DB.prepare(
      "select symbol, day, value from market_actions where kind = 'split' and value = 2 order by day desc limit 1",
    ).first<{ symbol: string; day: number }>();
    const { data } = await barsOf(split?.symbol ?? "");
    const date = new Date((split?.day ?? 0) * 86_400_000).toISOString().slice(0, 10);
    const index = data.findIndex(({ time }) => time >= date);
    expect(index).toBeGreaterThan(0);
    const ratio = (data[index]?.open ?? 0) / (data[index - 1]?.close ?? 1);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  it("is rebuilt when its object wakes, from less than 40 MiB, the same bar for bar", async () => {
    const before = await barsOf("GENX");
    const stub = env.MARKET_SHARD.getByName("market-0");
    await evictDurableObject(stub);
    const status = await stub.status();
    expect(status.symbols).toBeGreaterThan(550);
    expect(status.bytes).toBeLessThan(40 * 1024 * 1024);
    expect(await barsOf("GENX")).toEqual(before);
  });

  it("gathers days into weeks that hold what their days held", async () => {
    const daily = await barsOf("GENX");
    const weekly = await barsOf("GENX", "?timeframe=1w");
    const last = weekly.data.at(-2);
    const index = daily.data.findIndex(({ time }) => time === last?.time);
    const previous = daily.data.findIndex(({ time }) => time === weekly.data.at(-3)?.time);
    const days = daily.data.slice(previous + 1, index + 1);
    expect(last).toEqual({
      time: last?.time,
      open: days[0]?.open,
      high: Math.max(...days.map(({ high }) => high)),
      low: Math.min(...days.map(({ low }) => low)),
      close: days.at(-1)?.close,
      volume: 0,
    });
  });
});

describe("an import of bars", () => {
  it("takes good lines, names bad ones by their number, and changes nothing the second time", async () => {
    const csv = [
      HEADER,
      "IMPA,2026-11-18,10,11,9,10.5,1000,XNAS",
      '"IMPA",2026-11-19,10,11,9,"10.75",1200,XNAS',
      "IMPA,2026-02-30,10,11,9,10.5,1000,XNAS",
      "IMPA,2026-11-17,10,9,11,10.5,1000,XNAS",
      "=CMD,2026-11-17,10,11,9,10.5,1000,XNAS",
      "IMPB,2026-11-19,5,6,4,5.5,10,XXXX",
      "IMPC,2026-11-19,5,6,4,5.5,10,",
      "",
    ].join("\r\n");
    const first = await importBars(app, csv);
    expect(first.status).toBe(200);
    const report = await bodyOf<Report>(first);
    expect(report).toMatchObject({ rows: 7, changed: 2, rejected: 5 });
    expect(report.errors.map(({ line, code }) => [line, code])).toEqual([
      [4, "date_invalid"],
      [5, "bar_invalid"],
      [6, "symbol_invalid"],
      [7, "exchange_unknown"],
      [0, "symbol_unknown"],
    ]);
    expect((await barsOf("IMPA")).data.map(({ close }) => close)).toEqual([10.5, 10.75]);
    expect(await bodyOf<Report>(await importBars(app, csv))).toMatchObject({ changed: 0 });
  });

  it("survives its object's sleep, corrects a bar in place and puts a late one where it belongs", async () => {
    await importBars(app, `${HEADER}\nIMPD,2026-11-16,1,2,1,1.5,10,XNYS\nIMPD,2026-11-18,3,4,3,3.5,10,XNYS`);
    await importBars(app, `${HEADER}\nIMPD,2026-11-17,2,3,2,2.5,10,XNYS\nIMPD,2026-11-18,3,4,3,3.25,10,XNYS`);
    await evictDurableObject(env.MARKET_SHARD.getByName("market-0"));
    expect((await barsOf("IMPD")).data.map(({ time, close }) => [time, close])).toEqual([
      ["2026-11-16", 1.5],
      ["2026-11-17", 2.5],
      ["2026-11-18", 3.25],
    ]);
  });

  it("refuses what is no table of bars", async () => {
    expect((await importBars(app, "a,b\n1,2")).status).toBe(422);
    expect((await importBars(app, "")).status).toBe(422);
  });
});
