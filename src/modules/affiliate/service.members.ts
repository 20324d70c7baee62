import type { z } from "zod";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { toTimestamp } from "#kernel/time";
import type { userRegistered } from "#modules/identity";
import { findPerson } from "#modules/identity";
import { sumPayouts } from "#modules/payouts";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { keyedHash } from "#platform/keyed-hash";
import { problems } from "./errors.ts";
import type { CommissionRow, EarningsRow } from "./repository.commissions.ts";
import * as commissions from "./repository.commissions.ts";
import type { EarnedDay } from "./repository.terms.ts";
import { listEarnedDays } from "./repository.terms.ts";
import type { DayRow, MemberRow, Referral } from "./repository.members.ts";
import * as repository from "./repository.members.ts";
import type { Standing } from "./rules.ts";
import { defaultCode, mask, standing } from "./rules.ts";

const CODE_TAKEN = { "affiliate_members.code": problems.codeTaken } as const;

/** The day of a moment, in UTC. */
export function dayOf(at: number): string {
  return toTimestamp(at).slice(0, 10);
}

function newMember(ctx: Ctx, userId: Id<"user">): MemberRow {
  return {
    userId,
    code: defaultCode(userId),
    referrerId: null,
    secondReferrerId: null,
    deviceKey: null,
    review: "none",
    reviewReason: null,
    onLeaderboard: false,
    joinedAt: ctx.now(),
  };
}

/** Whether a code that somebody registers with is somebody's. */
export async function knowsCode(ctx: Ctx, code: string): Promise<boolean> {
  return (await repository.findMember(ctx, { code: code.toUpperCase() })) !== null;
}

type Registered = z.output<typeof userRegistered.schema>;

/**
 * Makes a member of a new account, below whoever brought it in. This is decided once; whoever comes without a code, or
 * was a member before, is below nobody. One device for both puts the commissions on hold until somebody has looked.
 */
export async function enrol(ctx: Ctx, { userId, referralCode, deviceKey }: Registered): Promise<void> {
  const referrer =
    referralCode === null ? null : await repository.findMember(ctx, { code: referralCode.toUpperCase() });
  const own = newMember(ctx, userId as Id<"user">);
  const isShared = deviceKey !== null && deviceKey === referrer?.deviceKey;
  const row: MemberRow = {
    ...own,
    deviceKey,
    referrerId: referrer?.userId ?? null,
    secondReferrerId: referrer?.referrerId ?? null,
    ...(isShared ? { review: "held", reviewReason: "shared_device" } : {}),
  };
  const statements = [repository.insertMember(ctx, row)];
  if (referrer) {
    const day = { userId: referrer.userId, day: dayOf(ctx.now()), counter: "signUps" } as const;
    statements.push(repository.countDay(ctx, day, true));
  }
  await commit(ctx, statements);
}

/** The caller's membership; whoever was here before the program began gets one now, below nobody. */
async function ensureMember(ctx: Ctx): Promise<MemberRow> {
  const userId = customerOf(ctx);
  const known = await repository.findMember(ctx, { userId });
  if (known) return known;
  const row = newMember(ctx, userId);
  await commit(ctx, [repository.insertMember(ctx, row)]);
  return row;
}

export interface Dashboard {
  readonly member: MemberRow;
  readonly clicks: number;
  readonly signUps: number;
  readonly buyers: number;
  readonly earnings: readonly (EarningsRow & Standing)[];
}

const NO_PAYOUTS = { openMinor: 0, paidMinor: 0 };

export async function getDashboard(ctx: Ctx): Promise<Dashboard> {
  const userId = customerOf(ctx);
  const [member, sums, earnings, payouts] = await Promise.all([
    ensureMember(ctx),
    repository.sumDays(ctx, userId),
    commissions.listEarnings(ctx, userId),
    sumPayouts(ctx, userId),
  ]);
  const paid = new Map(payouts.map((row) => [row.asset, row]));
  const stand = (row: EarningsRow) => ({ ...row, ...standing(row.availableMinor, paid.get(row.asset) ?? NO_PAYOUTS) });
  return { member, ...sums, earnings: earnings.map(stand) };
}

