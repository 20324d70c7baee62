import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { isDate } from "#kernel/time";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.transactions.ts";
import * as accounts from "./service.accounts.ts";
import * as transactions from "./service.transactions.ts";

const read = { access: signedIn("budget:read"), limit: "read" } as const;
const write = { access: signedIn("budget:write"), limit: "write" } as const;
const tag = { tags: ["Transactions"] as [string] };
const accountParams = z.object({ id: idParam("acct") });
const transactionParams = z.object({ id: idParam("txn") });
const isAccount = (position: string): boolean => isId("acct", position);
const isPlace = (position: string): boolean =>
  isDate(position.slice(0, 10)) && position.charAt(10) === " " && isId("txn", position.slice(11));
const accountAnswer = { 200: jsonAnswer("The account.", schemas.account) };
const SETTLED = { description: "`transaction_reconciled`: it is settled with the bank." };

const listAccounts = defineRoute(
  { operation: "listBudgetAccounts", ...read },
  {
    ...tag,
    method: "get",
    path: "/accounts",
    summary: "Your accounts with their balances, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", schemas.accountPage) },
  },
  async (c) => {
    const page = await accounts.listAccounts(c.get("ctx"), toPageRequest(c.req.valid("query"), isAccount));
    return c.json(presentPage(page, schemas.presentAccount), 200);
  },
);

const createAccount = defineRoute(
  { operation: "createBudgetAccount", ...write },
  {
    ...tag,
    method: "post",
    path: "/accounts",
    summary: "Add an account",
    description: "Checking, savings, cash and credit cards are on the budget unless you say otherwise.",
    request: { body: jsonBody(schemas.createAccount) },
    responses: { 201: jsonAnswer("The account.", schemas.account) },
  },
  async (c) => c.json(schemas.presentAccount(await accounts.createAccount(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateAccount = defineRoute(
  { operation: "updateBudgetAccount", ...write },
  {
    ...tag,
    method: "patch",
    path: "/accounts/{id}",
    summary: "Change or close an account",
    request: { params: accountParams, body: jsonBody(schemas.updateAccount) },
    responses: accountAnswer,
  },
  async (c) => {
    const row = await accounts.updateAccount(c.get("ctx"), c.req.valid("param").id, c.req.valid("json"));
    return c.json(schemas.presentAccount(row), 200);
  },
);

const reconcileAccount = defineRoute(
  { operation: "reconcileBudgetAccount", ...write },
  {
    ...tag,
    method: "post",
    path: "/accounts/{id}/reconcile",
    summary: "Settle an account with the bank's statement",
    description: "Day and amount of what is cleared are fixed from then on.",
    request: { params: accountParams, body: jsonBody(schemas.reconcileAccount) },
    responses: {
      ...accountAnswer,
      409: {
        description: "`balance_differs`: what is cleared adds up to something else; `difference` says by how much.",
      },
    },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, balance: c.req.valid("json").balance };
    return c.json(schemas.presentAccount(await accounts.reconcileAccount(c.get("ctx"), input)), 200);
  },
);

const deleteAccount = defineRoute(
  { operation: "deleteBudgetAccount", ...write },
  {
    ...tag,
    method: "delete",
    path: "/accounts/{id}",
    summary: "Remove an account without transactions",
    request: { params: accountParams },
    responses: {
      204: { description: "It is gone." },
      409: { description: "`account_in_use`: it has transactions; close it." },
    },
  },
  async (c) => {
    await accounts.deleteAccount(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const listTransactions = defineRoute(
  { operation: "listTransactions", ...read },
  {
    ...tag,
    method: "get",
    path: "/transactions",
    summary: "Your transactions, newest first",
    request: { query: schemas.transactionQuery },
    responses: { 200: jsonAnswer("A page of them.", schemas.transactionPage) },
  },
  async (c) => {
    const { limit, cursor, categoryId, ...filter } = c.req.valid("query");
    const request = toPageRequest({ limit, cursor }, isPlace);
    const category = categoryId === undefined ? {} : { categoryId: categoryId === "none" ? null : categoryId };
    const page = await transactions.listTransactions(c.get("ctx"), { ...filter, ...category }, request);
    return c.json(presentPage(page, schemas.presentTransaction), 200);
  },
);

const getTransaction = defineRoute(
  { operation: "getTransaction", ...read },
  {
    ...tag,
    method: "get",
    path: "/transactions/{id}",
    summary: "One of your transactions",
    request: { params: transactionParams },
    responses: { 200: jsonAnswer("The transaction.", schemas.transaction) },
  },
  async (c) => {
    const row = await transactions.getTransaction(c.get("ctx"), c.req.valid("param").id);
    return c.json(schemas.presentTransaction(row), 200);
  },
);

const createTransaction = defineRoute(
  { operation: "createTransaction", ...write },
  {
    ...tag,
    method: "post",
    path: "/transactions",
    summary: "Enter a transaction",
    description:
      "With `splits` its parts have categories of their own. With `transferAccountId` both sides of a transfer are entered, and this side is answered.",
    request: { body: jsonBody(schemas.createTransaction) },
    responses: {
      201: jsonAnswer("The transaction.", schemas.transaction),
      404: { description: "There is no such account or category." },
      409: { description: "`account_closed`, or the sums would be more than can be counted." },
    },
  },
  async (c) => {
    const row = await transactions.createTransaction(c.get("ctx"), c.req.valid("json"));
    return c.json(schemas.presentTransaction(row), 201);
  },
);

const updateTransaction = defineRoute(
  { operation: "updateTransaction", ...write },
  {
    ...tag,
    method: "patch",
    path: "/transactions/{id}",
    summary: "Change a transaction",
    description: "A new `categoryId` takes the place of `splits`; day and amount of a transfer change on both sides.",
    request: { params: transactionParams, body: jsonBody(schemas.updateTransaction) },
    responses: { 200: jsonAnswer("The transaction.", schemas.transaction), 409: SETTLED },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    const row = await transactions.updateTransaction(c.get("ctx"), id, c.req.valid("json"));
    return c.json(schemas.presentTransaction(row), 200);
  },
);

const deleteTransaction = defineRoute(
  { operation: "deleteTransaction", ...write },
  {
    ...tag,
    method: "delete",
    path: "/transactions/{id}",
    summary: "Remove a transaction",
    description: "The other side of a transfer goes with it.",
    request: { params: transactionParams },
    responses: { 204: { description: "It is gone." }, 409: SETTLED },
  },
  async (c) => {
    await transactions.deleteTransaction(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

export const transactionRoutes = [
  listAccounts,
  createAccount,
  updateAccount,
  reconcileAccount,
  deleteAccount,
  listTransactions,
  getTransaction,
  createTransaction,
  updateTransaction,
  deleteTransaction,
] as const;
