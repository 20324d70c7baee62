import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { MemberRow } from "./repository.members.ts";
import type { Dashboard, Day, Leader, MaskedCommission, MaskedReferral } from "./service.members.ts";

const amount = z.string().openapi({ example: "1199.80" });
const asset = z.string().openapi({ example: "INR" });

export const dashboard = z
  .object({
    code: z.string().openapi({ example: "4Y6N3K9B2X" }),
    link: z.string(),
    clicks: z.int(),
    signUps: z.int(),
    buyers: z.int(),
    conversionBps: z.int().openapi({ description: "Buyers of 10,000 clicks." }),
    onLeaderboard: z.boolean(),
    earnings: z.array(
      z.object({
        asset,
        held: amount.openapi({ description: "Waits for the refund window to end." }),
        available: amount.openapi({
          description: "Released to the wallet, less what was taken back from there and what was asked for since.",
        }),
        paidOut: amount.openapi({ description: "Of what was released, what has arrived at your bank." }),
        owed: amount.openapi({ description: "Taken back and no longer there: netted from the next earnings." }),
      }),
    ),
  })
  .openapi("Affiliate");

export const updateMembership = z
  .strictObject({
    code: z
      .string()
      .regex(/^[A-Za-z0-9]{4,20}$/)
      .transform((code) => code.toUpperCase())
      .optional()
      .openapi({ description: "4 to 20 letters and digits; case does not matter.", example: "ADA2026" }),
    onLeaderboard: z.boolean().optional(),
  })
  .openapi("UpdateAffiliate");

export const referral = z
  .object({ name: z.string(), level: z.int(), bought: z.boolean(), joinedAt: timestamp })
  .openapi("Referral");

export const commission = z
  .object({
    id: z.string(),
    level: z.int(),
    paymentId: z.string(),
    buyer: z.string().openapi({ description: "Masked." }),
    base: amount.openapi({ description: "What was paid, before tax." }),
    rateBps: z.int(),
    amount: amount.openapi({ description: "Below zero in a correction." }),
    asset,
    status: z.enum(["held", "available", "reversed", "partially_reversed"]),
    correctionOf: z.string().nullable(),
    heldUntil: timestamp,
    createdAt: timestamp,
  })
  .openapi("Commission");

export const day = z
  .object({
    day: z.string().openapi({ example: "2026-11-20" }),
    clicks: z.int(),
    signUps: z.int(),
    buyers: z.int(),
    earnings: z.array(z.object({ asset, earned: amount, takenBack: amount })),
  })
  .openapi("AffiliateDay");

export const leader = z.object({ name: z.string(), earned: amount, asset }).openapi("AffiliateLeader");

export const review = z
  .object({
    userId: z.string(),
    referrerId: z.string().nullable(),
    review: z.enum(["none", "held", "cleared", "refused"]),
    reason: z.string().nullable(),
    joinedAt: timestamp,
  })
  .openapi("AffiliateReview");

export const decideReview = z
  .strictObject({
    decision: z.enum(["cleared", "refused"]),
    reason: textField(500).openapi({ example: "Two people in one household; spoke with both." }),
  })
  .openapi("DecideAffiliateReview");

/** @param origin where links lead to */
export function presentDashboard(row: Dashboard, origin: string): z.infer<typeof dashboard> {
  const { member, clicks, signUps, buyers } = row;
  return {
    code: member.code,
    link: `${origin}/r/${member.code}`,
    clicks,
    signUps,
    buyers,
    conversionBps: clicks === 0 ? 0 : Math.round((buyers * 10_000) / clicks),
    onLeaderboard: member.onLeaderboard,
    earnings: row.earnings.map((sums) => ({
      asset: sums.asset,
      held: writeAmount(sums.heldMinor, sums.asset),
      available: writeAmount(sums.availableMinor, sums.asset),
      paidOut: writeAmount(sums.paidOutMinor, sums.asset),
      owed: writeAmount(sums.owedMinor, sums.asset),
    })),
  };
}

export function presentReferral({ name, level, bought, joinedAt }: MaskedReferral): z.infer<typeof referral> {
  return { name, level, bought, joinedAt: toTimestamp(joinedAt) };
}

export function presentCommission(row: MaskedCommission): z.infer<typeof commission> {
  const { id, level, paymentId, buyer, rateBps, status, correctionOf } = row;
  return {
    id,
    level,
    paymentId,
    buyer,
    base: writeAmount(row.baseMinor, row.asset),
    rateBps,
    amount: writeAmount(row.amountMinor, row.asset),
    asset: row.asset,
    status,
    correctionOf,
    heldUntil: toTimestamp(row.heldUntil),
    createdAt: toTimestamp(row.createdAt),
  };
}

export function presentDay({ day: on, clicks, signUps, buyers, earnings }: Day): z.infer<typeof day> {
  const money = earnings.map((row) => ({
    asset: row.asset,
    earned: writeAmount(row.earnedMinor, row.asset),
    takenBack: writeAmount(row.takenBackMinor, row.asset),
  }));
  return { day: on, clicks, signUps, buyers, earnings: money };
}

export function presentLeader({ name, earnedMinor }: Leader, code: string): z.infer<typeof leader> {
  return { name, earned: writeAmount(earnedMinor, code), asset: code };
}

export function presentReview(row: MemberRow): z.infer<typeof review> {
  const { userId, referrerId, reviewReason } = row;
  return { userId, referrerId, review: row.review, reason: reviewReason, joinedAt: toTimestamp(row.joinedAt) };
}
