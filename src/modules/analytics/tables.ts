import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";

/**
 * What must stay true:
 * - Activity names accounts and no addresses, and goes when its account does or after 400 days.
 * - A rollup of a day can be taken again from its activity and says the same; it names nobody.
 */

/** Who used what on which day. */
export const activity = sqliteTable(
  "analytics_activity",
  {
    day: text().notNull(),
    userId: text().notNull(),
    feature: text().notNull(),
    calls: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.userId, table.feature] }),
    index("analytics_activity_user").on(table.userId, table.day),
    check("analytics_activity_calls", sql`calls > 0`),
  ],
);

/** What API keys called on which day. */
export const keyUsage = sqliteTable(
  "analytics_key_usage",
  {
    day: text().notNull(),
    keyId: text().notNull(),
    userId: text().notNull(),
    route: text().notNull(),
    calls: integer().notNull(),
    failures: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.keyId, table.route] }),
    index("analytics_key_usage_user").on(table.userId, table.day),
  ],
);

/** When accounts came to be, and when they first paid. */
export const people = sqliteTable(
  "analytics_people",
  {
    userId: text().primaryKey(),
    verifiedOn: text().notNull(),
    paidOn: text(),
  },
  (table) => [
    index("analytics_people_verified").on(table.verifiedOn),
    index("analytics_people_paid")
      .on(table.paidOn)
      .where(sql`paid_on is not null`),
  ],
);

/** What is counted without a name: visits and registrations. */
export const counts = sqliteTable(
  "analytics_counts",
  { day: text().notNull(), name: text().notNull(), amount: integer().notNull() },
  (table) => [primaryKey({ columns: [table.day, table.name] })],
);

export const days = sqliteTable("analytics_days", {
  day: text().primaryKey(),
  visits: integer().notNull(),
  registered: integer().notNull(),
  verified: integer().notNull(),
  paid: integer().notNull(),
  dau: integer().notNull(),
  wau: integer().notNull(),
  mau: integer().notNull(),
  calls: integer().notNull(),
  apiCalls: integer().notNull(),
  apiFailures: integer().notNull(),
});

export const features = sqliteTable(
  "analytics_features",
  { day: text().notNull(), feature: text().notNull(), users: integer().notNull(), calls: integer().notNull() },
  (table) => [primaryKey({ columns: [table.day, table.feature] })],
);

/** Of the accounts of a week, how many were active so many weeks later. */
export const retention = sqliteTable(
  "analytics_retention",
  {
    /** The Monday of the week they came in. */
    cohort: text().notNull(),
    week: integer().notNull(),
    size: integer().notNull(),
    active: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.cohort, table.week] })],
);
