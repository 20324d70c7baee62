import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { Customer, drain, passDays, setClock } from "../support/billing.ts";
import { rows } from "../support/platform.ts";
import { daysOf } from "../../src/modules/revenue/rules.ts";

const app = testApp();

beforeAll(() => setClock(Date.UTC(2029, 2, 10, 10)));
afterAll(() => vi.useRealTimers());

interface Revenue {
  definition: string;
  figures: {
    asset: string;
    mrr: string;
    arr: string;
    arpu: string;
    customers: number;
    mrrAtStart: string;
    movements: Record<string, string>;
    newCustomers: number;
    lostCustomers: number;
    customerChurnBps: number | null;
    costs: string;
    cac: string | null;
    byPlan: { plan: string; mrr: string; customers: number }[];
  }[];
  trials: { running: number; ended: number; converted: number; conversionBps: number | null };
  history: { date: string; asset: string; mrr: string; customers: number }[];
}

async function revenue(month?: string): Promise<Revenue> {
  const query = month === undefined ? "" : `?month=${month}`;
  return await bodyOf<Revenue>(await app.call(`GET /api/v1/admin/revenue${query}`, { as: anOperator("support") }));
}

describe("the revenue", () => {
  it("is told by month and asset, with what moved it, and its history does not change", async () => {
    const [one, two, three] = [await Customer.signUp(app), await Customer.signUp(app), await Customer.signUp(app)];
    await one.subscribe({ plan: "pro" });
    await two.subscribe({ plan: "basic", interval: "year" });
    await three.subscribe({ plan: "enterprise", trial: true });
    const cost = { date: "2029-03-09", kind: "marketing", amount: "100.00", asset: "USD", note: "Advertisements" };
    expect((await app.call("POST /api/v1/admin/costs", { as: anOperator(), json: cost })).status).toBe(201);
    const other = { ...cost, kind: "other", amount: "77.00" };
    await app.call("POST /api/v1/admin/costs", { as: anOperator(), json: other });
    const march = await revenue();
    expect(march.figures).toMatchObject([
      {
        asset: "USD",
        mrr: "36.50",
        arr: "438.00",
        arpu: "18.25",
        customers: 2,
        mrrAtStart: "0.00",
        movements: { new: "36.50", churn: "0.00", net: "36.50" },
        newCustomers: 2,
        costs: "100.00",
        cac: "50.00",
        customerChurnBps: null,
        byPlan: [
          { plan: "pro", mrr: "29.00", customers: 1 },
          { plan: "basic", mrr: "7.50", customers: 1 },
        ],
      },
    ]);
    expect(march.trials).toEqual({ running: 1, ended: 0, converted: 0, conversionBps: null });

    await passDays(app, 15);
    await one.cancel(false);
    await drain(app);
    await passDays(app, 10);
    const april = await revenue("2029-04");
    expect(april.figures[0]).toMatchObject({ mrrAtStart: "106.50", mrr: "106.50", customers: 2, customerChurnBps: 0 });
    expect((await revenue("2029-03")).figures[0]).toMatchObject({
      mrr: "106.50",
      lostCustomers: 1,
      movements: { new: "135.50", churn: "-29.00", net: "106.50" },
    });
    expect((await revenue("2029-03")).trials).toMatchObject({
      running: 0,
      ended: 1,
      converted: 1,
      conversionBps: 10_000,
    });
    const { history } = await revenue("2029-03");
    expect(history[0]).toEqual({ date: "2029-03-10", asset: "USD", mrr: "36.50", customers: 2 });
    expect(history.map(({ date }) => date).at(-1)).toBe("2029-03-31");
    expect(new Set(history.map(({ mrr }) => mrr))).toEqual(new Set(["36.50", "106.50"]));
    await expect(env.DB.prepare("update revenue_snapshots set mrr_minor = 0").run()).rejects.toThrow("is_kept");
    const taken = await rows("select * from revenue_snapshots");
    await drain(app);
    expect(await rows("select * from revenue_snapshots")).toEqual(taken);
  });

  it("is an operator's to see, and a month has to be one", async () => {
    const somebody = await Customer.signUp(app);
    expect((await somebody.call("GET /api/v1/admin/revenue")).status).toBe(403);
    expect((await app.call("GET /api/v1/admin/revenue?month=2029-13", { as: anOperator() })).status).toBe(422);
    const costs = await app.call("GET /api/v1/admin/costs?limit=1", { as: anOperator("support") });
    const { nextCursor } = await bodyOf<{ nextCursor: string }>(costs);
    expect((await app.call(`GET /api/v1/admin/costs?cursor=${nextCursor}`, { as: anOperator() })).status).toBe(200);
    const bad = { date: "2029-02-30", kind: "sales", amount: "1.00", asset: "USD", note: "x" };
    expect((await app.call("POST /api/v1/admin/costs", { as: anOperator(), json: bad })).status).toBe(422);
  });
});

describe("the days of a span", () => {
  const of = { asset: "USD", count: 1 } as const;

  it("are those on which there was revenue, however long there was none between", () => {
    const moved = [
      { ...of, day: 11, kind: "churn", movedMinor: -500 },
      { ...of, day: 900, kind: "new", movedMinor: 700 },
      { ...of, day: 901, kind: "expansion", movedMinor: 300 },
      { ...of, asset: "INR", day: 901, kind: "new", movedMinor: 9 },
      { ...of, asset: "INR", day: 901, kind: "churn", movedMinor: -9 },
    ] as const;
    const standing = [
      { asset: "USD", level: "pro", mrrMinor: 300, customers: 1 },
      { asset: "USD", level: "basic", mrrMinor: 200, customers: 0 },
    ] as const;
    const days = daysOf({ begin: 10, end: 903, standing, moved });
    expect(days.map(({ day, asset, mrrMinor, customers }) => [day, asset, mrrMinor, customers])).toEqual([
      [10, "USD", 500, 1],
      [11, "USD", 0, 0],
      [900, "USD", 700, 1],
      [901, "INR", 0, 0],
      [901, "USD", 1_000, 1],
      [902, "USD", 1_000, 1],
    ]);
    expect(days[4]).toMatchObject({ newMinor: 0, expansionMinor: 300, churnMinor: 0 });
  });

  it("are as many at once as one run may write, and whole", () => {
    const standing = [{ asset: "USD", level: "pro", mrrMinor: 300, customers: 1 }] as const;
    expect(daysOf({ begin: 0, end: 5_000, standing, moved: [] })).toHaveLength(2_000);
  });
});
