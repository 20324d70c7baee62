import { and, asc, desc, eq, gte, lt, max, ne, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { costs, snapshots } from "./tables.ts";

export type Snapshot = typeof snapshots.$inferSelect;
export type Cost = Omit<typeof costs.$inferSelect, "id"> & { id: Id<"cost"> };

/** Puts snapshots down, all in one statement; one that was taken stays. */
export function insertSnapshots(ctx: Ctx, rows: readonly Snapshot[]): Statement {
  return ctx.db.sql(
    `insert into revenue_snapshots (date, asset, mrr_minor, customers, new_minor, expansion_minor, contraction_minor,
       churn_minor, reactivation_minor, taken_at)
     select value ->> 'date', value ->> 'asset', value ->> 'mrrMinor', value ->> 'customers', value ->> 'newMinor',
       value ->> 'expansionMinor', value ->> 'contractionMinor', value ->> 'churnMinor', value ->> 'reactivationMinor',
       value ->> 'takenAt' from json_each(?) where true on conflict do nothing`,
    JSON.stringify(rows),
  );
}

export async function lastDate(ctx: Ctx): Promise<string | null> {
  const [row] = await ctx.db.primary.select({ date: max(snapshots.date) }).from(snapshots);
  return row?.date ?? null;
}

/** Snapshots from a day up to, but not including, another. */
export async function listSnapshots(ctx: Ctx, from: string, to: string): Promise<Snapshot[]> {
  return await ctx.db.read
    .select()
    .from(snapshots)
    .where(and(gte(snapshots.date, from), lt(snapshots.date, to)))
    .orderBy(asc(snapshots.date), asc(snapshots.asset));
}

export function insertCost(ctx: Ctx, row: Cost): Statement {
  return ctx.db.statement(ctx.db.primary.insert(costs).values(row));
}

export async function listCosts(ctx: Ctx, page: PageRequest): Promise<Cost[]> {
  const rows = await ctx.db.read
    .select()
    .from(costs)
    .where(page.after === null ? undefined : lt(costs.id, page.after))
    .orderBy(desc(costs.id))
    .limit(page.limit + 1);
  return rows as Cost[];
}

/** What was spent on winning customers from a day up to another, by asset. */
export async function sumAcquisition(ctx: Ctx, from: string, to: string): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.db.read
    .select({ asset: costs.asset, sum: sql<number>`sum(${costs.amountMinor})` })
    .from(costs)
    .where(and(gte(costs.date, from), lt(costs.date, to), ne(costs.kind, "other")))
    .groupBy(costs.asset);
  return new Map(rows.map(({ asset, sum }) => [asset, sum]));
}

/** Costs name the operator who recorded them, as the audit does. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  return { costs: await ctx.db.primary.select().from(costs).where(eq(costs.createdBy, userId)).limit(10_000) };
}
