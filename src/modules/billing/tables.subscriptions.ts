import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

const LEVELS = sql.raw("('free', 'basic', 'pro', 'enterprise')");
const STATUSES = sql.raw("('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')");
const LEVEL = { enum: ["free", "basic", "pro", "enterprise"] } as const;
const INTERVAL = { enum: ["month", "year"] } as const;

/**
 * What must stay true:
 * - A person has at most one subscription that is not over.
 * - What a subscription costs is written down when it is bought: a plan's new price is for new customers.
 * - Each change raises the version, and goes through only from the version that it was decided on.
 */
export const subscriptions = sqliteTable(
  "billing_subscriptions",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    gateway: text({ enum: ["stripe", "sandbox"] }).notNull(),
    /** The gateway's own id of it. */
    gatewayRef: text().notNull(),
    level: text(LEVEL).notNull(),
    interval: text(INTERVAL).notNull(),
    asset: text().notNull(),
    /** Per interval, without tax. */
    amountMinor: integer().notNull(),
    status: text({
      enum: ["incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled"],
    }).notNull(),
    currentPeriodStart: integer().notNull(),
    currentPeriodEnd: integer().notNull(),
    trialEnd: integer(),
    cancelAtPeriodEnd: integer({ mode: "boolean" }).notNull(),
    scheduledLevel: text(LEVEL),
    scheduledInterval: text(INTERVAL),
    /** Since when payment is owed; null while nothing is. */
    pastDueSince: integer(),
    endedAt: integer(),
    version: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("billing_subscriptions_live")
      .on(table.userId)
      .where(sql`status <> 'canceled'`),
    uniqueIndex("billing_subscriptions_gateway").on(table.gateway, table.gatewayRef),
    index("billing_subscriptions_user").on(table.userId, table.id),
    index("billing_subscriptions_due").on(table.status, table.currentPeriodEnd),
    check("billing_subscription_level", sql`level in ${LEVELS} and level <> 'free'`),
    check("billing_subscription_status", sql`status in ${STATUSES}`),
    check("billing_subscription_amount", sql`amount_minor >= 0`),
    check("billing_subscription_period", sql`current_period_end > current_period_start`),
    check("billing_subscription_ended", sql`(status = 'canceled') = (ended_at is not null)`),
  ],
);