/** Changes the caller's code, which its old links do not outlive, or whether he is seen on the leaderboard. */
export async function updateMembership(ctx: Ctx, change: repository.MemberChange): Promise<Dashboard> {
  const member = await ensureMember(ctx);
  await commit(ctx, [repository.updateMember(ctx, member.userId, change)], {
    audit: { action: "affiliate.updated", target: member.userId, after: change },
    refusals: CODE_TAKEN,
  });
  return await getDashboard(ctx);
}

/** Counts a visit by a link, once for each visitor and day. Gives back the code to remember; null when it is nobody's. */
export async function recordVisit(ctx: Ctx, code: string): Promise<string | null> {
  const member = await repository.findMember(ctx, { code: code.toUpperCase() });
  if (!member) return null;
  const day = dayOf(ctx.now());
  const { ip, userAgent } = ctx.source;
  const visitor = await keyedHash(ctx.config, `affiliate visitor ${day}`, JSON.stringify([ip, userAgent]));
  await commit(ctx, [
    repository.insertVisit(ctx, { day, userId: member.userId, visitor }),
    repository.countDay(ctx, { userId: member.userId, day, counter: "clicks" }, true),
  ]);
  return member.code;
}

export interface MaskedReferral extends Referral {
  readonly name: string;
}

export async function listReferrals(ctx: Ctx, page: PageRequest): Promise<Page<MaskedReferral>> {
  const found = toPage(await repository.listReferrals(ctx, customerOf(ctx), page), page, ({ userId }) => userId);
  const data = await Promise.all(
    found.data.map(async (row) => ({ ...row, name: mask((await findPerson(ctx, row.userId))?.name ?? null) })),
  );
  return { ...found, data };
}

export interface MaskedCommission extends CommissionRow {
  readonly buyer: string;
}

export async function listCommissions(ctx: Ctx, page: PageRequest): Promise<Page<MaskedCommission>> {
  const found = toPage(await commissions.listCommissions(ctx, customerOf(ctx), page), page, ({ id }) => id);
  const data = await Promise.all(
    found.data.map(async (row) => ({ ...row, buyer: mask((await findPerson(ctx, row.buyerId))?.name ?? null) })),
  );
  return { ...found, data };
}

export interface Day extends DayRow {
  readonly earnings: readonly EarnedDay[];
}

/** What each day has brought: visits, people and money. */
export async function listDays(ctx: Ctx, from: string): Promise<Day[]> {
  const userId = customerOf(ctx);
  const [counted, earned] = await Promise.all([
    repository.listDays(ctx, userId, from),
    listEarnedDays(ctx, userId, from),
  ]);
  const rows = new Map(counted.map((row) => [row.day, row]));
  const earnings = Map.groupBy(earned, ({ day }) => day);
  const days = [...new Set([...rows.keys(), ...earnings.keys()])].toSorted().slice(0, DAYS);
  return days.map((day) => ({
    ...(rows.get(day) ?? { userId, day, clicks: 0, signUps: 0, buyers: 0 }),
    earnings: earnings.get(day) ?? [],
  }));
}

const DAYS = 400;

export interface Leader {
  readonly name: string;
  readonly earnedMinor: number;
}

const LEADERS = 20;

/** Those who have earned most, of those who want to be seen; names masked. */
export async function listLeaders(ctx: Ctx, asset: string): Promise<Leader[]> {
  const rows = await repository.listLeaders(ctx, asset, LEADERS);
  return await Promise.all(
    rows.map(async ({ userId, earnedMinor }) => ({
      name: mask((await findPerson(ctx, userId))?.name ?? null),
      earnedMinor,
    })),
  );
}

export async function listReviews(ctx: Ctx, page: PageRequest): Promise<Page<MemberRow>> {
  return toPage(await repository.listReviews(ctx, page), page, ({ userId }) => userId);
}

export interface DecideReview {
  readonly userId: Id<"user">;
  readonly decision: "cleared" | "refused";
  readonly reason: string;
}

/**
 * Ends the review of a member: what its purchases have earned is released in its time, or stays held for good, and
 * nothing more is granted.
 */
export async function decideReview(ctx: Ctx, { userId, decision, reason }: DecideReview): Promise<MemberRow> {
  const member = await repository.findMember(ctx, { userId });
  if (!member) throw problems.memberNotFound();
  await commit(ctx, repository.decideReview(ctx, userId, decision), {
    audit: { action: "affiliate.reviewed", target: userId, reason, after: { decision } },
    refusals: { affiliate_review_decided: problems.reviewDecided },
  });
  return { ...member, review: decision };
}
