import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { GatewayName } from "#modules/gateways";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { comparisons, differences } from "./tables.ts";

export type DifferenceRow = Omit<typeof differences.$inferSelect, "id"> & { id: Id<"diff"> };
export type ComparisonRow = typeof comparisons.$inferSelect;

/** Notes a difference; one that is known keeps its age, and one that had been settled begins again. */
export function upsertDifference(
  ctx: Ctx,
  row: Pick<DifferenceRow, "provider" | "kind" | "subject" | "amount" | "asset">,
): Statement {
  return ctx.db.sql(
    `insert into payments_differences (id, provider, kind, subject, amount, asset, first_seen_at, last_seen_at)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
     on conflict (provider, kind, subject) do update set last_seen_at = excluded.last_seen_at,
       amount = excluded.amount, asset = excluded.asset,
       first_seen_at = iif(resolved_at is null, first_seen_at, excluded.first_seen_at),
       alerted_at = iif(resolved_at is null, alerted_at, null), resolved_at = null`,
    ctx.newId("diff"),
    row.provider,
    row.kind,
    row.subject,
    row.amount,
    row.asset,
    ctx.now(),
  );
}

/** Ends the differences of the given kinds that a whole comparison begun at `since` has not met again. */
export function resolveUnseen(
  ctx: Ctx,
  provider: GatewayName,
  { kinds, since }: { readonly kinds: readonly string[]; readonly since: number },
): Statement {
  return ctx.db.sql(
    `update payments_differences set resolved_at = ?1 where provider = ?2 and resolved_at is null and last_seen_at < ?3
       and kind in (select value from json_each(?4))`,
    ctx.now(),
    provider,
    since,
    JSON.stringify(kinds),
  );
}

/** Ends one difference; refused as `payments_difference_over`. */
export function resolveDifference(ctx: Ctx, id: Id<"diff">): Statement[] {
  const query = ctx.db.primary
    .update(differences)
    .set({ resolvedAt: ctx.now() })
    .where(and(eq(differences.id, id), isNull(differences.resolvedAt)));
  return [ctx.db.statement(query), expectChange(ctx, "payments_difference_over")];
}

export async function findDifference(ctx: Ctx, id: Id<"diff">): Promise<DifferenceRow | null> {
  const [row] = await ctx.db.primary.select().from(differences).where(eq(differences.id, id)).limit(1);
  return (row as DifferenceRow | undefined) ?? null;
}

/** Open differences, the oldest first. */
export async function listDifferences(ctx: Ctx, limit: number): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(isNull(differences.resolvedAt))
    .orderBy(asc(differences.firstSeenAt))
    .limit(limit);
  return rows as DifferenceRow[];
}

export async function listOfKinds(ctx: Ctx, provider: GatewayName, kinds: readonly string[]): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(
      and(eq(differences.provider, provider), isNull(differences.resolvedAt), inArray(differences.kind, [...kinds])),
    )
    .limit(50);
  return rows as DifferenceRow[];
}

export async function listUnalerted(ctx: Ctx): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(and(isNull(differences.resolvedAt), isNull(differences.alertedAt)))
    .limit(100);
  return rows as DifferenceRow[];
}

export function setAlerted(ctx: Ctx, rows: readonly DifferenceRow[]): Statement {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const query = ctx.db.primary
    .update(differences)
    .set({ alertedAt: ctx.now() })
    .where(inArray(differences.id, sql`(select value from json_each(${ids}))`));
  return ctx.db.statement(query);
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
