import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import type { Ctx } from "#platform/ctx";
import {
  getBudget,
  listAccounts,
  listAllocations,
  listGoals,
  listTransactions,
  reportCashFlow,
  reportNetWorth,
  reportPayees,
  reportSpending,
} from "#modules/budget";
import { aUser } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { aBudgeter } from "../../support/budgets.ts";
import type { Budgeter, Identified } from "../../support/budgets.ts";
import { testCtx } from "../../support/ctx.ts";
import { counted } from "../../support/database.ts";
import { rows } from "../../support/platform.ts";
import { Random } from "../../support/random.ts";

const app = testApp();
const userOf = (me: Budgeter): string => ("userId" in me.as ? me.as.userId : "");

/** What triggers have kept, and what the transactions add up to when they are gone through one by one. */
async function compareSums(userId: string): Promise<void> {
  const keptSums = await rows(
    "select category_id, month, amount, entries from budget_sums where user_id = ? and entries <> 0 order by 1, 2",
    userId,
  );
  const sums = await rows(
    `select category_id, month, sum(amount) as amount, count(*) as entries from (
       select coalesce(category_id, '') as category_id, substr(date, 1, 7) as month, base_amount as amount
       from budget_transactions where user_id = ?1 and counted = 1 and split = 0
       union all
       select coalesce(s.category_id, ''), substr(t.date, 1, 7), s.base_amount
       from budget_splits s join budget_transactions t on t.id = s.transaction_id where t.user_id = ?1 and t.counted = 1)
     group by 1, 2 order by 1, 2`,
    userId,
  );
  expect(keptSums).toEqual(sums);
  const emptied = "select * from budget_sums where user_id = ? and entries = 0 and amount <> 0";
  expect(await rows(emptied, userId)).toEqual([]);
  const keptMonths = `select account_id, month, amount from budget_account_months where user_id = ? and amount <> 0 order by 1, 2`;
  const months = `select account_id, substr(date, 1, 7) as month, sum(amount) as amount from budget_transactions
    where user_id = ? group by 1, 2 having sum(amount) <> 0 order by 1, 2`;
  expect(await rows(keptMonths, userId)).toEqual(await rows(months, userId));
  const keptDays =
    "select date, income, spending from budget_days where user_id = ? and income + spending > 0 order by 1";
  const days = `select date, sum(max(base_amount, 0)) as income, -sum(min(base_amount, 0)) as spending from budget_transactions
    where user_id = ? and counted = 1 group by date having income + spending > 0 order by 1`;
  expect(await rows(keptDays, userId)).toEqual(await rows(days, userId));
  const balances = `select id from budget_accounts a where user_id = ? and (
    balance <> coalesce((select sum(amount) from budget_transactions t where t.account_id = a.id), 0) or
    cleared_balance <> coalesce((select sum(amount) from budget_transactions t where t.account_id = a.id and cleared = 1), 0))`;
  expect(await rows(balances, userId)).toEqual([]);
  const parts = `select id from budget_transactions t where user_id = ? and split = 1 and (amount, base_amount) <> (
    select sum(amount), sum(base_amount) from budget_splits s where s.transaction_id = t.id)`;
  expect(await rows(parts, userId)).toEqual([]);
}

describe("the sums that triggers keep", () => {
  it("are what all transactions add up to, whatever is entered, split, moved, counted anew and removed", async () => {
    const { seed, nightly } = inject("random");
    const random = new Random(seed);
    const me = aBudgeter(app);
    const categories = [await me.category("A"), await me.category("B"), await me.category("C"), null];
    await me.call("PUT /rates", { asset: "EUR", date: "2025-01-01", rate: "1.0841" });
    const accounts: string[] = [];
    for (const more of [{}, { type: "loan" }, { asset: "EUR" }])
      accounts.push((await me.call<Identified>("POST /accounts", { name: "Account", ...more })).id);
    const ids: string[] = [];
    const amount = () => `${random.chance(0.7) ? "-" : ""}${random.between(1, 900)}.${random.between(10, 99)}`;
    const date = () => `2026-0${random.between(1, 6)}-${random.between(10, 28)}`;
    const splitsOf = (text: string) => {
      const minor = Math.round(Number(text) * 100);
      const first = Math.trunc(minor / 3) || minor;
      const list = [first, minor - first].filter((each) => each !== 0);
      return list.map((each) => ({ categoryId: random.of(categories), amount: (each / 100).toFixed(2) }));
    };
    const enter = async () => {
      const text = amount();
      const accountId = random.of(accounts);
      const transfer = random.chance(0.2)
        ? random.of(accounts.slice(0, 2).filter((id) => id !== accountId))
        : undefined;
      const shape = random.chance(0.3) ? { splits: splitsOf(text) } : { categoryId: random.of(categories) };
      const arrives = accountId === accounts[2] ? { transferAmount: "3.00" } : {};
      const to = transfer === undefined ? {} : { transferAccountId: transfer, ...arrives };
      const json = { accountId, amount: text, date: date(), cleared: random.chance(0.5), ...shape, ...to };
      ids.push((await me.call<Identified>("POST /transactions", json)).id);
    };
    const change = async () => {
      const text = amount();
      const changes = random.of([
        { amount: text, splits: [] },
        { date: date() },
        { categoryId: random.of(categories) },
        { cleared: random.chance(0.5) },
        { amount: text, splits: splitsOf(text) },
      ]);
      await me.try(`PATCH /transactions/${random.of(ids)}`, changes);
    };
    const verbs = [
      enter,
      enter,
      change,
      change,
      async () => void (await me.try(`DELETE /transactions/${random.of(ids)}`)),
      async () => await me.call(`PATCH /accounts/${random.of(accounts)}`, { onBudget: random.chance(0.5) }),
      async () => await me.call("PUT /rates", { asset: "EUR", date: date(), rate: `1.${random.between(1000, 9999)}` }),
    ];
    for (let step = 0; step < 5; step += 1) await enter();
    for (let step = 1; step <= (nightly ? 2_000 : 150); step += 1) {
      await random.of(verbs)();
      if (step % 25 === 0)
        await compareSums(userOf(me)).catch((cause: unknown) => {
          throw new Error(`seed ${seed}, step ${step}`, { cause });
        });
    }
    const [a, b] = categories;
    await me.call(`DELETE /categories/${a}?moveTo=${b}`);
    await compareSums(userOf(me));
  });

  it("lose nothing when many enter at once", async () => {
    const me = aBudgeter(app);
    const categoryId = await me.category("Food");
    await Promise.all(Array.from({ length: 24 }, async () => await me.spend("-1.25", { categoryId })));
    const { categories } = await me.call<{ categories: { spent: string }[] }>("GET /budgets/2026-01");
    expect(categories[0]?.spent).toBe("-30.00");
    await compareSums(userOf(me));
    const { data } = await me.call<{ data: { balance: string }[] }>("GET /accounts");
    expect(data).toMatchObject([{ name: "Everyday", balance: "-30.00" }]);
  });
});

