import { beforeAll, describe, expect, it } from "vitest";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { importBars, seedMarket } from "../support/market.ts";

const app = testApp();

beforeAll(async () => {
  await seedMarket(app);
});

describe("a backtest", () => {
  interface Backtest {
    signals: number;
    horizons: {
      horizonDays: number;
      signals: { count: number; hitRate: number; mean: number };
      universe: { count: number; hitRate: number; mean: number };
    }[];
  }

  it("measures a condition that always holds exactly as the universe, and keeps the delisted in", async () => {
    const json = { expression: "close > 0", from: "2025-01-02", to: "2026-06-30", horizonDays: [1, 20] };
    const answer = await app.call("POST /api/v1/scanner/backtest", { as: aUser(), json });
    expect(answer.status, await answer.clone().text()).toBe(200);
    const { horizons } = await bodyOf<Backtest>(answer);
    for (const { signals, universe } of horizons) {
      expect(signals.count).toBe(universe.count);
      expect(signals.mean).toBeCloseTo(universe.mean, 12);
      expect(signals.hitRate).toBeCloseTo(universe.hitRate, 12);
    }
  });

  it("does not see a jump before it happens: what is planted for tomorrow earns nothing today", async () => {
    const days = Array.from({ length: 60 }, (_, i) => new Date(Date.UTC(2026, 2, 2) + i * 86_400_000)).filter(
      (day) => day.getUTCDay() % 6 !== 0,
    );
    const lines = days.map((day, i) => {
      const close = i % 2 === 0 ? 10 : 20;
      return `JUMP,${day.toISOString().slice(0, 10)},${close},${close},${close},${close},1000,XLON`;
    });
    await importBars(app, `symbol,date,open,high,low,close,volume,exchange\n${lines.join("\n")}`);
    const test = async (expression: string): Promise<Backtest> => {
      const json = {
        expression,
        from: "2026-03-02",
        to: "2026-04-20",
        horizonDays: [1],
        universe: { symbols: ["JUMP"] },
      };
      return await bodyOf<Backtest>(await app.call("POST /api/v1/scanner/backtest", { as: aUser(), json }));
    };
    expect((await test("close > close[1]")).horizons[0]?.signals.mean).toBeCloseTo(-0.5, 12);
    expect((await test("close < close[1]")).horizons[0]?.signals.mean).toBeCloseTo(1, 12);
    const weekly = await test("high@1w > 15 and close = 10 and close@1w = 10 and count(close = 20, 2) = 0");
    expect(weekly.signals).toBe(0);
    expect(
      (
        await app.call("POST /api/v1/scanner/backtest", {
          as: aUser(),
          json: { expression: "close[-1] > close", from: "2026-03-02", to: "2026-04-20" },
        })
      ).status,
    ).toBe(422);
  });

  it("is counted against the month's allowance", async () => {
    const as = aUser();
    const json = {
      expression: "close > 1",
      from: "2026-11-02",
      to: "2026-11-03",
      horizonDays: [1],
      universe: { symbols: ["GENX"] },
    };
    for (let i = 0; i < 20; i += 1)
      expect((await app.call("POST /api/v1/scanner/backtest", { as, json })).status).toBe(200);
    expect((await app.call("POST /api/v1/scanner/backtest", { as, json })).status).toBe(429);
  });
});
