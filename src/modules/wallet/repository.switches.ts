import { eq } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { assetStates } from "./tables.ts";

export type AssetState = typeof assetStates.$inferSelect;

/** How an asset stands; without a row it is open, and nobody has said why. */
export type AssetSwitch = Pick<AssetState, "asset" | "deposits" | "withdrawals"> & { readonly reason: string | null };

export async function listAssetStates(ctx: Ctx): Promise<AssetState[]> {
  return await ctx.db.primary.select().from(assetStates);
}

export async function findAssetState(ctx: Ctx, asset: string): Promise<AssetState | null> {
  const [row] = await ctx.db.primary.select().from(assetStates).where(eq(assetStates.asset, asset)).limit(1);
  return row ?? null;
}

export function putAssetState(ctx: Ctx, state: AssetState): Statement {
  const { asset: _asset, ...rest } = state;
  const query = ctx.db.primary
    .insert(assetStates)
    .values(state)
    .onConflictDoUpdate({ target: assetStates.asset, set: rest });
  return ctx.db.statement(query);
}
