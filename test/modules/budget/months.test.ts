import { describe, expect, it } from "vitest";
import { testApp } from "../../support/app.ts";
import { aBudgeter } from "../../support/budgets.ts";

const app = testApp();

interface Month {
  readonly income: string;
  readonly held: string;
  readonly toBeBudgeted: string;
  readonly fromLastMonth: string;
  readonly categories: readonly {
    readonly categoryId: string;
    readonly assigned: string;
    readonly available: string;
  }[];
}

describe("a month", () => {
  it("holds money back for the next one, and gives it there", async () => {
    const me = aBudgeter(app);
    await me.call("PUT /budgets/2026-01", { income: "1000.00", held: "300.00" });
    expect(await me.call<Month>("GET /budgets/2026-01")).toMatchObject({ held: "300.00", toBeBudgeted: "700.00" });
    expect(await me.call<Month>("GET /budgets/2026-02")).toMatchObject({
      fromLastMonth: "1000.00",
      toBeBudgeted: "1000.00",
    });
    await me.call("PUT /budgets/2026-01", { held: null });
    expect(await me.call<Month>("GET /budgets/2026-01")).toMatchObject({ held: "0.00", toBeBudgeted: "1000.00" });
  });

  it("takes over what another one assigned, and moves money between its categories without losing any", async () => {
    const me = aBudgeter(app);
    const [food, rent] = [await me.category("Food"), await me.category("Rent")];
    await me.assign("2026-01", food, "200.00");
    await me.assign("2026-02", rent, "700.00");
    await me.call("POST /budgets/2026-02/copy-from", { month: "2026-01" });
    await me.call("POST /budgets/2026-02/move", { from: rent, to: food, amount: "50.00" });
    const { categories } = await me.call<Month>("GET /budgets/2026-02");
    const assigned = Object.fromEntries(categories.map((each) => [each.categoryId, each.assigned]));
    expect(assigned).toEqual({ [food]: "250.00", [rent]: "650.00" });
    expect((await me.try("POST /budgets/2026-02/copy-from", { month: "2026-02" })).status).toBe(422);
  });
});

describe("a goal", () => {
  it("says what each month must give, by what its category holds", async () => {
    const me = aBudgeter(app);
    const month = new Date().toISOString().slice(0, 7);
    const [year = 0, number = 0] = month.split("-").map(Number);
    const targetDate = new Date(Date.UTC(year, number + 2, 15)).toISOString().slice(0, 10);
    const categoryId = await me.category("Holiday");
    const goal = { name: "Holiday", categoryId, targetAmount: "400.00", targetDate };
    expect(await me.call("POST /goals", goal)).toMatchObject({
      remaining: "400.00",
      monthsLeft: 4,
      suggested: "100.00",
    });
    await me.assign(month, categoryId, "100.00");
    const { data } = await me.call<{ data: object[] }>("GET /goals");
    expect(data).toMatchObject([{ savedAmount: "100.00", remaining: "300.00", suggested: "100.00" }]);
  });
});
