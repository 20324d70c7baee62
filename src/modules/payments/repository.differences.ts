import { asc, desc, isNull } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { GatewayName } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { comparisons, differences } from "./tables.ts";

export type DifferenceRow = Omit<typeof differences.$inferSelect, "id"> & { id: Id<"diff"> };
export type ComparisonRow = typeof comparisons.$inferSelect;

/** Notes a difference; one that is known keeps its age, and one that had been settled begins again. */
export function upsertDifference(
  ctx: Ctx,
  row: Omit<DifferenceRow, "id" | "firstSeenAt" | "lastSeenAt" | "resolvedAt">,
): Statement {
  return ctx.db.sql(
    `insert into payments_differences (id, provider, kind, subject, amount, asset, first_seen_at, last_seen_at)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
     on conflict (provider, kind, subject) do update set last_seen_at = excluded.last_seen_at,
       amount = excluded.amount, asset = excluded.asset,
       first_seen_at = iif(resolved_at is null, first_seen_at, excluded.first_seen_at), resolved_at = null`,
    ctx.newId("diff"),
    row.provider,
    row.kind,
    row.subject,
    row.amount,
    row.asset,
    ctx.now(),
  );
}

/** Ends the differences of some kinds that a whole comparison begun at `since` has not met again. */
export function resolveUnseen(ctx: Ctx, provider: GatewayName, since: number): Statement {
  return ctx.db.sql(
    `update payments_differences set resolved_at = ? where provider = ? and resolved_at is null and last_seen_at < ?`,
    ctx.now(),
    provider,
    since,
  );
}

export async function listDifferences(ctx: Ctx, limit: number): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(isNull(differences.resolvedAt))
    .orderBy(asc(differences.firstSeenAt))
    .limit(limit);
  return rows as DifferenceRow[];
}

export async function listComparisons(ctx: Ctx): Promise<ComparisonRow[]> {
  return await ctx.db.primary.select().from(comparisons).orderBy(desc(comparisons.comparedAt));
}

export function putComparison(ctx: Ctx, row: ComparisonRow): Statement {
  const { provider: _provider, ...rest } = row;
  const query = ctx.db.primary
    .insert(comparisons)
    .values(row)
    .onConflictDoUpdate({ target: comparisons.provider, set: rest });
  return ctx.db.statement(query);
}
