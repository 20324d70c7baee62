import { getOnboarding } from "#modules/identity";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { updateProfile } from "./repository.books.ts";
import { insertCategories, readCategories } from "./repository.categories.ts";
import { foldText } from "./rules.text.ts";
import { newCategory } from "./service.categories.ts";
import { readOpening } from "./service.opening.ts";
import { starterOf } from "./starter.ts";

export interface BudgetProfile {
  /** What the budget is counted in. */
  readonly asset: string;
  readonly country: string | null;
  /** When the starter categories were put down. */
  readonly startedAt: number | null;
  /** What the person has told of income, plans and household. */
  readonly onboarding: Readonly<Record<string, unknown>>;
}

export async function getProfile(ctx: Ctx): Promise<BudgetProfile> {
  const [{ profile, asset, country }, { data }] = await Promise.all([readOpening(ctx), getOnboarding(ctx)]);
  return { asset: asset.code, country, startedAt: profile?.startedAt ?? null, onboarding: data };
}

export interface PutProfile {
  readonly asset?: string | undefined;
  readonly country?: string | null | undefined;
  /** Puts the country's starter categories down, those whose names are not in use yet. */
  readonly starter?: boolean | undefined;
}

export async function putProfile(ctx: Ctx, input: PutProfile): Promise<BudgetProfile> {
  const opening = await readOpening(ctx);
  const { asset = opening.asset.code, country = opening.country } = input;
  const starters = input.starter === true ? await newStarters(ctx, country) : [];
  const startedAt = input.starter === true ? ctx.now() : (opening.profile?.startedAt ?? null);
  const moved = asset !== opening.asset.code;
  const statements = [
    ...opening.statements,
    ...updateProfile(ctx, customerOf(ctx), { asset, country, startedAt, moved }),
    ...(starters.length > 0 ? [insertCategories(ctx, starters)] : []),
  ];
  await commit(ctx, statements, {
    refusals: {
      budget_asset_in_use: () =>
        problems.budgetAssetInUse({ detail: "It cannot change once there are amounts; start with a fresh account." }),
    },
  });
  return await getProfile(ctx);
}

async function newStarters(ctx: Ctx, country: string | null): Promise<ReturnType<typeof newCategory>[]> {
  const known = new Set((await readCategories(ctx, customerOf(ctx))).map(({ folded }) => folded));
  return starterOf(country)
    .filter(({ name }) => !known.has(foldText(name)))
    .map((starter, position) => newCategory(ctx, { ...starter, position }));
}
