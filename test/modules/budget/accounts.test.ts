import { describe, expect, it } from "vitest";
import { testApp } from "../../support/app.ts";
import type { Identified } from "../../support/budgets.ts";
import { aBudgeter } from "../../support/budgets.ts";
import { testCtx } from "../../support/ctx.ts";
import { rows } from "../../support/platform.ts";

const app = testApp();

interface Month {
  readonly uncategorised: string;
  readonly spent: string;
  readonly toBeBudgeted: string;
}

describe("an account", () => {
  it("is reconciled only with what is cleared, which is fixed from then on", async () => {
    const me = aBudgeter(app);
    const { id: accountId } = await me.call<Identified>("POST /accounts", { name: "Bank" });
    const cleared = await me.spend("-12.50", { accountId, cleared: true });
    const open = await me.spend("-7.00", { accountId });
    const refused = await app.call(`POST /api/v1/accounts/${accountId}/reconcile`, {
      as: me.as,
      json: { balance: "-19.50" },
    });
    expect(await refused.json()).toMatchObject({ status: 409, code: "balance_differs", difference: "-7.00" });
    expect(await me.call(`POST /accounts/${accountId}/reconcile`, { balance: "-12.50" })).toMatchObject({
      clearedBalance: "-12.50",
    });
    expect(await me.call(`GET /transactions/${cleared}`)).toMatchObject({ reconciled: true });
    expect(await me.call(`GET /transactions/${open}`)).toMatchObject({ reconciled: false });
    for (const change of [{ amount: "-1.00" }, { date: "2026-02-01" }, { cleared: false }])
      expect(await me.try(`PATCH /transactions/${cleared}`, change)).toMatchObject({
        status: 409,
        code: "transaction_reconciled",
      });
    expect(await me.try(`DELETE /transactions/${cleared}`)).toMatchObject({ status: 409 });
    await me.call(`PATCH /transactions/${cleared}`, { notes: "Still mine to note" });
    await me.call(`DELETE /transactions/${open}`);
  });

  it("moves money within the budget without earning or spending it, and out of it as spending", async () => {
    const me = aBudgeter(app);
    const month = async () => await me.call<Month>("GET /budgets/2026-01");
    const [savings, loan] = [
      await me.call<Identified>("POST /accounts", { name: "Savings", type: "savings" }),
      await me.call<Identified>("POST /accounts", { name: "Loan", type: "loan" }),
    ];
    const debt = await me.category("Debt");
    const inside = await me.spend("-100.00", { transferAccountId: savings.id, categoryId: debt });
    expect(await month()).toMatchObject({ uncategorised: "0.00", spent: "0.00" });
    await me.spend("-40.00", { transferAccountId: loan.id, categoryId: debt });
    expect(await month()).toMatchObject({ uncategorised: "0.00", spent: "-40.00" });
    await me.call(`PATCH /transactions/${inside}`, { amount: "-60.00" });
    const { data } = await me.call<{ data: { name: string; balance: string }[] }>("GET /accounts");
    expect(Object.fromEntries(data.map(({ name, balance }) => [name, balance]))).toEqual({
      Everyday: "-100.00",
      Savings: "60.00",
      Loan: "40.00",
    });
    await me.call(`DELETE /transactions/${inside}`);
    expect((await me.call<{ data: unknown[] }>("GET /transactions")).data).toHaveLength(2);
  });

  it("in another currency counts by the rate of the day, and anew when the rate changes", async () => {
    const me = aBudgeter(app);
    const food = await me.category("Food");
    const { id: accountId } = await me.call<Identified>("POST /accounts", { name: "Euro", asset: "EUR" });
    const entry = { accountId, amount: "-10.00", date: "2026-01-15", categoryId: food };
    expect(await me.try("POST /transactions", entry)).toMatchObject({ status: 422, code: "rate_missing" });
    await me.call("PUT /rates", { asset: "EUR", date: "2026-01-01", rate: "1.1" });
    await me.call("POST /transactions", entry);
    expect(await me.call("GET /budgets/2026-01")).toMatchObject({ spent: "-11.00" });
    await me.call("PUT /rates", { asset: "EUR", date: "2026-01-10", rate: "1.25" });
    expect(await me.call("GET /budgets/2026-01")).toMatchObject({ spent: "-12.50" });
    await me.call("PUT /rates", { asset: "EUR", date: "2026-02-01", rate: "2" });
    expect(await me.call("GET /budgets/2026-01")).toMatchObject({ spent: "-12.50" });
    expect(await me.call("GET /reports/net-worth?from=2026-01&to=2026-02")).toMatchObject({
      data: [
        { month: "2026-02", net: "-20.00" },
        { month: "2026-01", net: "-12.50" },
      ],
    });
  });
});

describe("a category", () => {
  it("leaves all that names it to another, or stays", async () => {
    const me = aBudgeter(app);
    const [gone, kept] = [await me.category("Gone"), await me.category("Kept")];
    await me.assign("2026-01", gone, "10.00");
    await me.assign("2026-01", kept, "5.00");
    await me.spend("-3.00", { categoryId: gone });
    await me.call("POST /rules", { payee: "shop", categoryId: gone });
    await me.call("POST /goals", { name: "Goal", categoryId: gone, targetAmount: "10", targetDate: "2030-01-01" });
    await me.call("POST /recurring", { rrule: "FREQ=DAILY", startDate: "2150-01-01", amount: "-1", categoryId: gone });
    expect(await me.try(`DELETE /categories/${gone}`)).toMatchObject({ status: 409, code: "category_in_use" });
    await me.call(`DELETE /categories/${gone}?moveTo=${kept}`);
    const { categories } = await me.call<{ categories: unknown[] }>("GET /budgets/2026-01");
    expect(categories).toMatchObject([{ categoryId: kept, assigned: "15.00", spent: "-3.00" }]);
  });
});

describe("a person who leaves", () => {
  it("takes everything along, and leaves nothing", async () => {
    const me = aBudgeter(app);
    const userId = "userId" in me.as ? me.as.userId : ("" as never);
    const food = await me.category("Food");
    await me.assign("2026-01", food, "10.00");
    await me.spend("-3.00", { splits: [{ categoryId: food, amount: "-3.00" }] });
    await me.call("PUT /rates", { asset: "EUR", date: "2026-01-01", rate: "1.1" });
    await me.call("POST /rules", { payee: "shop", categoryId: food });
    await app.call("POST /api/v1/transactions/import", {
      as: me.as,
      body: "date,amount\n2026-01-02,1.00\n",
      headers: { "Content-Type": "text/csv" },
    });
    const ctx = testCtx(app);
    const { budget } = (await app.composition.exportUser(ctx, userId)) as { budget: Record<string, unknown[]> };
    for (const table of [
      "splits",
      "transactions",
      "allocations",
      "imports",
      "mappings",
      "rules",
      "rates",
      "categories",
      "accounts",
      "profiles",
    ])
      expect(budget[table]?.length, table).toBeGreaterThan(0);
    await ctx.db.batch((await app.composition.eraseUser(ctx, userId)).filter(Boolean));
    const tables = await rows<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name like 'budget_%'",
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables)
      expect(await rows(`select 1 from ${name} where user_id = ?`, userId), name).toEqual([]);
  });
});
