import { sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { CategoryKind } from "./rules.envelope.ts";
import type { DatedRate } from "./rules.rates.ts";

/** Each report is one statement over an index that holds all that it reads. */

export interface Span {
  readonly userId: Id<"user">;
  /** Months or days, both included. */
  readonly from: string;
  readonly to: string;
}

export interface CategoryMonth {
  readonly month: string;
  readonly categoryId: string;
  readonly name: string | null;
  readonly group: string | null;
  readonly kind: CategoryKind | null;
  readonly amount: number;
}

/** What counted by category and month, from the sums. Without a category the id is empty. */
export async function sumByCategory(ctx: Ctx, { userId, from, to }: Span): Promise<CategoryMonth[]> {
  return await ctx.db.read.all<CategoryMonth>(sql`
    select s.month, s.category_id as categoryId, c.name, c.group_name as "group", c.kind, s.amount
    from budget_sums s left join budget_categories c on c.id = s.category_id
    where s.user_id = ${userId} and s.month >= ${from} and s.month <= ${to} and s.entries > 0
    order by s.month desc, s.category_id`);
}

export interface AccountMonth {
  readonly accountId: string;
  readonly asset: string;
  readonly month: string;
  readonly amount: number;
}

/** What each account's balance changed by, month by month, with the rates to count it by. */
export async function sumByAccount(
  ctx: Ctx,
  { userId, to }: Pick<Span, "userId" | "to">,
): Promise<{ months: AccountMonth[]; rates: DatedRate[]; asset: string | null }> {
  const row = await ctx.db.read.get<{ months: string; rates: string; asset: string | null }>(sql`select
    (select json_group_array(json_object('accountId', m.account_id, 'asset', a.asset, 'month', m.month, 'amount', m.amount))
      from budget_account_months m join budget_accounts a on a.id = m.account_id
      where m.user_id = ${userId} and m.month <= ${to}) as months,
    (select json_group_array(json_object('asset', asset, 'date', date, 'rate', rate))
      from budget_rates where user_id = ${userId}) as rates,
    (select asset from budget_profiles where user_id = ${userId}) as asset`);
  const { months, rates, asset } = row;
  return { months: JSON.parse(months) as AccountMonth[], rates: JSON.parse(rates) as DatedRate[], asset };
}

export interface PayeeTotal {
  readonly payee: string;
  readonly amount: number;
  readonly count: number;
}

/** Whom most was paid to between two days. */
export async function sumByPayee(ctx: Ctx, { userId, from, to }: Span, limit: number): Promise<PayeeTotal[]> {
  return await ctx.db.read.all<PayeeTotal>(sql`
    select payee, sum(base_amount) as amount, count(*) as count from budget_transactions
    indexed by budget_transactions_payee
    where user_id = ${userId} and date >= ${from} and date <= ${to} and counted = 1 and base_amount < 0 and payee is not null
    group by payee order by amount, payee limit ${limit}`);
}

export interface DayFlow {
  readonly date: string;
  readonly income: number;
  readonly spending: number;
}

/** What came in and went out day by day, oldest first, up to a day. */
export async function sumByDay(ctx: Ctx, { userId, to }: Pick<Span, "userId" | "to">): Promise<DayFlow[]> {
  return await ctx.db.read.all<DayFlow>(sql`
    select date, income, spending from budget_days
    where user_id = ${userId} and date <= ${to} and income + spending > 0 order by date`);
}
