import type { Id } from "#kernel/ids";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { PackageRow, PurchaseRow, VersionRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { PackagePrice } from "./tables.ts";

/** The packages that can be bought, the smallest first. */
export async function listPackages(ctx: Ctx): Promise<PackageRow[]> {
  return (await repository.listPackages(ctx)).filter(({ offered }) => offered);
}

export async function getPackage(ctx: Ctx, slug: string): Promise<PackageRow> {
  const row = await repository.findPackage(ctx, slug);
  if (!row?.offered) throw problems.packageNotFound({ detail: "GET /api/v1/packages lists all of them." });
  return row;
}

/** A package's price in a currency, or in its first one. */
export function priceOf({ prices, name }: PackageRow, asset: string | undefined): PackagePrice {
  const price = asset === undefined ? prices[0] : prices.find((candidate) => candidate.asset === asset);
  if (price) return price;
  throw problems.notPriced({ detail: `«${name}» is sold in ${prices.map((each) => each.asset).join(", ")}.` });
}

/** Whether one of somebody's packages holds a course. */
export async function mayRead(ctx: Ctx, userId: Id<"user">, course: string): Promise<boolean> {
  const [rows, all] = await Promise.all([repository.listPurchases(ctx, userId), repository.listPackages(ctx)]);
  const owned = new Set(rows.filter(({ state }) => state === "active").map(({ slug }) => slug));
  return all.some(({ slug, courses }) => owned.has(slug) && (courses === null || courses.includes(course)));
}

/** What the caller has bought, the newest first. */
export async function listPurchases(ctx: Ctx): Promise<PurchaseRow[]> {
  const rows = await repository.listPurchases(ctx, customerOf(ctx));
  return rows.filter(({ state }) => state !== "pending");
}

export async function listAllPackages(ctx: Ctx): Promise<PackageRow[]> {
  return await repository.listPackages(ctx);
}

export async function listVersions(ctx: Ctx, slug: string): Promise<VersionRow[]> {
  const rows = await repository.listVersions(ctx, slug);
  if (rows.length === 0) throw problems.packageNotFound();
  return rows;
}

export type CreatePackage = Omit<PackageRow, "version" | "updatedAt">;
export type UpdatePackage = Pick<PackageRow, "slug"> & Partial<Omit<CreatePackage, "slug">>;

const TAKEN = { "packages_packages.rank": problems.rankTaken, "packages_packages.slug": problems.slugTaken } as const;

export const createPackage = once(async (ctx: Ctx, input: CreatePackage): Promise<PackageRow> => {
  const row: PackageRow = { ...input, version: 1, updatedAt: ctx.now() };
  await commit(ctx, repository.insertPackage(ctx, row, describeActor(ctx).actor), {
    audit: { action: "package.created", target: row.slug, after: input },
    result: row,
    refusals: TAKEN,
  });
  return row;
});

/** Changes a package for whoever buys it from now on; what was sold keeps its price and its commission. */
export async function updatePackage(ctx: Ctx, { slug, ...change }: UpdatePackage): Promise<PackageRow> {
  const before = await repository.findPackage(ctx, slug);
  if (!before) throw problems.packageNotFound();
  const row: PackageRow = { ...before, ...change, version: before.version + 1, updatedAt: ctx.now() };
  await commit(ctx, repository.updatePackage(ctx, row, describeActor(ctx).actor), {
    audit: { action: "package.updated", target: slug, before, after: row },
    refusals: { ...TAKEN, packages_package_raced: problems.packageRaced },
  });
  return row;
}
