import type { Module } from "#platform/module";
import { crons } from "./jobs.ts";
import { eraseUser, exportUser } from "./repository.privacy.ts";
import { goalRoutes } from "./routes.goals.ts";
import { importRoutes } from "./routes.imports.ts";
import { rateRoutes } from "./routes.rates.ts";
import { recurringRoutes } from "./routes.recurring.ts";
import { reportRoutes } from "./routes.reports.ts";
import { ruleRoutes } from "./routes.rules.ts";
import { budgetRoutes } from "./routes.ts";
import { seed } from "./seed.ts";
import { transactionRoutes } from "./routes.transactions.ts";

export { writeAmount } from "./currencies.ts";
export type { Account } from "./service.accounts.ts";
export { listAccounts } from "./service.accounts.ts";
export type { Allocation } from "./service.allocations.ts";
export { listAllocations, setAllocation } from "./service.allocations.ts";
export type { Budget } from "./service.budgets.ts";
export { getBudget } from "./service.budgets.ts";
export type { Category } from "./service.categories.ts";
export { listCategories } from "./service.categories.ts";
export type { Goal } from "./service.goals.ts";
export { listGoals } from "./service.goals.ts";
export type { BudgetProfile } from "./service.profile.ts";
export { getProfile } from "./service.profile.ts";
export type { CashFlowRow, NetWorth, Report, SpendingRow } from "./service.reports.ts";
export { reportAverages, reportCashFlow, reportNetWorth, reportPayees, reportSpending } from "./service.reports.ts";
export type { Transaction } from "./service.transactions.ts";
export { listTransactions } from "./service.transactions.ts";

const tags = {
  Budgets: "Envelopes: what each category is given for a month, what is spent of it, and what rolls over.",
  Reports: "What months, categories, payees and accounts add up to.",
  Transactions: "Accounts, and what comes in and goes out.",
} as const;

/** Budgets by envelopes over a person's own transactions. */
export const budget = {
  name: "budget",
  routes: [
    ...budgetRoutes,
    ...goalRoutes,
    ...importRoutes,
    ...transactionRoutes,
    ...ruleRoutes,
    ...recurringRoutes,
    ...rateRoutes,
    ...reportRoutes,
  ],
  tags,
  crons,
  seed,
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve(eraseUser(ctx, userId)),
} as const satisfies Module;
