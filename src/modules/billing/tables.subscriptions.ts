import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";

const LEVELS = sql.raw("('free', 'basic', 'pro', 'enterprise')");
const STATUSES = sql.raw("('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')");
const LEVEL = { enum: ["free", "basic", "pro", "enterprise"] } as const;
const INTERVAL = { enum: ["month", "year"] } as const;
const GATEWAY = { enum: ["stripe", "sandbox"] } as const;

/**
 * What must stay true:
 * - A person has at most one subscription that is not over, and tries a plan without paying once.
 * - What a subscription costs is written down when it is bought: a plan's new price is for new customers.
 * - Each change raises the version, and goes through only from the version that it was decided on.
 * - A vendor is asked for one thing at a time, under a key that was stored before.
 * - Whatever changes the monthly revenue leaves a movement in the same commit, which is never changed.
 */
export const subscriptions = sqliteTable(
  "billing_subscriptions",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    gateway: text(GATEWAY).notNull(),
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
    /** A second one that was paid for at the same time: it was ended at once, and its payment goes back. */
    surplus: integer({ mode: "boolean" }).notNull().default(false),
    endedAt: integer(),
    version: integer().notNull(),
    /** When the gateway was last asked. */
    syncedAt: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("billing_subscriptions_live")
      .on(table.userId)
      .where(sql`status <> 'canceled'`),
    unique("billing_subscriptions_gateway").on(table.gateway, table.gatewayRef),
    index("billing_subscriptions_user").on(table.userId, table.id),
    index("billing_subscriptions_due").on(table.status, table.syncedAt),
    check("billing_subscription_level", sql`level in ${LEVELS} and level <> 'free'`),
    check("billing_subscription_status", sql`status in ${STATUSES}`),
    check("billing_subscription_amount", sql`amount_minor >= 0`),
    check("billing_subscription_period", sql`current_period_end >= current_period_start`),
    check("billing_subscription_ended", sql`(status = 'canceled') = (ended_at is not null)`),
  ],
);

/** The checkout that somebody has open; a person has one. */
export const signups = sqliteTable("billing_signups", {
  userId: text().primaryKey(),
  /** The id that the subscription will have. */
  subscriptionId: text().notNull(),
  gateway: text(GATEWAY).notNull(),
  level: text(LEVEL).notNull(),
  interval: text(INTERVAL).notNull(),
  asset: text().notNull(),
  trial: integer({ mode: "boolean" }).notNull(),
  checkoutId: text(),
  /** Null while the gateway is being asked. */
  url: text(),
  begunAt: integer().notNull(),
  expiresAt: integer().notNull(),
});

/** Who has had a trial. Rows stay when the account goes, without the account's address. */
export const trials = sqliteTable(
  "billing_trials",
  {
    userId: text().primaryKey(),
    /** A keyed hash of the address, so that a new account of the same person is known. */
    personHash: text(),
    subscriptionId: text().notNull(),
    startedAt: integer().notNull(),
    endsAt: integer().notNull(),
    /** When the end was announced. */
    toldAt: integer(),
    outcome: text({ enum: ["open", "converted", "lost"] }).notNull(),
    decidedAt: integer(),
  },
  (table) => [
    index("billing_trials_person").on(table.personHash),
    index("billing_trials_open").on(table.outcome, table.endsAt),
    check("billing_trial_outcome", sql`outcome in ('open', 'converted', 'lost')`),
    check("billing_trial_decided", sql`(outcome = 'open') = (decided_at is null)`),
  ],
);

/** What a gateway was asked to do with a subscription. Its id is the key of the call. */
export const operations = sqliteTable(
  "billing_operations",
  {
    id: text().primaryKey(),
    subscriptionId: text()
      .notNull()
      .references(() => subscriptions.id),
    kind: text({ enum: ["upgrade", "downgrade", "cancel", "cancelNow", "resume"] }).notNull(),
    level: text(LEVEL),
    interval: text(INTERVAL),
    state: text({ enum: ["begun", "done", "failed"] }).notNull(),
    begunAt: integer().notNull(),
    settledAt: integer(),
  },
  (table) => [
    uniqueIndex("billing_operations_open")
      .on(table.subscriptionId)
      .where(sql`state = 'begun'`),
    check("billing_operation_state", sql`state in ('begun', 'done', 'failed')`),
    check("billing_operation_settled", sql`(state = 'begun') = (settled_at is null)`),
  ],
);

/** What changed the monthly recurring revenue. */
export const movements = sqliteTable(
  "billing_movements",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    subscriptionId: text().notNull(),
    userId: text().notNull(),
    /** The version of the subscription that it came with. */
    version: integer().notNull(),
    kind: text({ enum: ["new", "expansion", "contraction", "churn", "reactivation"] }).notNull(),
    asset: text().notNull(),
    level: text(LEVEL).notNull(),
    beforeMinor: integer().notNull(),
    afterMinor: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    unique("billing_movements_version").on(table.subscriptionId, table.version),
    index("billing_movements_at").on(table.at),
    index("billing_movements_user").on(table.userId),
    check(
      "billing_movement_kind",
      sql`case kind when 'new' then before_minor = 0 and after_minor > 0 when 'reactivation' then before_minor = 0 and after_minor > 0
        when 'churn' then before_minor > 0 and after_minor = 0 when 'expansion' then before_minor > 0 and after_minor > before_minor
        when 'contraction' then after_minor > 0 and after_minor < before_minor else 0 end`,
    ),
  ],
);
