import { sql } from "drizzle-orm";
import { check, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { Limits, PlanPrice } from "./rules.plans.ts";

/**
 * What must stay true:
 * - Each level has one plan, and every version that a plan ever had is kept.
 * - A person has at most one subscription that is not over, and tries a plan without paying once.
 * - What a subscription costs is written down when it is bought: a plan's new price is for new customers.
 * - Amounts are whole minor units, without tax.
 */

const LEVELS = sql.raw("('free', 'basic', 'pro', 'enterprise')");

export const plans = sqliteTable(
  "billing_plans",
  {
    id: text().primaryKey(),
    level: text({ enum: ["free", "basic", "pro", "enterprise"] }).notNull(),
    rank: integer().notNull(),
    version: integer().notNull(),
    name: text().notNull(),
    support: text({ enum: ["community", "email", "priority", "dedicated"] }).notNull(),
    limits: text({ mode: "json" }).$type<Limits>().notNull(),
    prices: text({ mode: "json" }).$type<readonly PlanPrice[]>().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    unique("billing_plans_level").on(table.level),
    unique("billing_plans_rank").on(table.rank),
    check("billing_plan_level", sql`level in ${LEVELS}`),
    check("billing_plan_support", sql`support in ('community', 'email', 'priority', 'dedicated')`),
  ],
);

export const planVersions = sqliteTable(
  "billing_plan_versions",
  {
    planId: text()
      .notNull()
      .references(() => plans.id),
    version: integer().notNull(),
    name: text().notNull(),
    support: text().notNull(),
    limits: text({ mode: "json" }).$type<Limits>().notNull(),
    prices: text({ mode: "json" }).$type<readonly PlanPrice[]>().notNull(),
    changedBy: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ name: "billing_plan_versions_key", columns: [table.planId, table.version] })],
);
