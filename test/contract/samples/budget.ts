import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

interface Made {
  readonly as: Actor;
  readonly id: string;
  readonly params: { readonly id: string };
}

async function make(app: TestApp, line: string, json: object, as: Actor = aUser()): Promise<Made> {
  const { id } = await bodyOf<{ id: string }>(await app.call(`POST /api/v1${line}`, { as, json }));
  return { as, id, params: { id } };
}

const aCategory = async (app: TestApp, as?: Actor): Promise<Made> =>
  await make(app, "/categories", { name: "Groceries" }, as);
const anAccount = async (app: TestApp): Promise<Made> => await make(app, "/accounts", { name: "Savings" });
const aTransaction = async (app: TestApp, as?: Actor): Promise<Made> =>
  await make(app, "/transactions", { amount: "-12.50", date: "2026-11-20", payee: "Shop" }, as);

async function anAllocation(app: TestApp): Promise<Made> {
  const { as, id: categoryId } = await aCategory(app);
  return await make(app, "/allocations", { month: "2026-11", categoryId, amount: "300.00" }, as);
}

const EURO = { asset: "EUR", date: "2026-11-20", rate: "1.0841" };
const GOAL = { name: "Holiday", targetAmount: "1200.00", targetDate: "2027-06-30", savedAmount: "100.00" };
const aGoal = async (app: TestApp): Promise<Made> => await make(app, "/goals", GOAL);
const CSV = "date,amount,payee\n2026-11-20,-12.50,Shop\n";

async function anImport(app: TestApp): Promise<Pick<Made, "as" | "params">> {
  const as = aUser();
  const headers = { "Content-Type": "text/csv" };
  const answer = await app.call("POST /api/v1/transactions/import", { as, body: CSV, headers });
  return { as, params: { id: (await bodyOf<{ importId: string }>(answer)).importId } };
}

async function aRule(app: TestApp): Promise<Made> {
  const { as, id: categoryId } = await aCategory(app);
  return await make(app, "/rules", { payee: "shop", categoryId }, as);
}

const SERIES = { rrule: "FREQ=MONTHLY;BYMONTHDAY=1", startDate: "2026-11-01", amount: "-900.00" };
const aSeries = async (app: TestApp): Promise<Made> => await make(app, "/recurring", SERIES);
const month = { params: { month: "2026-11" }, shared: true } as const;

