import { and, gte, inArray } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { indexQuotes, indexSources } from "./tables.ts";

export type IndexQuote = typeof indexQuotes.$inferSelect;
export type IndexSource = typeof indexSources.$inferSelect;

/** What sources have said of some pairs since a moment. */
export async function listQuotes(
  ctx: Ctx,
  { bases, since }: { readonly bases: readonly string[]; readonly since: number },
): Promise<IndexQuote[]> {
  return await ctx.db.primary
    .select()
    .from(indexQuotes)
    .where(and(inArray(indexQuotes.base, [...bases]), gte(indexQuotes.at, since)));
}

export async function listSources(ctx: Ctx): Promise<IndexSource[]> {
  return await ctx.db.primary.select().from(indexSources);
}

/** Keeps what a source says; an older saying of it never takes a newer one's place. */
export function putQuotes(ctx: Ctx, quotes: readonly IndexQuote[]): Statement {
  return ctx.db.sql(
    `insert into market_index_quotes (base, quote, source, price, at)
     select value ->> 'base', value ->> 'quote', value ->> 'source', value ->> 'price', value ->> 'at' from json_each(?)
     where true on conflict do update set price = excluded.price, at = excluded.at where excluded.at > market_index_quotes.at`,
    JSON.stringify(quotes),
  );
}

export function putSource(ctx: Ctx, row: IndexSource): Statement {
  const { source: _source, ...rest } = row;
  return ctx.db.statement(
    ctx.db.primary.insert(indexSources).values(row).onConflictDoUpdate({ target: indexSources.source, set: rest }),
  );
}
