import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import { writeAmount } from "./currencies.ts";
import { assetCode, assetField, dateField, flag, idField, money, monthField } from "./schemas.ts";
import type { Account } from "./service.accounts.ts";
import type { Transaction } from "./service.transactions.ts";
import { ACCOUNT_TYPES } from "./tables.ts";

const accountType = z.enum(ACCOUNT_TYPES);
const ACCOUNT = "acct_01k0gq2v9eft6tmd4y6n3k9b2x";
const TRANSACTION = "txn_01k0gq2v9eft6tmd4y6n3k9b2x";

export const account = z
  .object({
    id: z.string().openapi({ example: ACCOUNT }),
    name: z.string().openapi({ example: "Everyday" }),
    type: accountType,
    asset: assetCode,
    onBudget: z.boolean().openapi({ description: "Its transactions count in the budget." }),
    closed: z.boolean(),
    balance: money("Signed: a debt is below zero."),
    clearedBalance: money("Of what the bank has confirmed."),
    reconciledAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("BudgetAccount");
export const accountPage = pageOf(account).openapi("BudgetAccountPage");

export const createAccount = z
  .strictObject({
    name: textField(100).openapi({ example: "Savings" }),
    type: accountType.optional(),
    asset: assetField.optional().openapi({ description: "The budget's own, if left out.", example: "EUR" }),
    onBudget: z.boolean().optional(),
  })
  .openapi("CreateBudgetAccount");
export const updateAccount = z
  .strictObject({
    name: textField(100).openapi({ example: "Savings" }),
    type: accountType,
    onBudget: z.boolean(),
    closed: z.boolean(),
  })
  .partial()
  .openapi("UpdateBudgetAccount");

export const reconcileAccount = z
  .strictObject({
    balance: amountText.openapi({ description: "What the bank's statement says, signed.", example: "1250.00" }),
  })
  .openapi("ReconcileBudgetAccount");

export function presentAccount(row: Account): z.infer<typeof account> {
  const { id, name, type, asset, onBudget, closed, reconciledAt, createdAt, updatedAt } = row;
  return {
    id,
    name,
    type,
    asset,
    onBudget,
    closed,
    balance: writeAmount(row.balance, asset),
    clearedBalance: writeAmount(row.clearedBalance, asset),
    reconciledAt: reconciledAt === null ? null : toTimestamp(reconciledAt),
    createdAt: toTimestamp(createdAt),
    updatedAt: toTimestamp(updatedAt),
  };
}

const signed = amountText.openapi({ description: "Signed: spending is below zero.", example: "-12.50" });
const payee = textField(200).nullable().openapi({ example: "Corner shop" });
const notes = textField(2_000).nullable().openapi({ example: "Bread" });
const categoryId = idField("cat").nullable();

const split = z.object({
  categoryId: z.string().nullable(),
  amount: money("Signed, like the whole."),
  notes: z.string().nullable(),
});

export const transaction = z
  .object({
    id: z.string().openapi({ example: TRANSACTION }),
    accountId: z.string().openapi({ example: ACCOUNT }),
    date: z.string().openapi({ format: "date", example: "2026-11-20" }),
    amount: money("Signed: spending is below zero."),
    asset: assetCode,
    payee: z.string().nullable(),
    categoryId: z.string().nullable(),
    notes: z.string().nullable(),
    cleared: z.boolean().openapi({ description: "The bank has confirmed it." }),
    reconciled: z.boolean().openapi({ description: "It is settled with a statement of the bank." }),
    splits: z.array(split).openapi({ description: "Its parts, where several categories share it." }),
    transferId: z.string().nullable().openapi({ description: "The other side of a transfer.", example: TRANSACTION }),
    importId: z.string().nullable().openapi({ description: "The import that brought it." }),
    externalId: z.string().nullable().openapi({ description: "The bank's own id." }),
    recurringId: z.string().nullable().openapi({ description: "The series that it belongs to." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("BudgetTransaction");
export const transactionPage = pageOf(transaction).openapi("BudgetTransactionPage");

const splitInput = z.strictObject({ categoryId, amount: signed, notes: notes.optional() });
const splits = z
  .array(splitInput)
  .max(50)
  .openapi({ description: "Parts that add up to the amount.", example: [{ categoryId: null, amount: "-12.50" }] });

const changes = {
  date: dateField.optional(),
  payee: payee.optional(),
  categoryId: categoryId.optional(),
  notes: notes.optional(),
  cleared: z.boolean().optional(),
  splits: splits.optional(),
};

export const createTransaction = z
  .strictObject({
    ...changes,
    accountId: idField("acct").optional().openapi({ description: "A default account, if left out.", example: ACCOUNT }),
    amount: signed,
    asset: assetField.optional().openapi({ description: "That of the account.", example: "USD" }),
    transferAccountId: idField("acct")
      .optional()
      .openapi({ description: "The account of yours on the other side of a transfer.", example: ACCOUNT }),
    transferAmount: amountText
      .optional()
      .openapi({ description: "What moves there, where that account is kept in another asset.", example: "11.30" }),
  })
  .openapi("CreateBudgetTransaction");
export const updateTransaction = z
  .strictObject({ ...changes, amount: signed.optional() })
  .openapi("UpdateBudgetTransaction");

const amountFilter = amountText.optional().openapi({ description: "In the budget's currency.", example: "-12.50" });
export const transactionFilter = {
  month: monthField.optional(),
  from: dateField.optional(),
  to: dateField.optional(),
  accountId: idField("acct").optional(),
  categoryId: z
    .string()
    .max(40)
    .optional()
    .openapi({ description: "`none` for those without a category.", example: "none" }),
  text: textField(100).optional().openapi({ description: "In payee or notes.", example: "shop" }),
  amount: amountFilter,
  minAmount: amountFilter,
  maxAmount: amountFilter,
  cleared: flag.optional(),
  importId: idField("imp").optional(),
};
export const transactionQuery = z.strictObject({ ...pageQuery, ...transactionFilter });

export function presentTransaction(row: Transaction): z.infer<typeof transaction> {
  const { id, accountId, date, asset, payee: to, cleared, reconciled, transferId, importId, externalId } = row;
  return {
    id,
    accountId,
    date,
    amount: writeAmount(row.amount, asset),
    asset,
    payee: to,
    categoryId: row.categoryId,
    notes: row.notes,
    cleared,
    reconciled,
    splits: row.splits.map((part) => ({
      categoryId: part.categoryId,
      amount: writeAmount(part.amount, asset),
      notes: part.notes,
    })),
    transferId,
    importId,
    externalId,
    recurringId: row.recurringId,
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
}
