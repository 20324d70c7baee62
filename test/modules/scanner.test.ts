import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { importBars, seedMarket } from "../support/market.ts";

interface Result {
  asOf: string;
  normalForm: string;
  universeSize: number;
  stale: number;
  matched: number;
  nextCursor: string | null;
  data: ({ symbol: string; name: string } & Record<string, number | string | null>)[];
}

const app = testApp();

async function run(json: Record<string, unknown>, as = aUser()): Promise<Result> {
  const answer = await app.call("POST /api/v1/scanner/run", { as, json });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return await bodyOf<Result>(answer);
}

beforeAll(async () => {
  await seedMarket(app);
});

describe("a scan", () => {
  it("gives every match with its columns, in the order that is asked for, page by page", async () => {
    const json = {
      expression: "close > sma(close, 50) and rsi(14) < 65",
      sort: "rsi(14)",
      order: "desc",
      columns: ["close", "rsi(14)", "sector"],
      limit: 20,
    };
    const first = await run(json);
    expect(first.universeSize).toBeGreaterThan(500);
    expect(first.matched).toBeGreaterThan(20);
    const second = await run({ ...json, cursor: first.nextCursor });
    const rsi = [...first.data, ...second.data].map((row) => row["rsi(14)"] as number);
    expect(rsi).toEqual(rsi.toSorted((a, b) => b - a));
    expect(Math.max(...rsi)).toBeLessThan(65);
    expect(new Set([...first.data, ...second.data].map(({ symbol }) => symbol)).size).toBe(rsi.length);
  });

  it("is narrowed by its universe, and leaves out what has no bar on the newest day", async () => {
    const all = await run({ expression: "close > 0", limit: 1 });
    expect(all.stale).toBeGreaterThan(0);
    expect(all.matched).toBe(all.universeSize - all.stale);
    const some = await run({
      expression: "close > 0",
      universe: { exchanges: ["XNAS"], sectors: ["Technology"] },
      columns: ["sector"],
    });
    expect(some.universeSize).toBeLessThan(all.universeSize / 5);
    expect(new Set(some.data.map((row) => row["sector"]))).toEqual(new Set(["Technology"]));
  });

  it("of a day in the past matches what the bars up to that day match, delisted symbols included", async () => {
    const early = await run({ expression: "close > 0", asOf: "2025-06-30", limit: 1000 });
    expect(early.asOf).toBe("2025-06-30");
    const gone = await env.DB.prepare("select symbol from market_symbols where state = 'delisted'").all<{
      symbol: string;
    }>();
    expect(early.data.some(({ symbol }) => gone.results.some((row) => row.symbol === symbol))).toBe(true);
  });

  it("says where a mistake is", async () => {
    const answer = await app.call("POST /api/v1/scanner/validate", {
      as: aUser(),
      json: { expression: "close >\n smaa(close, 5)" },
    });
    expect(answer.status).toBe(422);
    expect(await bodyOf(answer)).toMatchObject({
      code: "expression_unknown_name",
      line: 2,
      column: 2,
      suggestion: "sma",
    });
  });

  it("comes as CSV that no spreadsheet runs", async () => {
    await importBars(
      app,
      "symbol,date,open,high,low,close,volume,exchange,name\nEVIL,2026-11-20,10,11,9,10.5,1000,XLON,=cmd()",
    );
    const answer = await app.call("POST /api/v1/scanner/run", {
      as: aUser(),
      json: { expression: 'exchange = "XLON"', columns: ["name", "change"] },
      headers: { Accept: "text/csv" },
    });
    expect(answer.headers.get("Content-Type")).toMatch(/text\/csv/);
    const lines = (await answer.text()).split("\r\n");
    expect(lines[0]).toBe("asOf,symbol,name,exchange,name,change");
    expect(lines[1]).toContain("EVIL,'=cmd(),XLON,'=cmd(),");
  });

  it("of every preset can be run", async () => {
    const { data } = await bodyOf<{ data: { expression: string }[] }>(await app.call("GET /api/v1/scanner/presets"));
    expect(data.length).toBeGreaterThanOrEqual(20);
    for (const { expression } of data) await run({ expression, limit: 1 });
  });
});

describe("the language's reference", () => {
  it("has at least sixty functions and twenty patterns, each with an example that can be read", async () => {
    const answer = await app.call("GET /api/v1/scanner/fields");
    const { data } = await bodyOf<{ data: { kind: string; group: string; example: string; source: string }[] }>(answer);
    const indicators = data.filter(({ kind }) => kind === "indicator");
    expect(indicators.filter(({ group }) => group !== "pattern").length).toBeGreaterThanOrEqual(60);
    expect(indicators.filter(({ group }) => group === "pattern").length).toBeGreaterThanOrEqual(20);
    for (const { example } of data) {
      const read = await app.call("POST /api/v1/scanner/validate", {
        as: aUser({ plan: "enterprise" }),
        json: { expression: example },
      });
      expect(read.status, example).toBe(200);
    }
  });
});
