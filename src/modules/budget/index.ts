import type { Module } from "#platform/module";
import { eraseUser, exportUser } from "./repository.privacy.ts";
import { rateRoutes } from "./routes.rates.ts";
import { budgetRoutes } from "./routes.ts";
import { transactionRoutes } from "./routes.transactions.ts";

export type { Account } from "./service.accounts.ts";
export { listAccounts } from "./service.accounts.ts";
export type { Allocation } from "./service.allocations.ts";
export { listAllocations, setAllocation } from "./service.allocations.ts";
export type { Budget } from "./service.budgets.ts";
export { getBudget } from "./service.budgets.ts";
export type { Category } from "./service.categories.ts";
export { listCategories } from "./service.categories.ts";
export type { Transaction } from "./service.transactions.ts";
export { listTransactions } from "./service.transactions.ts";

const tags = {
  Budgets: "Envelopes: what each category is given for a month, what is spent of it, and what rolls over.",
  Transactions: "Accounts, and what comes in and goes out.",
} as const;

/** Budgets by envelopes over a person's own transactions. */
export const budget = {
  name: "budget",
  routes: [...budgetRoutes, ...transactionRoutes, ...rateRoutes],
  tags,
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve(eraseUser(ctx, userId)),
} as const satisfies Module;
