import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A dearer package has a higher rank, and holds what its row names, or every course there is.
 * - Every version that a package ever had is kept: what somebody was charged, and which commission was promised, can be
 *   looked up.
 * - A person owns a package once. What was paid for it is written down when it is bought, before tax.
 * - Access begins with the captured payment and ends with its full refund; a package that was bought for the difference
 *   ends with the one that it stands on.
 */

export interface PackagePrice {
  readonly asset: string;
  readonly amountMinor: number;
}

const contents = {
  name: text().notNull(),
  rank: integer().notNull(),
  prices: text({ mode: "json" }).$type<readonly PackagePrice[]>().notNull(),
  /** Slugs of courses; null for all of them. */
  courses: text({ mode: "json" }).$type<readonly string[]>(),
  level1Bps: integer().notNull(),
  level2Bps: integer().notNull(),
  offered: integer({ mode: "boolean" }).notNull(),
};

export const packages = sqliteTable(
  "packages_packages",
  { slug: text().primaryKey(), version: integer().notNull(), ...contents, updatedAt: integer().notNull() },
  (table) => [
    unique("packages_packages_rank").on(table.rank),
    check("packages_package_rates", sql`level1_bps >= 0 and level2_bps >= 0 and level1_bps + level2_bps <= 10000`),
  ],
);

export const packageVersions = sqliteTable(
  "packages_package_versions",
  {
    slug: text().notNull(),
    version: integer().notNull(),
    ...contents,
    changedBy: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ name: "packages_package_versions_key", columns: [table.slug, table.version] })],
);

export const purchases = sqliteTable(
  "packages_purchases",
  {
    /** The payment's own id: one purchase for each payment. */
    paymentId: text().primaryKey(),
    userId: text().notNull(),
    slug: text().notNull(),
    /** Of the package when it was bought. */
    version: integer().notNull(),
    asset: text().notNull(),
    /** What was charged, before tax. */
    netMinor: integer().notNull(),
    /** What earlier packages had cost and was taken off. */
    creditMinor: integer().notNull(),
    state: text({ enum: ["pending", "active", "ended", "unneeded"] }).notNull(),
    createdAt: integer().notNull(),
    activatedAt: integer(),
    endedAt: integer(),
  },
  (table) => [
    uniqueIndex("packages_purchases_owned")
      .on(table.userId, table.slug)
      .where(sql`state = 'active'`),
    index("packages_purchases_user").on(table.userId, table.createdAt),
    check("packages_purchase_state", sql`state in ('pending', 'active', 'ended', 'unneeded')`),
    check("packages_purchase_amounts", sql`net_minor >= 1 and credit_minor >= 0`),
  ],
);
