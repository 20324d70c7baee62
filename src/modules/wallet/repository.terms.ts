import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { ChangedTerms } from "./terms.ts";
import { assetTerms } from "./tables.ts";

/** What operators have changed of assets' terms, by asset. */
export async function listChangedTerms(ctx: Ctx): Promise<ReadonlyMap<string, ChangedTerms>> {
  const rows = await ctx.db.primary.select().from(assetTerms);
  return new Map(rows.map(({ asset, terms }) => [asset, terms]));
}

export function putChangedTerms(ctx: Ctx, asset: string, terms: ChangedTerms): Statement {
  const values = { terms, updatedAt: ctx.now() };
  const query = ctx.db.primary.insert(assetTerms).values({ asset, ...values });
  return ctx.db.statement(query.onConflictDoUpdate({ target: assetTerms.asset, set: values }));
}
