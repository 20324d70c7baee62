import type { Asset } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import type { Account, Shelf } from "./repository.accounts.ts";
import type { Split, TransactionRow } from "./repository.transactions.ts";
import { convert, rateOn } from "./rules.rates.ts";
import { counts, searchTextOf, shareBase } from "./rules.transactions.ts";
import { invalid } from "./service.allocations.ts";

export interface SplitInput {
  readonly categoryId: string | null;
  readonly amount: string;
  readonly notes?: string | null | undefined;
}

/** What somebody says of a transaction, in words of the account's asset. */
export interface Draft {
  readonly account: Account;
  /** The account on the other side of a transfer. */
  readonly other: Account | null;
  readonly date: string;
  readonly amount: number;
  readonly payee: string | null;
  readonly categoryId: string | null;
  readonly notes: string | null;
  readonly cleared: boolean;
  readonly splits: readonly SplitInput[];
}

/** What a draft is measured against. */
export interface Desk {
  readonly base: Asset;
  readonly shelf: Shelf;
}

const NO_ORIGIN = {
  importedPayee: null,
  transferId: null,
  externalId: null,
  importId: null,
  recurringId: null,
  occurrence: null,
  reconciled: false,
} as const;

/** Makes a row of a draft: the amount in the budget's asset, whether it counts, and what a search finds it by. */
export function composeTransaction(ctx: Ctx, desk: Desk, draft: Draft): TransactionRow {
  const { account, other, date, amount, payee, notes, cleared } = draft;
  const baseAmount = toBase(desk, account, { amount, date });
  const splits = composeSplits(desk, draft, baseAmount);
  const categoryId = splits.length > 0 ? null : knownCategory(desk.shelf, draft.categoryId);
  const now = ctx.now();
  return {
    ...NO_ORIGIN,
    id: ctx.newId("txn"),
    userId: customerOf(ctx),
    accountId: account.id,
    date,
    amount,
    baseAmount,
    payee,
    categoryId,
    notes,
    cleared,
    counted: counts(account, other),
    split: splits.length > 0,
    splits,
    search: searchTextOf(payee, notes),
    createdAt: now,
    updatedAt: now,
  };
}

/** An amount of an account in the budget's asset, by the rate of its day. */
export function toBase({ base, shelf }: Desk, account: Account, at: { amount: number; date: string }): number {
  if (account.asset === base.code) return at.amount;
  const rate = rateOn(shelf.rates, account.asset, at.date);
  if (rate === null)
    throw invalid("date", "rate_missing", `Say with PUT /rates what ${account.asset} was worth on ${at.date}.`);
  return convert(at.amount, { rate, fromScale: currencyOf(account.asset).scale, toScale: base.scale });
}

function composeSplits(desk: Desk, { account, date, amount, splits }: Draft, baseAmount: number): Split[] {
  if (splits.length === 0) return [];
  const asset = currencyOf(account.asset);
  const amounts = splits.map((split, index) =>
    readAmount(split.amount, asset, { signed: true, path: `splits.${index}.amount` }),
  );
  if (amounts.reduce((sum, each) => sum + each, 0) !== amount)
    throw invalid("splits", "splits_differ", "The parts must add up to the amount.");
  const shares = shareBase(baseAmount, amounts, (each) => toBase(desk, account, { amount: each, date }));
  return splits.map(({ categoryId, notes = null }, index) => ({
    categoryId: knownCategory(desk.shelf, categoryId),
    amount: amounts[index] ?? 0,
    baseAmount: shares[index] ?? 0,
    notes,
  }));
}

export function knownCategory(shelf: Shelf, id: string | null): string | null {
  if (id !== null && !shelf.categories.has(id)) throw problems.categoryNotFound();
  return id;
}

/** An account that takes new transactions. */
export function openAccount(shelf: Shelf, id: string): Account {
  const account = shelf.accounts.get(id);
  if (!account) throw problems.accountNotFound();
  if (account.closed) throw problems.accountClosed();
  return account;
}