export const budget: Samples = {
  listCategories: async (app) => ({ as: (await aCategory(app)).as, query: "limit=1", status: 200 }),
  createCategory: () => ({ json: { name: "Groceries", group: "Food", kind: "expense", icon: "🛒" }, status: 201 }),
  updateCategory: async (app) => ({ ...(await aCategory(app)), json: { name: "Food", archived: true }, status: 200 }),
  deleteCategory: async (app) => {
    const { as, params } = await aCategory(app);
    const heir = await make(app, "/categories", { name: "Food" }, as);
    return { as, params, query: `moveTo=${heir.id}`, status: 204 };
  },
  listAllocations: async (app) => ({ as: (await anAllocation(app)).as, query: "limit=1&month=2026-11", status: 200 }),
  createAllocation: async (app) => {
    const { as, id: categoryId } = await aCategory(app);
    return { as, json: { month: "2026-11", categoryId, amount: "300.00" }, status: 201 };
  },
  putAllocations: async (app) => {
    const { as, id: categoryId } = await aCategory(app);
    return { as, json: { month: "2026-11", allocations: [{ categoryId, amount: "0" }] }, status: 200 };
  },
  updateAllocation: async (app) => ({ ...(await anAllocation(app)), json: { amount: "250.00" }, status: 200 }),
  deleteAllocation: async (app) => ({ ...(await anAllocation(app)), status: 204 }),
  getBudget: async (app) => ({ as: (await anAllocation(app)).as, ...month, status: 200 }),
  updateBudget: () => ({ ...month, json: { note: "Holidays", income: "2500.00", held: null }, status: 200 }),
  copyBudget: async (app) => ({
    as: (await anAllocation(app)).as,
    params: { month: "2026-12" },
    shared: true,
    json: { month: "2026-11" },
    status: 200,
  }),
  moveMoney: async (app) => {
    const { as, id: to } = await aCategory(app);
    return { as, ...month, json: { from: null, to, amount: "10.00" }, status: 200 };
  },
  setCarryOverspending: async (app) => {
    const { as, id } = await aCategory(app);
    return { as, params: { month: "2026-11", id }, shared: true, json: { carryOverspending: true }, status: 200 };
  },
  listBudgetAccounts: async (app) => ({ as: (await anAccount(app)).as, query: "limit=1", status: 200 }),
  createBudgetAccount: () => ({
    json: { name: "Savings", type: "savings", asset: "EUR", onBudget: true },
    status: 201,
  }),
  updateBudgetAccount: async (app) => ({
    ...(await anAccount(app)),
    json: { onBudget: false, closed: true },
    status: 200,
  }),
  reconcileBudgetAccount: async (app) => ({ ...(await anAccount(app)), json: { balance: "0.00" }, status: 200 }),
  deleteBudgetAccount: async (app) => {
    const { as, params } = await anAccount(app);
    return { as, params, status: 204 };
  },
  listTransactions: async (app) => ({ as: (await aTransaction(app)).as, query: "limit=1&text=shop", status: 200 }),
  getTransaction: async (app) => ({ ...(await aTransaction(app)), status: 200 }),
  createTransaction: async (app) => {
    const { as, id: categoryId } = await aCategory(app);
    const json = { amount: "-12.50", date: "2026-11-20", payee: "Shop", categoryId, notes: "Bread", cleared: true };
    return { as, json, status: 201 };
  },
  updateTransaction: async (app) => ({ ...(await aTransaction(app)), json: { amount: "-13.00" }, status: 200 }),
  importTransactions: () => ({ body: CSV, contentType: "text/csv", query: "dryRun=false", status: 200 }),
  listImports: async (app) => ({ as: (await anImport(app)).as, query: "limit=1", status: 200 }),
  deleteImport: async (app) => ({ ...(await anImport(app)), status: 204 }),
  exportTransactions: async (app) => ({ as: (await aTransaction(app)).as, query: "format=ofx", status: 200 }),
  listRules: async (app) => ({ as: (await aRule(app)).as, query: "limit=1", status: 200 }),
  createRule: async (app) => {
    const { as, id: categoryId } = await aCategory(app);
    return { as, json: { match: "contains", payee: "shop", categoryId, position: 1 }, status: 201 };
  },
  updateRule: async (app) => ({ ...(await aRule(app)), json: { match: "is", position: 3 }, status: 200 }),
  deleteRule: async (app) => ({ ...(await aRule(app)), status: 204 }),
  applyRules: async (app) => ({ as: (await aRule(app)).as, json: { dryRun: true, overwrite: true }, status: 200 }),
  listRecurring: async (app) => ({ as: (await aSeries(app)).as, query: "limit=1", status: 200 }),
  createRecurring: () => ({ json: { ...SERIES, payee: "Landlord", notes: "Rent" }, status: 201 }),
  updateRecurring: async (app) => ({ ...(await aSeries(app)), json: { amount: "-950.00" }, status: 200 }),
  deleteRecurring: async (app) => ({ ...(await aSeries(app)), status: 204 }),
  forecastRecurring: async (app) => ({ as: (await aSeries(app)).as, query: "days=60", status: 200 }),
  listGoals: async (app) => ({ as: (await aGoal(app)).as, query: "limit=1", status: 200 }),
  createGoal: () => ({ json: GOAL, status: 201 }),
  updateGoal: async (app) => ({ ...(await aGoal(app)), json: { targetAmount: "900.00" }, status: 200 }),
  deleteGoal: async (app) => ({ ...(await aGoal(app)), status: 204 }),
  getBudgetProfile: () => ({ status: 200 }),
  putBudgetProfile: () => ({ json: { asset: "INR", country: "IN", starter: true }, status: 200 }),
  reportSpending: async (app) => ({ as: (await aTransaction(app)).as, query: "from=2026-01&to=2026-12", status: 200 }),
  reportCashFlow: async (app) => ({ as: (await aTransaction(app)).as, query: "from=2026-01&to=2026-12", status: 200 }),
  reportNetWorth: async (app) => ({ as: (await aTransaction(app)).as, query: "from=2026-01&to=2026-12", status: 200 }),
  reportAverages: async (app) => ({ as: (await aTransaction(app)).as, query: "month=2026-11", status: 200 }),
  reportPayees: async (app) => ({ as: (await aTransaction(app)).as, query: "top=3", status: 200 }),
  reportAgeOfMoney: async (app) => ({ as: (await aTransaction(app)).as, query: "date=2026-11-30", status: 200 }),
  listRates: async (app) => {
    const as = aUser();
    await app.call("PUT /api/v1/rates", { as, json: EURO });
    return { as, query: "limit=1", status: 200 };
  },
  putRate: () => ({ json: EURO, status: 200 }),
  deleteTransaction: async (app) => ({ ...(await aTransaction(app)), status: 204 }),
};
