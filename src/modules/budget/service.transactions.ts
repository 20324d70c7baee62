import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { toDate } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { currencyOf, writeAmount } from "./currencies.ts";
import { problems } from "./errors.ts";
import { defaultAccountOf } from "./owner.ts";
import type { Account } from "./repository.accounts.ts";
import { readShelf } from "./repository.accounts.ts";
import { findProfile } from "./repository.books.ts";
import { rememberRemoval } from "./repository.imports.ts";
import type { Transaction, TransactionFilter, TransactionRow } from "./repository.transactions.ts";
import * as repository from "./repository.transactions.ts";
import { foldText } from "./rules.text.ts";
import { invalid } from "./service.allocations.ts";
import type { Desk, Draft, SplitInput } from "./service.compose.ts";
import { composeTransaction, openAccount } from "./service.compose.ts";
import type { Opening } from "./service.opening.ts";
import { readOpening } from "./service.opening.ts";

export type { Transaction } from "./repository.transactions.ts";

export interface ListTransactions extends Omit<TransactionFilter, "userId" | "amount" | "minAmount" | "maxAmount"> {
  readonly amount?: string | undefined;
  readonly minAmount?: string | undefined;
  readonly maxAmount?: string | undefined;
}

/** Transactions, newest first. */
export async function listTransactions(
  ctx: Ctx,
  { amount, minAmount, maxAmount, ...rest }: ListTransactions,
  page: PageRequest,
): Promise<Page<Transaction>> {
  const userId = customerOf(ctx);
  const text = rest.text === undefined ? {} : { text: foldText(rest.text) };
  const amounts = await readAmounts(ctx, { amount, minAmount, maxAmount });
  const rows = await repository.listTransactions(ctx, { ...rest, ...text, ...amounts, userId }, page);
  return toPage(rows, page, repository.positionOf);
}

/** Only a filter by amount needs to know what amounts are written in. */
async function readAmounts(
  ctx: Ctx,
  texts: Readonly<Record<"amount" | "minAmount" | "maxAmount", string | undefined>>,
): Promise<Record<string, number>> {
  const named = Object.entries(given(texts));
  if (named.length === 0) return {};
  const asset = currencyOf((await findProfile(ctx, customerOf(ctx)))?.asset ?? "USD");
  return Object.fromEntries(
    named.map(([path, text]) => [path, readAmount(text, asset, { signed: true, zero: true, path })]),
  );
}

export async function getTransaction(ctx: Ctx, id: string): Promise<Transaction> {
  const [row] = await repository.findTransactions(ctx, [id]);
  if (row?.userId !== customerOf(ctx)) throw problems.transactionNotFound();
  return row;
}

export interface CreateTransaction {
  readonly accountId?: string | undefined;
  readonly date?: string | undefined;
  readonly amount: string;
  readonly asset?: string | undefined;
  readonly payee?: string | null | undefined;
  readonly categoryId?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly cleared?: boolean | undefined;
  readonly splits?: readonly SplitInput[] | undefined;
  /** The account that it goes to, or comes from. */
  readonly transferAccountId?: string | undefined;
  /** What arrives there, where that account is kept in another asset. */
  readonly transferAmount?: string | undefined;
}

interface Drawer extends Desk {
  readonly opening: Opening;
}

/** All that a transaction is measured against. A budget that opens with it has its first account already. */
export async function readDrawer(ctx: Ctx): Promise<Drawer> {
  const userId = customerOf(ctx);
  const [opening, shelf] = await Promise.all([readOpening(ctx), readShelf(ctx, userId)]);
  const id = defaultAccountOf(userId);
  if (shelf.accounts.has(id)) return { opening, base: opening.asset, shelf };
  const now = ctx.now();
  const first: Account = {
    id,
    userId,
    name: "Everyday",
    type: "checking",
    asset: opening.asset.code,
    onBudget: true,
    closed: false,
    balance: 0,
    clearedBalance: 0,
    reconciledAt: null,
    createdAt: now,
    updatedAt: now,
  };
  const accounts = new Map([...shelf.accounts, [id, first]]);
  return { opening, base: opening.asset, shelf: { ...shelf, accounts } };
}

