import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { allocations } from "./tables.ts";

export interface Allocation {
  readonly id: Id<"alloc">;
  readonly month: string;
  readonly categoryId: string;
  readonly amount: number;
  /** What the budget is counted in. */
  readonly asset: string;
}

const FIELDS = {
  id: allocations.id,
  month: allocations.month,
  categoryId: allocations.categoryId,
  amount: allocations.amount,
};

export async function listAllocations(
  ctx: Ctx,
  filter: { readonly userId: Id<"user">; readonly month: string | null },
  page: PageRequest,
): Promise<Allocation[]> {
  const { userId, month } = filter;
  const rows = await ctx.db.read
    .select({ ...FIELDS, asset: sql<string>`(select asset from budget_profiles where user_id = ${userId})` })
    .from(allocations)
    .where(
      and(
        eq(allocations.userId, userId),
        month === null ? undefined : eq(allocations.month, month),
        page.after === null ? undefined : lt(allocations.id, page.after),
      ),
    )
    .orderBy(desc(allocations.id))
    .limit(page.limit + 1);
  return rows as Allocation[];
}

export async function findAllocation(
  ctx: Ctx,
  id: Id<"alloc">,
): Promise<(Allocation & { readonly userId: string }) | null> {
  const [row] = await ctx.db.primary
    .select({
      ...FIELDS,
      userId: allocations.userId,
      asset: sql<string>`(select asset from budget_profiles p where p.user_id = budget_allocations.user_id)`,
    })
    .from(allocations)
    .where(eq(allocations.id, id))
    .limit(1);
  return (row as (Allocation & { readonly userId: string }) | undefined) ?? null;
}

/** The allocations of a month, as they stand at this moment. */
export async function readMonth(ctx: Ctx, userId: Id<"user">, month: string): Promise<Omit<Allocation, "asset">[]> {
  const rows = await ctx.db.primary
    .select(FIELDS)
    .from(allocations)
    .where(and(eq(allocations.userId, userId), eq(allocations.month, month)))
    .orderBy(desc(allocations.id));
  return rows as Omit<Allocation, "asset">[];
}

export interface Assignment {
  readonly id: Id<"alloc">;
  readonly month: string;
  readonly categoryId: string;
  readonly amount: number;
}

/** Puts an allocation down; the cell's index refuses a second one. */
export function insertAllocation(ctx: Ctx, userId: Id<"user">, row: Assignment): Statement {
  const at = { createdAt: ctx.now(), updatedAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(allocations).values({ ...row, userId, ...at }));
}

export const ALLOCATION_CELL = "budget_allocations.user_id, budget_allocations.category_id, budget_allocations.month";

/** Puts allocations in the place of those of the same cells; the others stay. */
export function putAllocations(ctx: Ctx, userId: Id<"user">, rows: readonly Assignment[]): Statement {
  return ctx.db.sql(
    `insert into budget_allocations (id, user_id, month, category_id, amount, created_at, updated_at)
     select value ->> 'id', ?1, value ->> 'month', value ->> 'categoryId', value ->> 'amount', ?2, ?2
     from json_each(?3) where true
     on conflict (user_id, category_id, month) do update set amount = excluded.amount, updated_at = excluded.updated_at`,
    userId,
    ctx.now(),
    JSON.stringify(rows),
  );
}

/** Moves an amount in or out of a cell, which is made if it is not there. */
export function addToAllocation(ctx: Ctx, userId: Id<"user">, row: Assignment): Statement {
  return ctx.db.sql(
    `insert into budget_allocations (id, user_id, month, category_id, amount, created_at, updated_at)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?6)
     on conflict (user_id, category_id, month) do update set amount = amount + excluded.amount, updated_at = excluded.updated_at`,
    row.id,
    userId,
    row.month,
    row.categoryId,
    row.amount,
    ctx.now(),
  );
}

export function updateAllocation(ctx: Ctx, id: Id<"alloc">, amount: number): Statement[] {
  const query = ctx.db.primary.update(allocations).set({ amount, updatedAt: ctx.now() }).where(eq(allocations.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "budget_allocation_gone")];
}

export function deleteAllocation(ctx: Ctx, id: Id<"alloc">): Statement[] {
  const query = ctx.db.primary.delete(allocations).where(eq(allocations.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "budget_allocation_gone")];
}
