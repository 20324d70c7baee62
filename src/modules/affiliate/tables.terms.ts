import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - Rates and caps are rows that are added: what held at any moment can be looked up. A rate's end may come sooner, nothing
 *   else of it changes, and no sale of before is touched.
 * - What somebody has earned on a day is counted in the commit that grants it, so that a cap is a condition of that commit.
 */
export const rates = sqliteTable(
  "affiliate_rates",
  {
    id: text().primaryKey(),
    /** Of which package; null for all of them. */
    slug: text(),
    level1Bps: integer().notNull(),
    level2Bps: integer().notNull(),
    startsAt: integer().notNull(),
    endsAt: integer(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("affiliate_rates_span").on(table.startsAt, table.endsAt),
    check("affiliate_rate_bps", sql`level1_bps >= 0 and level2_bps >= 0 and level1_bps + level2_bps <= 10000`),
    check("affiliate_rate_span", sql`ends_at is null or ends_at >= starts_at`),
  ],
);

export const caps = sqliteTable(
  "affiliate_caps",
  {
    id: text().primaryKey(),
    asset: text().notNull(),
    /** What one member earns at most in a calendar month; null for no bound. */
    monthMinor: integer(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("affiliate_caps_newest").on(table.asset, table.id),
    check("affiliate_cap_amount", sql`month_minor is null or month_minor >= 0`),
  ],
);

/** What a day has brought, kept up with each commission and each correction. */
export const earnedDays = sqliteTable(
  "affiliate_earned_days",
  {
    userId: text().notNull(),
    day: text().notNull(),
    asset: text().notNull(),
    earnedMinor: integer().notNull().default(0),
    takenBackMinor: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ name: "affiliate_earned_days_key", columns: [table.userId, table.asset, table.day] }),
    check("affiliate_earned_day_amounts", sql`earned_minor >= 0 and taken_back_minor >= 0`),
  ],
);

/** Keyed hashes of what somebody has paid with, for telling one person with two accounts. */
export const paymentMethods = sqliteTable(
  "affiliate_payment_methods",
  { userId: text().notNull(), methodKey: text().notNull(), seenAt: integer().notNull() },
  (table) => [
    primaryKey({ name: "affiliate_payment_methods_key", columns: [table.userId, table.methodKey] }),
    index("affiliate_payment_methods_method").on(table.methodKey),
  ],
);