export const createTransaction = once(async (ctx: Ctx, input: CreateTransaction): Promise<Transaction> => {
  const drawer = await readDrawer(ctx);
  const draft = readDraft(ctx, drawer, input);
  const row = composeTransaction(ctx, drawer, draft);
  const mirrored = mirror(draft, input.transferAmount);
  const rows = mirrored ? pair(row, composeTransaction(ctx, drawer, mirrored)) : [row];
  const result: Transaction = { ...(rows[0] ?? row), asset: draft.account.asset };
  await commit(ctx, [...drawer.opening.statements, ...repository.insertTransactions(ctx, rows)], {
    result,
    refusals: RANGE,
  });
  return result;
});

const NO_WORDS = { payee: null, categoryId: null, notes: null, cleared: false, splits: [] };

function readDraft(ctx: Ctx, { shelf }: Desk, input: CreateTransaction): Draft {
  const account = openAccount(shelf, input.accountId ?? defaultAccountOf(customerOf(ctx)));
  if (input.asset !== undefined && input.asset !== account.asset)
    throw invalid("asset", "asset_differs", `The account is kept in ${account.asset}.`);
  const other = input.transferAccountId === undefined ? null : openAccount(shelf, input.transferAccountId);
  if (other?.id === account.id) throw invalid("transferAccountId", "account_same", "Transfer to another account.");
  const amount = readAmount(input.amount, currencyOf(account.asset), { signed: true });
  const { payee, categoryId, notes, cleared, splits, date } = input;
  const words = { payee, categoryId, notes, cleared, splits, date };
  return { account, other, ...NO_WORDS, date: toDate(ctx.now()), ...given(words), amount };
}

/** What keeps sums within what can be counted. */
export const RANGE = {
  budget_sum_safe: problems.amountsOutOfRange,
  budget_account_balance_safe: problems.amountsOutOfRange,
};

/** The other side of a transfer; null where there is none. What arrives may differ where it is counted in another asset. */
function mirror(draft: Draft, arriving: string | undefined): Draft | null {
  const { account, other } = draft;
  if (!other) return null;
  const moved = Math.abs(draft.amount);
  const same = other.asset === account.asset;
  if (!same && arriving === undefined)
    throw invalid("transferAmount", "transfer_amount_missing", `Say how much ${other.asset} moves there.`);
  const path = "transferAmount";
  const arrived = arriving === undefined ? moved : readAmount(arriving, currencyOf(other.asset), { path });
  if (same && arrived !== moved)
    throw invalid(path, "transfer_amount_differs", "What leaves is what arrives in the same asset.");
  const amount = draft.amount < 0 ? arrived : -arrived;
  return { ...draft, account: other, other: account, amount, categoryId: null, splits: [] };
}

/** Only the leg that counts keeps a category: money that moves within the budget has none. */
function pair(left: TransactionRow, right: TransactionRow): TransactionRow[] {
  const leg = left.counted ? left : { ...left, categoryId: null, split: false, splits: [] };
  return [
    { ...leg, transferId: right.id },
    { ...right, transferId: left.id },
  ];
}

export interface UpdateTransaction {
  readonly date?: string | undefined;
  readonly amount?: string | undefined;
  readonly payee?: string | null | undefined;
  readonly categoryId?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly cleared?: boolean | undefined;
  readonly splits?: readonly SplitInput[] | undefined;
}

