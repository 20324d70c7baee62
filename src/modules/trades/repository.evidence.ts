import { and, asc, eq, isNotNull, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { evidence } from "./tables.ts";

export type Evidence = Omit<typeof evidence.$inferSelect, "id" | "tradeId" | "userId"> & {
  id: Id<"file">;
  tradeId: Id<"trade">;
  userId: Id<"user">;
};

/** Keeps a file's row; refused as `trades_evidence_full` or `trades_evidence_late`, where the trade takes none any more. */
export function insertEvidence(ctx: Ctx, row: Evidence, most: number): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(evidence).values(row)),
    ctx.db.sql(
      `insert into platform_expectations (name, holds) values ('trades_evidence_full',
         (select count(*) from trades_evidence where trade_id = ? and user_id = ?) <= ?)`,
      row.tradeId,
      row.userId,
      most,
    ),
    ctx.db.sql(
      `insert into platform_expectations (name, holds) values ('trades_evidence_late',
         (select state in ('paid', 'disputed') from trades_trades where id = ?))`,
      row.tradeId,
    ),
  ];
}

export async function findEvidence(ctx: Ctx, id: string): Promise<Evidence | null> {
  const [row] = await ctx.db.primary.select().from(evidence).where(eq(evidence.id, id)).limit(1);
  return (row as Evidence | undefined) ?? null;
}

export async function listEvidence(ctx: Ctx, tradeId: string): Promise<Evidence[]> {
  return (await ctx.db.primary
    .select()
    .from(evidence)
    .where(eq(evidence.tradeId, tradeId))
    .orderBy(asc(evidence.id))
    .limit(100)) as Evidence[];
}

export async function listEvidenceOf(ctx: Ctx, userId: string): Promise<Evidence[]> {
  return (await ctx.db.primary
    .select()
    .from(evidence)
    .where(eq(evidence.userId, userId))
    .orderBy(asc(evidence.id))
    .limit(10_000)) as Evidence[];
}

/** Files of trades that have not moved since a moment and are over. */
export async function listOld(ctx: Ctx, before: number): Promise<Evidence[]> {
  return (await ctx.db.primary
    .select()
    .from(evidence)
    .where(
      and(
        isNotNull(evidence.sealedKey),
        lt(evidence.createdAt, before),
        sql`exists (select 1 from trades_trades t where t.id = trade_id and t.state_since < ${before}
          and t.state in ('released', 'cancelled', 'expired', 'resolved'))`,
      ),
    )
    .limit(200)) as Evidence[];
}

/** Throws a file's key away: what is left of it is noise. */
export function forgetFile(ctx: Ctx, id: string): Statement {
  return ctx.db.sql("update trades_evidence set sealed_key = null where id = ?", id);
}

export function forgetFilesOf(ctx: Ctx, userId: string): Statement {
  return ctx.db.sql("update trades_evidence set sealed_key = null where user_id = ?", userId);
}
