import { describe, expect, inject, it } from "vitest";
import { addMonths } from "#kernel/time";
import type { Books } from "../../../src/modules/budget/rules.envelope.ts";
import { computeBudget } from "../../../src/modules/budget/rules.envelope.ts";
import { testApp } from "../../support/app.ts";
import { aBudgeter } from "../../support/budgets.ts";
import { Random } from "../../support/random.ts";

const app = testApp();

interface Answer {
  readonly toBeBudgeted: string;
  readonly lastMonthOverspent: string;
  readonly categories: readonly { readonly categoryId: string; readonly available: string }[];
}

/** January and February of the worked case, through the API. */
async function workedCase(carry: boolean) {
  const me = aBudgeter(app);
  const [food, rent, salary] = [
    await me.category("Food"),
    await me.category("Rent"),
    await me.category("Salary", { kind: "income" }),
  ];
  for (const month of ["2026-01", "2026-02"]) {
    await me.assign(month, food, "300.00");
    await me.assign(month, rent, "500.00");
  }
  await me.spend("1000.00", { categoryId: salary });
  await me.spend("-350.00", { categoryId: food });
  await me.spend("-500.00", { categoryId: rent });
  await me.spend("900.00", { categoryId: salary, date: "2026-02-01" });
  await me.spend("-200.00", { categoryId: food, date: "2026-02-03" });
  if (carry) await me.call(`PUT /budgets/2026-01/categories/${food}`, { carryOverspending: true });
  const read = async (month: string) => {
    const { toBeBudgeted, categories } = await me.call<Answer>(`GET /budgets/${month}`);
    const left = (id: string) => categories.find(({ categoryId }) => categoryId === id)?.available;
    return { toBeBudgeted, food: left(food), rent: left(rent) };
  };
  return { january: await read("2026-01"), february: await read("2026-02") };
}

describe("an envelope", () => {
  it("that is overspent takes from what is to be budgeted next month", async () => {
    const { january, february } = await workedCase(false);
    expect(january).toEqual({ toBeBudgeted: "200.00", food: "-50.00", rent: "0.00" });
    expect(february).toEqual({ toBeBudgeted: "250.00", food: "100.00", rent: "500.00" });
  });

  it("that carries its overspending over takes it from itself", async () => {
    const { january, february } = await workedCase(true);
    expect(january).toEqual({ toBeBudgeted: "200.00", food: "-50.00", rent: "0.00" });
    expect(february).toEqual({ toBeBudgeted: "300.00", food: "50.00", rent: "500.00" });
  });
});

/** A month straight from the formulas, one after another, without any short cut. */
function reference(books: Books, first: string, last: string) {
  let toBudget = 0;
  let held = 0;
  let left = new Map<string, number>();
  let carried = new Map<string, boolean>();
  const sumOf = (kind: string, of: (id: string) => number): number =>
    [...books.kinds].reduce((sum, [id, each]) => sum + (each === kind ? of(id) : 0), 0);
  for (let month = first; month <= last; month = addMonths(month, 1)) {
    const spent = (id: string): number => books.activity.get(id)?.[month] ?? 0;
    const assigned = (id: string): number => books.assigned.get(id)?.[month] ?? 0;
    const before = { left, carried };
    const from = (id: string): number => before.left.get(id) ?? 0;
    carried = new Map(
      [...books.kinds.keys()].map((id) => [id, books.carries.get(id)?.[month] ?? carried.get(id) ?? false]),
    );
    left = new Map(
      [...books.kinds.keys()].map((id) => [
        id,
        assigned(id) + spent(id) + (before.carried.get(id) ? from(id) : Math.max(0, from(id))),
      ]),
    );
    const income = books.months.get(month)?.income ?? sumOf("income", spent);
    const overspent = sumOf("expense", (id) => (before.carried.get(id) ? 0 : Math.min(0, from(id))));
    const buffered = books.months.get(month)?.held ?? sumOf("income", (id) => (carried.get(id) ? spent(id) : 0));
    toBudget = income + toBudget + held + overspent - sumOf("expense", assigned) - buffered;
    held = buffered;
  }
  return { toBudget, held, left };
}

