import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { DatedRate } from "./rules.rates.ts";
import { rates } from "./tables.ts";

/** The place of a rate in its list: its day, then its asset. */
export function ratePosition({ date, asset }: DatedRate): string {
  return `${date} ${asset}`;
}

export async function listRates(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<DatedRate[]> {
  const [date, asset] = page.after?.split(" ") ?? [];
  const after = date === undefined ? undefined : sql`(${rates.date}, ${rates.asset}) < (${date}, ${asset})`;
  return await ctx.db.read
    .select({ asset: rates.asset, date: rates.date, rate: rates.rate })
    .from(rates)
    .where(and(eq(rates.userId, userId), after))
    .orderBy(desc(rates.date), desc(rates.asset))
    .limit(page.limit + 1);
}

/** The day of the next younger rate of an asset; null where there is none. */
export async function findNextRate(ctx: Ctx, userId: Id<"user">, { asset, date }: DatedRate): Promise<string | null> {
  const [row] = await ctx.db.primary
    .select({ date: rates.date })
    .from(rates)
    .where(and(eq(rates.userId, userId), eq(rates.asset, asset), gt(rates.date, date)))
    .orderBy(asc(rates.date))
    .limit(1);
  return row?.date ?? null;
}

export function putRate(ctx: Ctx, userId: Id<"user">, row: DatedRate): Statement {
  const query = ctx.db.primary
    .insert(rates)
    .values({ ...row, userId })
    .onConflictDoUpdate({ target: [rates.userId, rates.asset, rates.date], set: { rate: row.rate } });
  return ctx.db.statement(query);
}

export interface Counted {
  /** A transaction's id, or that of its part with its place after a blank. */
  readonly id: string;
  readonly position: number | null;
  readonly amount: number;
}

/** What was counted by the rates of some days, whole transactions and parts of them. */
export async function listCounted(
  ctx: Ctx,
  userId: Id<"user">,
  span: { readonly asset: string; readonly from: string; readonly until: string },
): Promise<Counted[]> {
  const within = `t.user_id = ?1 and t.date >= ?2 and t.date < ?3
    and t.account_id in (select id from budget_accounts where user_id = ?1 and asset = ?4)`;
  const query = ctx.db.sql(
    `select t.id, null as position, t.amount from budget_transactions t where ${within}
     union all
     select s.transaction_id, s.position, s.amount from budget_splits s join budget_transactions t on t.id = s.transaction_id
     where ${within} order by 1, 2`,
    userId,
    span.from,
    span.until,
    span.asset,
  );
  return (await query.all<Counted>()).results;
}

/** Puts converted amounts in the place of those before. */
export function recount(ctx: Ctx, rows: readonly (Counted & { readonly base: number })[]): Statement[] {
  const wholes = rows.filter(({ position }) => position === null).map(({ id, base }) => [id, base]);
  const parts = rows.filter(({ position }) => position !== null).map(({ id, position, base }) => [id, position, base]);
  return [
    ctx.db.sql(
      `update budget_transactions as t set base_amount = v.value ->> 1 from json_each(?) v where t.id = v.value ->> 0`,
      JSON.stringify(wholes),
    ),
    ctx.db.sql(
      `update budget_splits as s set base_amount = v.value ->> 2 from json_each(?) v
       where s.transaction_id = v.value ->> 0 and s.position = v.value ->> 1`,
      JSON.stringify(parts),
    ),
  ];
}
