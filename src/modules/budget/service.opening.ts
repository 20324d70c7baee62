import type { Asset } from "#kernel/money";
import { findAccount } from "#modules/identity";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { currencyOf, findCurrency } from "./currencies.ts";
import type { Profile } from "./repository.books.ts";
import { findProfile, openBudget } from "./repository.books.ts";

export interface Opening {
  readonly profile: Profile | null;
  /** What the budget is counted in. */
  readonly asset: Asset;
  readonly country: string | null;
  /** What goes before everything that stands on an open budget; empty once it is open. */
  readonly statements: readonly Statement[];
}

/** Where somebody starts who has no budget yet: what the account counts in, in the country of its owner. */
async function defaultsOf(ctx: Ctx): Promise<{ asset: string; country: string | null }> {
  const account = await findAccount(ctx, customerOf(ctx));
  return { asset: account?.displayCurrency ?? "USD", country: account?.country ?? null };
}

/** What the caller's budget is counted in, whether it is open or not. */
export async function assetOf(ctx: Ctx, known: string | null): Promise<Asset> {
  return currencyOf(known ?? (await defaultsOf(ctx)).asset);
}

/** The caller's budget, which is opened by the first thing that is put into it. */
export async function readOpening(ctx: Ctx): Promise<Opening> {
  const userId = customerOf(ctx);
  const profile = await findProfile(ctx, userId);
  if (profile) return { profile, asset: currencyOf(profile.asset), country: profile.country, statements: [] };
  const { asset: code, country } = await defaultsOf(ctx);
  const asset = findCurrency(code) ?? currencyOf("USD");
  return { profile, asset, country, statements: openBudget(ctx, userId, { asset: asset.code, country }) };
}