const READS = [
  "/allocations",
  "/allocations?month=2026-01",
  "/budgets/2026-01",
  "/transactions",
  "/transactions?month=2026-01",
  "/transactions?text=shop",
  "/reports/spending",
  "/reports/cash-flow",
  "/reports/net-worth",
  "/reports/payees",
  "/reports/age-of-money",
];

const PAGE = { limit: 25, after: null };
const VERBS: Readonly<Record<string, (ctx: Ctx) => Promise<unknown>>> = {
  listAllocations: async (ctx) => await listAllocations(ctx, "2026-01", PAGE),
  getBudget: async (ctx) => await getBudget(ctx, "2026-01"),
  listTransactions: async (ctx) => await listTransactions(ctx, { text: "shop", minAmount: "-5" }, PAGE),
  listAccounts: async (ctx) => await listAccounts(ctx, PAGE),
  listGoals: async (ctx) => await listGoals(ctx, PAGE),
  reportSpending: async (ctx) => await reportSpending(ctx, {}),
  reportCashFlow: async (ctx) => await reportCashFlow(ctx, {}),
  reportNetWorth: async (ctx) => await reportNetWorth(ctx, {}),
  reportPayees: async (ctx) => await reportPayees(ctx, {}, 10),
};

describe("a reading of the budget", () => {
  it.each(Object.keys(VERBS))("asks the database at most twice: %s", async (name) => {
    const me = aBudgeter(app);
    await me.assign("2026-01", await me.category("Food"), "10.00");
    await me.spend("-1.25", { payee: "Shop" });
    const trips = counted();
    await VERBS[name]?.(testCtx(app, { actor: me.as, env: { DB: trips.DB } }));
    expect(trips.count()).toBeGreaterThan(0);
    expect(trips.count()).toBeLessThanOrEqual(2);
  });

  it("of somebody without a budget is empty, and opens none", async () => {
    const me = aBudgeter(app, aUser());
    expect(await me.call("GET /budgets/2026-01")).toMatchObject({ asset: "USD", toBeBudgeted: "0.00", categories: [] });
    for (const path of READS) await me.call(`GET ${path}`);
    expect(await rows("select 1 from budget_profiles where user_id = ?", userOf(me))).toEqual([]);
  });
});

/** The steps that the database takes for every statement that a reading sends. */
async function plansOf(path: string, me: Budgeter): Promise<string[]> {
  const statements: { sql: string; params: unknown[] }[] = [];
  const session = env.DB.withSession("first-primary");
  const spy = {
    prepare: (sql: string) => {
      const statement = session.prepare(sql);
      return {
        bind: (...params: unknown[]) => {
          statements.push({ sql, params });
          return statement.bind(...params);
        },
      };
    },
    batch: async (list: D1PreparedStatement[]) => await session.batch(list),
    getBookmark: () => session.getBookmark(),
  };
  const DB = { withSession: () => spy } as unknown as D1Database;
  await app.call(`GET /api/v1${path}`, { as: me.as, env: { DB } });
  const plans = await Promise.all(
    statements
      .filter(({ sql }) => sql.includes("budget_"))
      .map(async ({ sql, params }) => {
        const { results } = await env.DB.prepare(`explain query plan ${sql}`)
          .bind(...params)
          .all<{ detail: string }>();
        return results.map(({ detail }) => detail);
      }),
  );
  return plans.flat();
}

describe("the plan of a reading", () => {
  it.each(READS)("goes through no table and sorts nothing that an index holds in order: %s", async (path) => {
    const me = aBudgeter(app);
    await me.assign("2026-01", await me.category("Food"), "10.00");
    await me.spend("-1.25", { payee: "Shop" });
    const plan = await plansOf(path, me);
    expect(plan.length).toBeGreaterThan(0);
    for (const step of plan) expect(step).not.toMatch(/SCAN (budget_|[a-z] )/);
    if (/transactions|allocations/.test(path)) expect(plan.join()).not.toContain("TEMP B-TREE");
  });

  it("of allocations and sums reads their indexes alone", async () => {
    const me = aBudgeter(app);
    await me.assign("2026-01", await me.category("Food"), "10.00");
    for (const path of ["/allocations", "/allocations?month=2026-01", "/budgets/2026-01"]) {
      const steps = (await plansOf(path, me)).filter((step) => step.includes("budget_allocations"));
      expect(steps.length).toBeGreaterThan(0);
      for (const step of steps) expect(step).toContain("COVERING INDEX");
    }
  });
});
