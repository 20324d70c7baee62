import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

export interface MonthChange {
  readonly month: string;
  /** Left as it is where undefined. */
  readonly note?: string | null | undefined;
  readonly income?: number | null | undefined;
  readonly held?: number | null | undefined;
}

/** Puts what a month says for itself in the place of what it said. */
export function putMonth(ctx: Ctx, userId: Id<"user">, { month, note, income, held }: MonthChange): Statement {
  return ctx.db.sql(
    `insert into budget_months (user_id, month, note, income, held, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6)
     on conflict (user_id, month) do update set updated_at = excluded.updated_at,
       note = iif(?7, excluded.note, note), income = iif(?8, excluded.income, income), held = iif(?9, excluded.held, held)`,
    userId,
    month,
    note ?? null,
    income ?? null,
    held ?? null,
    ctx.now(),
    note === undefined ? 0 : 1,
    income === undefined ? 0 : 1,
    held === undefined ? 0 : 1,
  );
}

/** Says from a month on whether a category carries its overspending over; later months that said something are kept. */
export function putCarry(
  ctx: Ctx,
  userId: Id<"user">,
  { categoryId, month, carry }: { readonly categoryId: string; readonly month: string; readonly carry: boolean },
): Statement {
  return ctx.db.sql(
    `insert into budget_carries (user_id, category_id, month, carry) values (?, ?, ?, ?)
     on conflict (user_id, category_id, month) do update set carry = excluded.carry`,
    userId,
    categoryId,
    month,
    carry ? 1 : 0,
  );
}
