import { describe, expect, it } from "vitest";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { importBars } from "../support/market.ts";
import { inJob, rows } from "../support/platform.ts";
import { readiness } from "../../src/modules/market/readiness.ts";

const app = testApp();
const admin = anOperator();
const HEADER = "symbol,date,open,high,low,close,volume,exchange";
const OPERATED = "/api/v1/admin/market/symbols";

async function scanned(symbol: string): Promise<boolean> {
  const json = { expression: "close > 0", universe: { symbols: [symbol] } };
  const answer = await app.call("POST /api/v1/scanner/run", { as: aUser(), json });
  return (await bodyOf<{ data: { symbol: string }[] }>(answer)).data.some((row) => row.symbol === symbol);
}

describe("a symbol that an operator puts down", () => {
  it("is there once, gets its bars by an import, and every change leaves its audit row", async () => {
    const json = { symbol: "HAND", name: "Made by Hand", exchange: "XNAS", sector: "Energy" };
    const created = await app.call(`POST ${OPERATED}`, { as: admin, json });
    expect(created.status).toBe(201);
    expect(await bodyOf(created)).toMatchObject({ ...json, source: "manual", state: "listed", currency: "USD" });
    expect((await app.call(`POST ${OPERATED}`, { as: admin, json })).status).toBe(409);
    await importBars(app, `${HEADER}\nHAND,2026-11-20,10,11,9,10.5,1000,XNAS\n`);
    expect(await scanned("HAND")).toBe(true);
    const changed = await app.call(`PATCH ${OPERATED}/hand`, { as: admin, json: { shares: 2_000, country: "DE" } });
    expect(await bodyOf(changed)).toMatchObject({ shares: 2_000, country: "DE", sector: "Energy" });
    expect(await bodyOf(await app.call("GET /api/v1/market/symbols/HAND"))).toMatchObject({ marketCap: 21_000 });
    const actions = await rows("select action from platform_audit_entries where target = 'HAND' order by seq");
    expect(actions.map(({ action }) => action)).toEqual(["symbol.created", "symbol.updated"]);
  });

  it("is met by no scan once it is taken off the list, and keeps its bars", async () => {
    await importBars(
      app,
      `${HEADER}\nGOES,2026-11-20,10,11,9,10.5,1000,XNAS\nSTAYS,2026-11-20,10,11,9,10.5,1000,XNAS\n`,
    );
    expect(await scanned("GOES")).toBe(true);
    for (let time = 0; time < 2; time += 1)
      expect((await app.call(`DELETE ${OPERATED}/GOES`, { as: admin })).status).toBe(204);
    await importBars(app, `${HEADER}\nSTAYS,2027-11-19,10,11,9,10.5,1000,XNAS\n`);
    expect(await scanned("GOES")).toBe(false);
    expect(await bodyOf(await app.call("GET /api/v1/market/symbols/GOES"))).toMatchObject({ state: "delisted" });
    const { data } = await bodyOf<{ data: unknown[] }>(await app.call("GET /api/v1/market/symbols/GOES/bars"));
    expect(data.length).toBe(1);
  });

  it("is refused where it is not what a symbol is", async () => {
    for (const json of [
      { symbol: "=CMD()", name: "x", exchange: "XNAS" },
      { symbol: "OK", name: "x", exchange: "nasdaq" },
      { symbol: "OK", name: "x", exchange: "XNAS", shares: -1 },
      { symbol: "OK", name: "x", exchange: "XNAS", listedOn: "2026-02-30" },
      { symbol: "OK", name: "x", exchange: "XNAS", colour: "red" },
    ])
      expect((await app.call(`POST ${OPERATED}`, { as: admin, json })).status).toBe(422);
    expect((await app.call(`PATCH ${OPERATED}/NOTHERE`, { as: admin, json: {} })).status).toBe(404);
    expect((await app.call(`DELETE ${OPERATED}/NOTHERE`, { as: admin })).status).toBe(404);
  });
});

describe("readiness of the market", () => {
  it("warns of a made-up market, and says how far the bars go", async () => {
    const items = await inJob(app, {}, readiness);
    expect(items.find(({ id }) => id === "market-provider")).toMatchObject({ status: "warn" });
    expect(items.find(({ id }) => id === "market-fresh")?.evidence).toMatch(/^Bars up to \d{4}-\d\d-\d\d/);
    const env = { MARKET_PROVIDER: "polygon" } as unknown as Partial<Env>;
    const without = await inJob(app, { env }, readiness);
    expect(without.find(({ id }) => id === "market-provider")?.status).toBe("fail");
  });
});
