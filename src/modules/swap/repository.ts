import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { pairs, quotes, swaps } from "./tables.ts";

export type Pair = typeof pairs.$inferSelect;
export type Quote = Omit<typeof quotes.$inferSelect, "id" | "userId"> & { id: Id<"quote">; userId: Id<"user"> };
export type Swap = Omit<typeof swaps.$inferSelect, "id" | "quoteId" | "userId"> & {
  id: Id<"swap">;
  quoteId: Id<"quote">;
  userId: Id<"user">;
};

export const QUOTE_USED = "swap_swaps.quote_id";
export const QUOTE_ENDED = "swap_quote_ended";

export async function listPairs(ctx: Ctx): Promise<Pair[]> {
  return await ctx.db.read.select().from(pairs).orderBy(pairs.fromAsset, pairs.toAsset);
}

export async function findPair(ctx: Ctx, from: string, to: string): Promise<Pair | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(pairs)
    .where(and(eq(pairs.fromAsset, from), eq(pairs.toAsset, to)))
    .limit(1);
  return row ?? null;
}

export function putPair(ctx: Ctx, row: Pair): Statement {
  const { fromAsset: _from, toAsset: _to, ...rest } = row;
  const target = [pairs.fromAsset, pairs.toAsset];
  return ctx.db.statement(ctx.db.primary.insert(pairs).values(row).onConflictDoUpdate({ target, set: rest }));
}

export async function findQuote(ctx: Ctx, id: Id<"quote">): Promise<Quote | null> {
  const [row] = await ctx.db.primary.select().from(quotes).where(eq(quotes.id, id)).limit(1);
  return (row as Quote | undefined) ?? null;
}

export function insertQuote(ctx: Ctx, quote: Quote): Statement {
  return ctx.db.statement(ctx.db.primary.insert(quotes).values(quote));
}

/** Keeps a swap, refused where its quote has ended or made another one. */
export function insertSwap(ctx: Ctx, swap: Swap): Statement[] {
  return [
    ctx.db.sql(
      "update swap_quotes set expires_at = expires_at where id = ? and user_id = ? and expires_at > ?",
      swap.quoteId,
      swap.userId,
      ctx.now(),
    ),
    expectChange(ctx, QUOTE_ENDED),
    ctx.db.statement(ctx.db.primary.insert(swaps).values(swap)),
  ];
}

export async function findSwap(ctx: Ctx, id: Id<"swap">): Promise<Swap | null> {
  const [row] = await ctx.db.read.select().from(swaps).where(eq(swaps.id, id)).limit(1);
  return (row as Swap | undefined) ?? null;
}

/** Whether a quote has made a swap. */
export async function isUsed(ctx: Ctx, id: Id<"quote">): Promise<boolean> {
  const [row] = await ctx.db.primary.select({ id: swaps.id }).from(swaps).where(eq(swaps.quoteId, id)).limit(1);
  return row !== undefined;
}

export async function listSwaps(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Swap[]> {
  return (await ctx.db.read
    .select()
    .from(swaps)
    .where(and(eq(swaps.userId, userId), page.after === null ? undefined : lt(swaps.id, page.after)))
    .orderBy(desc(swaps.id))
    .limit(page.limit + 1)) as Swap[];
}

/** Everything of somebody. */
export async function exportSwaps(ctx: Ctx, userId: Id<"user">): Promise<{ swaps: unknown; quotes: unknown }> {
  const [made, asked] = await Promise.all([
    ctx.db.read.select().from(swaps).where(eq(swaps.userId, userId)),
    ctx.db.read.select().from(quotes).where(eq(quotes.userId, userId)),
  ]);
  return { swaps: made, quotes: asked };
}

/** Takes quotes away that ended before a moment; what they made is kept by itself. */
export function deleteQuotesOf(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(quotes).where(eq(quotes.userId, userId)));
}
