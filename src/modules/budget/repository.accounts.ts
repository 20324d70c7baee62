import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Category } from "./repository.categories.ts";
import type { DatedRate } from "./rules.rates.ts";
import { accounts, categories, rates } from "./tables.ts";

export type Account = Omit<typeof accounts.$inferSelect, "id" | "userId"> & { id: Id<"acct">; userId: Id<"user"> };

export async function listAccounts(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Account[]> {
  const rows = await ctx.db.read
    .select()
    .from(accounts)
    .where(and(eq(accounts.userId, userId), page.after === null ? undefined : lt(accounts.id, page.after)))
    .orderBy(desc(accounts.id))
    .limit(page.limit + 1);
  return rows as Account[];
}

export async function findAccount(ctx: Ctx, id: string): Promise<Account | null> {
  const [row] = await ctx.db.primary.select().from(accounts).where(eq(accounts.id, id)).limit(1);
  return (row as Account | undefined) ?? null;
}

export interface Shelf {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly categories: ReadonlyMap<string, Category>;
  readonly rates: readonly DatedRate[];
}

/** All that transactions refer to, in one round trip. */
export async function readShelf(ctx: Ctx, userId: Id<"user">): Promise<Shelf> {
  const db = ctx.db.primary;
  const [ownAccounts, ownCategories, ownRates] = await db.batch([
    db.select().from(accounts).where(eq(accounts.userId, userId)),
    db.select().from(categories).where(eq(categories.userId, userId)),
    db.select().from(rates).where(eq(rates.userId, userId)),
  ]);
  return {
    accounts: new Map((ownAccounts as Account[]).map((row) => [row.id, row])),
    categories: new Map((ownCategories as Category[]).map((row) => [row.id, row])),
    rates: ownRates,
  };
}

const LIMIT = 100;

/** Puts an account down unless there are as many as one budget may have; refused as `budget_accounts_full`. */
export function insertAccount(ctx: Ctx, row: Account): Statement[] {
  return [
    ctx.db.sql(
      `insert into budget_accounts (id, user_id, name, type, asset, on_budget, created_at, updated_at)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 where (select count(*) from budget_accounts where user_id = ?2) < ${LIMIT}`,
      row.id,
      row.userId,
      row.name,
      row.type,
      row.asset,
      row.onBudget ? 1 : 0,
      row.createdAt,
    ),
    expectChange(ctx, "budget_accounts_full"),
  ];
}

export type AccountChanges = Partial<Pick<Account, "name" | "type" | "onBudget" | "closed">>;

export function updateAccount(ctx: Ctx, id: Id<"acct">, changes: AccountChanges): Statement[] {
  const query = ctx.db.primary
    .update(accounts)
    .set({ ...changes, updatedAt: ctx.now() })
    .where(eq(accounts.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "budget_account_gone")];
}

/** Lets the transactions of an account, and those of transfers with it, count or not as its place in the budget says. */
export function recountAccount(ctx: Ctx, { id, userId }: Account): Statement[] {
  const counts = `(select a.on_budget from budget_accounts a where a.id = t.account_id) = 1 and not exists (
    select 1 from budget_transactions o join budget_accounts b on b.id = o.account_id
    where o.id = t.transfer_id and b.on_budget = 1)`;
  const touched = `t.user_id = ?1 and (t.account_id = ?2 or t.transfer_id in (
    select id from budget_transactions where user_id = ?1 and account_id = ?2 and transfer_id is not null))`;
  return [
    ctx.db.sql(`update budget_transactions as t set counted = ${counts} where ${touched}`, userId, id),
    ctx.db.sql(
      `update budget_splits as s set counted = (select t.counted from budget_transactions t where t.id = s.transaction_id)
       where s.transaction_id in (select t.id from budget_transactions t where t.split = 1 and ${touched})`,
      userId,
      id,
    ),
  ];
}

/** Settles all that is cleared, unless it adds up to something else by now; refused as `budget_balance_differs`. */
export function reconcileAccount(ctx: Ctx, { id, userId, clearedBalance }: Account): Statement[] {
  const now = ctx.now();
  return [
    ctx.db.sql(
      "update budget_accounts set reconciled_at = ?1, updated_at = ?1 where id = ?2 and cleared_balance = ?3",
      now,
      id,
      clearedBalance,
    ),
    expectChange(ctx, "budget_balance_differs"),
    ctx.db.sql(
      `update budget_transactions set reconciled = 1, updated_at = ?
       where user_id = ? and account_id = ? and cleared = 1 and reconciled = 0`,
      now,
      userId,
      id,
    ),
  ];
}

/** Removes an account without transactions; a foreign key refuses any other. */
export function deleteAccount(ctx: Ctx, { id, userId }: Account): Statement[] {
  return [
    ctx.db.sql("delete from budget_account_months where user_id = ? and account_id = ?", userId, id),
    ctx.db.statement(ctx.db.primary.delete(accounts).where(eq(accounts.id, id))),
  ];
}
