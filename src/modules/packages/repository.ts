import { and, asc, desc, eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { packages, packageVersions, purchases } from "./tables.ts";

export type PackageRow = typeof packages.$inferSelect;
export type VersionRow = typeof packageVersions.$inferSelect;
export type PurchaseRow = Omit<typeof purchases.$inferSelect, "paymentId" | "userId"> & {
  paymentId: Id<"pay">;
  userId: Id<"user">;
};

export async function listPackages(ctx: Ctx): Promise<PackageRow[]> {
  return await ctx.db.read.select().from(packages).orderBy(asc(packages.rank));
}

export async function findPackage(ctx: Ctx, slug: string): Promise<PackageRow | null> {
  const [row] = await ctx.db.primary.select().from(packages).where(eq(packages.slug, slug)).limit(1);
  return row ?? null;
}

export async function listVersions(ctx: Ctx, slug: string): Promise<VersionRow[]> {
  return await ctx.db.read
    .select()
    .from(packageVersions)
    .where(eq(packageVersions.slug, slug))
    .orderBy(desc(packageVersions.version))
    .limit(200);
}

function insertVersion(ctx: Ctx, { updatedAt, ...row }: PackageRow, changedBy: string): Statement {
  return ctx.db.statement(ctx.db.primary.insert(packageVersions).values({ ...row, changedBy, at: updatedAt }));
}

export function insertPackage(ctx: Ctx, row: PackageRow, changedBy: string): Statement[] {
  return [ctx.db.statement(ctx.db.primary.insert(packages).values(row)), insertVersion(ctx, row, changedBy)];
}

/** Puts a new version in the place of the one that it was made from; refused as `packages_package_raced`. */
export function updatePackage(ctx: Ctx, row: PackageRow, changedBy: string): Statement[] {
  const query = ctx.db.primary
    .update(packages)
    .set(row)
    .where(and(eq(packages.slug, row.slug), eq(packages.version, row.version - 1)));
  return [ctx.db.statement(query), expectChange(ctx, "packages_package_raced"), insertVersion(ctx, row, changedBy)];
}

export async function listPurchases(ctx: Ctx, userId: Id<"user">): Promise<PurchaseRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(purchases)
    .where(eq(purchases.userId, userId))
    .orderBy(desc(purchases.createdAt), desc(purchases.paymentId));
  return rows as PurchaseRow[];
}

export async function findPurchase(ctx: Ctx, paymentId: string): Promise<PurchaseRow | null> {
  const [row] = await ctx.db.primary.select().from(purchases).where(eq(purchases.paymentId, paymentId)).limit(1);
  return (row as PurchaseRow | undefined) ?? null;
}

/** Notes a purchase that waits for its payment; one that is known stays as it is. */
export function insertPending(ctx: Ctx, row: PurchaseRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(purchases).values(row).onConflictDoNothing());
}

/**
 * Ends the wait of a purchase, or puts it down if its buyer's call had died before. The second one of the same package
 * is refused under `packages_purchases.user_id, packages_purchases.slug`.
 */
export function settlePurchase(ctx: Ctx, row: PurchaseRow): Statement {
  const { state, activatedAt, endedAt } = row;
  const query = ctx.db.primary
    .insert(purchases)
    .values(row)
    .onConflictDoUpdate({
      target: purchases.paymentId,
      set: { state, activatedAt, endedAt },
      setWhere: eq(purchases.state, "pending"),
    });
  return ctx.db.statement(query);
}

export function endPurchase(ctx: Ctx, paymentId: string): Statement {
  const query = ctx.db.primary
    .update(purchases)
    .set({ state: "ended", endedAt: ctx.now() })
    .where(and(eq(purchases.paymentId, paymentId), eq(purchases.state, "active")));
  return ctx.db.statement(query);
}
