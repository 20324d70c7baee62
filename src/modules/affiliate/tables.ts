import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - Who brought somebody in is written once, when the account comes to be, and is never changed: no cycle can arise,
 *   because whoever brings somebody in was there before.
 * - A sale brings one commission for each level, whose amount never changes: a correction is a row below zero.
 * - What is held, available and owed in `affiliate_earnings` is what the commissions and the ledger add up to.
 * - A visitor is kept as a hash whose salt changes each day, for two days.
 */

export const members = sqliteTable(
  "affiliate_members",
  {
    userId: text().primaryKey(),
    /** Upper case. */
    code: text().notNull(),
    /** Level 1 above this member, and level 2. */
    referrerId: text(),
    secondReferrerId: text(),
    /** A keyed hash of the device that the account was opened on, for telling one person with two accounts. */
    deviceKey: text(),
    /** Commissions on this member's purchases: wait in review, go through, or are not paid. */
    review: text({ enum: ["none", "held", "cleared", "refused"] }).notNull(),
    reviewReason: text(),
    onLeaderboard: integer({ mode: "boolean" }).notNull(),
    joinedAt: integer().notNull(),
  },
  (table) => [
    unique("affiliate_members_code").on(table.code),
    index("affiliate_members_referrer").on(table.referrerId, table.userId),
    index("affiliate_members_second").on(table.secondReferrerId, table.userId),
    index("affiliate_members_review").on(table.review, table.joinedAt),
    check("affiliate_member_review", sql`review in ('none', 'held', 'cleared', 'refused')`),
    check("affiliate_no_self_referral", sql`referrer_id is not user_id and second_referrer_id is not user_id`),
  ],
);

/** What a link has brought on a day. */
export const days = sqliteTable(
  "affiliate_days",
  {
    userId: text().notNull(),
    /** `2026-11-21` */
    day: text().notNull(),
    clicks: integer().notNull().default(0),
    signUps: integer().notNull().default(0),
    buyers: integer().notNull().default(0),
  },
  (table) => [primaryKey({ name: "affiliate_days_key", columns: [table.userId, table.day] })],
);

export const visits = sqliteTable(
  "affiliate_visits",
  { day: text().notNull(), userId: text().notNull(), visitor: text().notNull() },
  (table) => [primaryKey({ name: "affiliate_visits_key", columns: [table.day, table.userId, table.visitor] })],
);

export const commissions = sqliteTable(
  "affiliate_commissions",
  {
    id: text().primaryKey(),
    /** Who earns it. */
    userId: text().notNull(),
    buyerId: text().notNull(),
    paymentId: text().notNull(),
    level: integer().notNull(),
    baseMinor: integer().notNull(),
    rateBps: integer().notNull(),
    /** Below zero in a correction. */
    amountMinor: integer().notNull(),
    asset: text().notNull(),
    status: text({ enum: ["held", "available", "reversed", "partially_reversed"] }).notNull(),
    /** Whether it has gone to the wallet, whatever was taken back since. */
    released: integer({ mode: "boolean" }).notNull(),
    /** What corrections have taken back of it. */
    takenBackMinor: integer().notNull().default(0),
    heldUntil: integer().notNull(),
    /** In a correction: which commission, and for which refund. */
    correctionOf: text(),
    refundId: text(),
    createdAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("affiliate_commissions_once")
      .on(table.paymentId, table.level)
      .where(sql`correction_of is null`),
    uniqueIndex("affiliate_corrections_once")
      .on(table.correctionOf, table.refundId)
      .where(sql`correction_of is not null`),
    index("affiliate_commissions_user").on(table.userId, table.id),
    index("affiliate_commissions_due")
      .on(table.heldUntil)
      .where(sql`released = 0 and status in ('held', 'partially_reversed') and correction_of is null`),
    check("affiliate_commission_level", sql`level in (1, 2)`),
    check("affiliate_commission_sign", sql`(correction_of is null) = (amount_minor > 0)`),
    check("affiliate_commission_taken", sql`taken_back_minor between 0 and max(amount_minor, 0)`),
    check("affiliate_commission_status", sql`status in ('held', 'available', 'reversed', 'partially_reversed')`),
  ],
);

/** Sums that are kept up with each commission. */
export const earnings = sqliteTable(
  "affiliate_earnings",
  {
    userId: text().notNull(),
    asset: text().notNull(),
    heldMinor: integer().notNull(),
    /** What has gone to the wallet, less what was taken back from there. */
    availableMinor: integer().notNull(),
    owedMinor: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "affiliate_earnings_key", columns: [table.userId, table.asset] }),
    index("affiliate_earnings_top").on(table.asset, table.availableMinor),
    check("affiliate_earnings_not_negative", sql`held_minor >= 0 and owed_minor >= 0`),
  ],
);
