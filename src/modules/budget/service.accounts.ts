import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import { formatAmount } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import type { Account, AccountChanges } from "./repository.accounts.ts";
import * as repository from "./repository.accounts.ts";
import { readOpening } from "./service.opening.ts";

export type { Account } from "./repository.accounts.ts";

/** Accounts that a budget is made of; the others are only watched. */
const ON_BUDGET: ReadonlySet<Account["type"]> = new Set(["checking", "savings", "cash", "creditCard"]);

export async function listAccounts(ctx: Ctx, page: PageRequest): Promise<Page<Account>> {
  return toPage(await repository.listAccounts(ctx, customerOf(ctx), page), page, (row) => row.id);
}

export async function getAccount(ctx: Ctx, id: string): Promise<Account> {
  const account = await repository.findAccount(ctx, id);
  if (account?.userId !== customerOf(ctx)) throw problems.accountNotFound();
  return account;
}

export interface CreateAccount {
  readonly name: string;
  readonly type?: Account["type"] | undefined;
  readonly asset?: string | undefined;
  readonly onBudget?: boolean | undefined;
}

export const createAccount = once(async (ctx: Ctx, input: CreateAccount): Promise<Account> => {
  const opening = await readOpening(ctx);
  const account = newAccount(ctx, { asset: opening.asset.code, ...input });
  await commit(ctx, [...opening.statements, ...repository.insertAccount(ctx, account)], {
    result: account,
    refusals: { budget_accounts_full: problems.tooMany },
  });
  return account;
});

/** An account of the caller's that is about to be put down. */
export function newAccount(ctx: Ctx, input: CreateAccount & { readonly asset?: string | undefined }): Account {
  const { name, type = "checking", asset = "USD", onBudget = ON_BUDGET.has(type) } = input;
  const now = ctx.now();
  const kept = { closed: false, balance: 0, clearedBalance: 0, reconciledAt: null, createdAt: now, updatedAt: now };
  return { id: ctx.newId("acct"), userId: customerOf(ctx), name, type, asset, onBudget, ...kept };
}

export interface UpdateAccount {
  readonly name?: string | undefined;
  readonly type?: Account["type"] | undefined;
  readonly onBudget?: boolean | undefined;
  readonly closed?: boolean | undefined;
}

/** Changes an account. One that joins or leaves the budget takes all its transactions along. */
export async function updateAccount(ctx: Ctx, id: Id<"acct">, input: UpdateAccount): Promise<Account> {
  const before = await getAccount(ctx, id);
  const changes: AccountChanges = given(input);
  const moved = changes.onBudget !== undefined && changes.onBudget !== before.onBudget;
  const recount = moved ? repository.recountAccount(ctx, before) : [];
  await commit(ctx, [...repository.updateAccount(ctx, id, changes), ...recount], {
    refusals: { budget_account_gone: problems.accountNotFound },
  });
  return { ...before, ...changes, updatedAt: ctx.now() };
}

export interface ReconcileAccount {
  readonly id: Id<"acct">;
  /** What the bank's statement says. */
  readonly balance: string;
}

/** Settles an account with a statement of the bank: all that is cleared is fixed from then on. */
export const reconcileAccount = once(async (ctx: Ctx, { id, balance }: ReconcileAccount): Promise<Account> => {
  const account = await getAccount(ctx, id);
  const asset = currencyOf(account.asset);
  const stated = readAmount(balance, asset, { signed: true, zero: true, path: "balance" });
  if (stated !== account.clearedBalance) {
    const difference = formatAmount(stated - account.clearedBalance, asset.scale);
    throw problems.balanceDiffers({
      detail: "Clear what the bank has booked, or enter what is missing.",
      extra: { difference, asset: account.asset },
    });
  }
  const result = { ...account, reconciledAt: ctx.now(), updatedAt: ctx.now() };
  await commit(ctx, repository.reconcileAccount(ctx, account), {
    result,
    refusals: { budget_balance_differs: problems.balanceDiffers },
  });
  return result;
});

export async function deleteAccount(ctx: Ctx, id: Id<"acct">): Promise<void> {
  const account = await getAccount(ctx, id);
  await commit(ctx, repository.deleteAccount(ctx, account)).catch((error: unknown) => {
    if (!String(error).includes("FOREIGN KEY constraint failed")) throw error;
    throw problems.accountInUse({ detail: "Close it, or remove its transactions first.", cause: error });
  });
}
