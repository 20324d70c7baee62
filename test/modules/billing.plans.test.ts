import { afterEach, describe, expect, it } from "vitest";
import type { Limits } from "../../src/modules/billing/rules.plans.ts";
import { assertAllowance, assertCount, entitlementsOf } from "#modules/billing";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";

interface Plan {
  id: string;
  name: string;
  level: string;
  limits: Limits;
  prices: { interval: string; amount: string; asset: string }[];
  version: number;
}

const app = testApp();
const LIST = "GET /api/v1/plans";

async function plans(): Promise<Plan[]> {
  return (await bodyOf<{ data: Plan[] }>(await app.call(LIST))).data;
}

async function pro(): Promise<Plan> {
  const plan = (await plans()).find(({ level }) => level === "pro");
  if (!plan) throw new Error("There is no plan pro.");
  return plan;
}

async function change(json: unknown): Promise<Response> {
  return await app.call(`PATCH /api/v1/admin/plans/${(await pro()).id}`, { as: anOperator(), json });
}

afterEach(async () => {
  await change({ limits: { savedScans: 100 }, prices: [{ interval: "month", amount: "29.00", asset: "USD" }] });
});

describe("the plans", () => {
  it("are there from the start, each allowing at least what the one below it does", async () => {
    const list = await plans();
    expect(list.map(({ level }) => level)).toEqual(["free", "basic", "pro", "enterprise"]);
    expect(list[0]).toMatchObject({
      prices: [],
      limits: { apiCallsPerDay: 10_000, savedScans: 3, backtestsPerMonth: 20, assistantTokensPerMonth: 100_000 },
    });
    for (const [index, plan] of list.entries()) {
      const below = list[index - 1] ?? plan;
      const { scheduleMinutes, ...counts } = plan.limits;
      expect(scheduleMinutes).toBeLessThanOrEqual(below.limits.scheduleMinutes);
      for (const [name, value] of Object.entries(counts))
        expect(value).toBeGreaterThanOrEqual(below.limits[name as keyof Limits]);
    }
  });

  it("are changed by an administrator alone, and keep every version", async () => {
    const before = await pro();
    const path = `/api/v1/admin/plans/${before.id}`;
    const json = { limits: { savedScans: 120 }, prices: [{ interval: "month", amount: "31.50", asset: "USD" }] };
    expect((await app.call(`PATCH ${path}`, { as: anOperator("support"), json })).status).toBe(403);
    const changed = await change(json);
    expect(changed.status).toBe(200);
    const after = await bodyOf<Plan>(changed);
    expect(after.limits).toEqual({ ...before.limits, savedScans: 120 });
    expect(await pro()).toMatchObject({ limits: { savedScans: 120 }, prices: json.prices });
    const page = await app.call(`GET ${path}/versions?limit=2`, { as: anOperator("support") });
    const { data } = await bodyOf<{ data: Plan[] }>(page);
    expect(data.map(({ version }) => version)).toEqual([after.version, after.version - 1]);
    expect(data[0]?.limits.savedScans).toBe(120);
    expect(data[1]?.limits.savedScans).toBe(before.limits.savedScans);
  });

  it("do not lose a change to another one made at the same time", async () => {
    const before = await bodyOf<Plan>(await change({ name: "Pro" }));
    const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => change({ limits: { alerts: index } })));
    const won = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => status !== 200).every(({ status }) => status === 409)).toBe(true);
    const after = await bodyOf<Plan>(await change({ name: "Pro" }));
    expect(after.version).toBe(before.version + won + 1);
    await change({ limits: { alerts: 100 } });
  });

  it("take no price that the ledger could not hold", async () => {
    for (const [price, code] of [
      [{ interval: "month", amount: "1.005", asset: "USD" }, "too_many_decimals"],
      [{ interval: "month", amount: "0.00", asset: "USD" }, "amount_zero"],
      [{ interval: "month", amount: "5", asset: "XXX" }, "asset_unknown"],
    ] as const) {
      const answer = await change({ prices: [price] });
      expect(answer.status).toBe(422);
      expect(await bodyOf(answer)).toMatchObject({ code });
    }
    const twice = { interval: "month", amount: "5.00", asset: "USD" };
    expect(await bodyOf(await change({ prices: [twice, twice] }))).toMatchObject({ code: "price_repeated" });
    expect((await change({ limits: { savedScan: 5 } })).status).toBe(422);
  });
});

describe("what somebody may use", () => {
  it("follows from the plan that they act with, and from the subscription where nobody acts", async () => {
    const actor = aUser({ plan: "pro" });
    const acting = await entitlementsOf(testCtx(app, { actor }), actor.userId);
    expect(acting).toMatchObject({ plan: "pro", support: "priority", limits: { savedScans: 100 } });
    expect(await entitlementsOf(testCtx(app), actor.userId)).toMatchObject({ plan: "free", support: "community" });
  });

  it("is refused with 402 as a count and with 429 as an allowance", async () => {
    const actor = aUser();
    const ctx = testCtx(app, { actor });
    const entitlements = await entitlementsOf(ctx, actor.userId);
    expect(() => assertCount(entitlements, "savedScans", 2)).not.toThrow();
    expect(() => assertCount(entitlements, "savedScans", 3)).toThrow(
      expect.objectContaining({ code: "plan_required" }),
    );
    const allowance = { limit: "assistantTokensPerMonth", used: 100_000, resetsAt: ctx.now() + 5_000 } as const;
    expect(() => assertAllowance(ctx, entitlements, { ...allowance, used: 99_999 })).not.toThrow();
    expect(() => assertAllowance(ctx, entitlements, allowance)).toThrow(
      expect.objectContaining({ code: "quota_exceeded" }),
    );
  });

  it("is shown with what of it is used and when it refills", async () => {
    const as = aUser({ plan: "basic" });
    await app.call("GET /api/v1/billing/usage", { as });
    const answer = await app.call("GET /api/v1/billing/usage", { as });
    const { plan, data } = await bodyOf<{ plan: string; data: { name: string; used: number; resetsAt: string }[] }>(
      answer,
    );
    expect(plan).toBe("basic");
    const calls = data.find(({ name }) => name === "apiCallsPerDay");
    expect(calls).toMatchObject({ limit: 100_000 });
    expect(calls?.used).toBeGreaterThanOrEqual(2);
    expect(Date.parse(calls?.resetsAt ?? "") % 86_400_000).toBe(0);
    expect(data.map(({ name }) => name)).toEqual([
      "apiCallsPerDay",
      "savedScans",
      "alerts",
      "scheduleMinutes",
      "backtestsPerMonth",
      "assistantTokensPerMonth",
    ]);
  });
});
