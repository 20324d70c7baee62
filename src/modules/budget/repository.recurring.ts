import { and, asc, desc, eq, isNull, lt, lte } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { recurring } from "./tables.imports.ts";

export type Series = Omit<typeof recurring.$inferSelect, "id" | "userId"> & { id: Id<"rec">; userId: Id<"user"> };

export async function listSeries(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Series[]> {
  const rows = await ctx.db.read
    .select()
    .from(recurring)
    .where(and(eq(recurring.userId, userId), page.after === null ? undefined : lt(recurring.id, page.after)))
    .orderBy(desc(recurring.id))
    .limit(page.limit + 1);
  return rows as Series[];
}

/** Series with a day that has come and has no transaction yet, the longest overdue first. */
export async function listDueSeries(ctx: Ctx, today: string, limit: number): Promise<Series[]> {
  const rows = await ctx.db.primary
    .select()
    .from(recurring)
    .where(lte(recurring.nextDate, today))
    .orderBy(asc(recurring.nextDate))
    .limit(limit);
  return rows as Series[];
}

export function insertSeries(ctx: Ctx, row: Series): Statement {
  return ctx.db.statement(ctx.db.primary.insert(recurring).values(row));
}

export async function findSeries(ctx: Ctx, id: Id<"rec">): Promise<Series | null> {
  const [row] = await ctx.db.primary.select().from(recurring).where(eq(recurring.id, id)).limit(1);
  return (row as Series | undefined) ?? null;
}

/** Replaces a series unless a day of it was entered since it was read; refused as `budget_series_moved`. */
export function replaceSeries(ctx: Ctx, changed: Series, read: Series): Statement[] {
  const { id, userId: _userId, createdAt: _createdAt, ...rest } = changed;
  const still = and(
    eq(recurring.id, id),
    read.nextDate === null ? isNull(recurring.nextDate) : eq(recurring.nextDate, read.nextDate),
  );
  const query = ctx.db.primary.update(recurring).set(rest).where(still);
  return [ctx.db.statement(query), expectChange(ctx, "budget_series_moved")];
}

/** Moves a series on, unless another run has; refused as `budget_series_moved`. */
export function moveSeries(ctx: Ctx, { id, nextDate }: Series, to: string | null): Statement[] {
  const still = and(eq(recurring.id, id), eq(recurring.nextDate, nextDate ?? ""));
  const query = ctx.db.primary.update(recurring).set({ nextDate: to }).where(still);
  return [ctx.db.statement(query), expectChange(ctx, "budget_series_moved")];
}

/** Removes a series; refused as `budget_series_gone` where it is not there or somebody else's. */
export function deleteSeries(ctx: Ctx, userId: Id<"user">, id: Id<"rec">): Statement[] {
  const query = ctx.db.primary.delete(recurring).where(and(eq(recurring.id, id), eq(recurring.userId, userId)));
  return [ctx.db.statement(query), expectChange(ctx, "budget_series_gone")];
}