/** Changes a transaction; day and amount of a transfer change on both sides. */
export async function updateTransaction(ctx: Ctx, id: Id<"txn">, input: UpdateTransaction): Promise<Transaction> {
  const before = await getTransaction(ctx, id);
  const drawer = await readDrawer(ctx);
  const [partner] = before.transferId === null ? [] : await repository.findTransactions(ctx, [before.transferId]);
  if (before.reconciled && (input.amount !== undefined || input.date !== undefined || input.cleared === false))
    throw problems.transactionReconciled({ detail: "Its day and amount are settled with the bank." });
  const draft = redraft(drawer, { before, partner: partner ?? null, input });
  const row = keep(before, composeTransaction(ctx, drawer, draft));
  const touched = input.amount !== undefined || input.date !== undefined;
  const other = partner && touched ? follow(ctx, drawer, { row, partner, draft }) : [];
  await commit(ctx, [...repository.updateTransaction(ctx, row, before.updatedAt), ...other], {
    refusals: { ...RANGE, budget_transaction_changed: problems.changedMeanwhile },
  });
  return { ...row, asset: before.asset };
}

interface Redraft {
  readonly before: Transaction;
  readonly partner: Transaction | null;
  readonly input: UpdateTransaction;
}

function redraft({ shelf }: Desk, { before, partner, input }: Redraft): Draft {
  const account = shelf.accounts.get(before.accountId);
  if (!account) throw problems.accountNotFound();
  const { amount, splits, ...words } = input;
  const parts = before.splits.map((part) => ({ ...part, amount: writeAmount(part.amount, account.asset) }));
  const kept = words.categoryId === undefined ? parts : [];
  const { date, payee, categoryId, notes, cleared } = before;
  return {
    account,
    other: partner ? (shelf.accounts.get(partner.accountId) ?? null) : null,
    date,
    payee,
    categoryId,
    notes,
    cleared,
    ...given(words),
    amount: amount === undefined ? before.amount : readAmount(amount, currencyOf(account.asset), { signed: true }),
    splits: splits ?? kept,
  };
}

/** What a change leaves as it is: where a row came from, and when. */
function keep(before: TransactionRow, row: TransactionRow): TransactionRow {
  const { id, importedPayee, transferId, externalId, importId, recurringId, occurrence, reconciled, createdAt } =
    before;
  const origin = {
    id,
    importedPayee,
    transferId,
    externalId,
    importId,
    recurringId,
    occurrence,
    reconciled,
    createdAt,
  };
  return { ...row, ...origin, updatedAt: Math.max(row.updatedAt, before.updatedAt + 1) };
}

interface Follow {
  readonly row: TransactionRow;
  readonly partner: Transaction;
  readonly draft: Draft;
}

function follow(
  ctx: Ctx,
  desk: Desk,
  { row, partner, draft }: Follow,
): ReturnType<typeof repository.updateTransaction> {
  const account = draft.other;
  if (!account) throw problems.accountNotFound();
  if (partner.reconciled)
    throw problems.transactionReconciled({ detail: "The other side of the transfer is settled." });
  const same = account.asset === draft.account.asset;
  const amount = same ? -row.amount : partner.amount;
  const { payee, categoryId, notes, cleared } = partner;
  const words = { payee, categoryId, notes, cleared, splits: [] };
  const changed = composeTransaction(ctx, desk, { account, other: draft.account, date: row.date, amount, ...words });
  return repository.updateTransaction(ctx, keep(partner, changed), partner.updatedAt);
}

/** Removes a transaction, and the other side of a transfer with it. */
export async function deleteTransaction(ctx: Ctx, id: Id<"txn">): Promise<void> {
  const row = await getTransaction(ctx, id);
  if (row.reconciled) throw problems.transactionReconciled({ detail: "It is settled with the bank." });
  const ids = row.transferId === null ? [row.id] : [row.id, row.transferId];
  const [partner] = row.transferId === null ? [] : await repository.findTransactions(ctx, [row.transferId]);
  if (partner?.reconciled === true)
    throw problems.transactionReconciled({ detail: "The other side of the transfer is settled." });
  await commit(ctx, [rememberRemoval(ctx, ids), ...repository.deleteTransactions(ctx, ids)]);
}