function randomBooks(random: Random): { books: Books; cash: number; months: string[] } {
  const months = Array.from({ length: 12 }, (_, index) => addMonths("2026-01", index));
  const books = {
    kinds: new Map<string, "expense" | "income">(),
    assigned: new Map<string, Record<string, number>>(),
    activity: new Map<string, Record<string, number>>(),
    carries: new Map<string, Record<string, boolean>>(),
    months: new Map<string, { income: number | null; held: number | null }>(),
  };
  let cash = 0;
  for (let index = random.between(1, 6); index >= 0; index -= 1) {
    const id = `c${index}`;
    const kind = index === 0 ? "income" : "expense";
    books.kinds.set(id, kind);
    const cells = <T>(probability: number, make: () => T): Record<string, T> =>
      Object.fromEntries(months.filter(() => random.chance(probability)).map((month) => [month, make()]));
    const activity = cells(0.6, () => random.between(-50_000, kind === "income" ? 100_000 : 5_000));
    books.activity.set(id, activity);
    cash += Object.values(activity).reduce((sum, amount) => sum + amount, 0);
    if (kind === "expense")
      books.assigned.set(
        id,
        cells(0.6, () => random.between(-10_000, 60_000)),
      );
    books.carries.set(
      id,
      cells(0.2, () => random.chance(0.5)),
    );
  }
  for (const month of months)
    if (random.chance(0.3))
      books.months.set(month, { income: null, held: random.chance(0.5) ? random.between(0, 20_000) : null });
  return { books, cash, months };
}

describe("a budget of twelve months", () => {
  it("holds what was ever earned and spent, to be budgeted, held or in a category, whatever carries and is held", () => {
    const { seed, nightly } = inject("random");
    for (let run = 0; run < (nightly ? 50_000 : 2_000); run += 1) {
      const { books, cash, months } = randomBooks(new Random(seed + run));
      const last = months[11] ?? "";
      const result = computeBudget(books, last);
      expect(result.toBeBudgeted + result.held + result.available, `seed ${seed + run}`).toBe(cash);
      for (const month of months) {
        const { toBeBudgeted, held, categories } = computeBudget(books, month);
        const expected = reference(books, "2026-01", month);
        expect({ toBeBudgeted, held }, `seed ${seed + run}`).toEqual({
          toBeBudgeted: expected.toBudget,
          held: expected.held,
        });
        for (const { categoryId, available } of categories.filter(({ kind }) => kind === "expense"))
          expect(available).toBe(expected.left.get(categoryId));
      }
    }
  });

  it("goes over long gaps as if it had gone through each month", () => {
    const books: Books = {
      kinds: new Map([["food", "expense"]]),
      assigned: new Map([["food", { "1990-01": 100 }]]),
      activity: new Map([["food", { "1990-01": -150 }]]),
      carries: new Map(),
      months: new Map(),
    };
    expect(computeBudget(books, "2199-12")).toMatchObject({ toBeBudgeted: -150, available: 0 });
    expect(computeBudget(books, "1990-02")).toMatchObject({
      toBeBudgeted: -150,
      lastMonthOverspent: -50,
      available: 0,
    });
    expect(computeBudget(books, "1989-12")).toMatchObject({ toBeBudgeted: 0, available: 0 });
  });

  it("refuses to answer once amounts are more than can be counted", () => {
    const cells = { "2026-01": Number.MAX_SAFE_INTEGER, "2026-02": 1 };
    const books: Books = {
      kinds: new Map([["food", "expense"]]),
      assigned: new Map([["food", cells]]),
      activity: new Map(),
      carries: new Map(),
      months: new Map(),
    };
    expect(() => computeBudget(books, "2026-02")).toThrow(RangeError);
  });
});
