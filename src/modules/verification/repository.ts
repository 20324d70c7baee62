import { and, asc, desc, eq, gt, isNotNull, isNull, lte } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { documents, tiers } from "./tables.ts";

export type TierRow = typeof tiers.$inferSelect;
export type Document = Omit<typeof documents.$inferSelect, "id" | "userId"> & { id: Id<"file">; userId: Id<"user"> };

export async function findTier(ctx: Ctx, userId: string): Promise<TierRow | null> {
  const [row] = await ctx.db.primary.select().from(tiers).where(eq(tiers.userId, userId)).limit(1);
  return row ?? null;
}

export function putTier(ctx: Ctx, { userId, ...set }: TierRow): Statement {
  return ctx.db.statement(
    ctx.db.primary
      .insert(tiers)
      .values({ userId, ...set })
      .onConflictDoUpdate({ target: tiers.userId, set }),
  );
}

/** Puts a document down unless its owner has as many as are allowed; refused as `verification_documents_full`. */
export function insertDocument(ctx: Ctx, document: Document, limit: number): Statement[] {
  const { id, userId, kind, contentType, bytes, fileKey, sealedKey, createdAt } = document;
  const insert = ctx.db.sql(
    `insert into verification_documents (id, user_id, kind, content_type, bytes, file_key, sealed_key, created_at)
     select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
     where (select count(*) from verification_documents where user_id = ?2 and sealed_key is not null) < ?9`,
    id,
    userId,
    kind,
    contentType,
    bytes,
    fileKey,
    sealedKey,
    createdAt,
    limit,
  );
  return [insert, expectChange(ctx, "verification_documents_full")];
}

export async function findDocument(ctx: Ctx, id: string): Promise<Document | null> {
  const [row] = await ctx.db.primary.select().from(documents).where(eq(documents.id, id)).limit(1);
  return (row as Document | undefined) ?? null;
}

export async function listDocuments(ctx: Ctx, userId: string): Promise<Document[]> {
  const rows = await ctx.db.primary
    .select()
    .from(documents)
    .where(eq(documents.userId, userId))
    .orderBy(desc(documents.id))
    .limit(100);
  return rows as Document[];
}

/** Documents over which nobody has decided, the oldest first; one row more than the page, to tell whether more follows. */
export async function listWaiting(ctx: Ctx, { limit, after }: PageRequest): Promise<Document[]> {
  const waiting = and(isNotNull(documents.sealedKey), isNull(documents.deleteAt));
  const rows = await ctx.db.read
    .select()
    .from(documents)
    .where(after === null ? waiting : and(waiting, gt(documents.id, after)))
    .orderBy(asc(documents.id))
    .limit(limit + 1);
  return rows as Document[];
}

/** Lets the time of a person's documents begin to run: somebody has decided over them. */
export function scheduleDeletion(ctx: Ctx, userId: string, deleteAt: number): Statement {
  return ctx.db.statement(
    ctx.db.primary
      .update(documents)
      .set({ deleteAt })
      .where(and(eq(documents.userId, userId), isNotNull(documents.sealedKey), isNull(documents.deleteAt))),
  );
}

export async function listDue(ctx: Ctx): Promise<Document[]> {
  const rows = await ctx.db.primary
    .select()
    .from(documents)
    .where(and(isNotNull(documents.sealedKey), lte(documents.deleteAt, ctx.now())))
    .limit(500);
  return rows as Document[];
}

/** Throws a document's key away: whatever is left of the file is noise from here on. */
export function forgetFile(ctx: Ctx, id: string): Statement {
  return ctx.db.statement(ctx.db.primary.update(documents).set({ sealedKey: null }).where(eq(documents.id, id)));
}

export function erase(ctx: Ctx, userId: string): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.delete(documents).where(eq(documents.userId, userId))),
    ctx.db.statement(ctx.db.primary.delete(tiers).where(eq(tiers.userId, userId))),
  ];
}
