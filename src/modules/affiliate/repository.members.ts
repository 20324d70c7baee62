import { and, asc, desc, eq, lt, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { days, earnings, members, visits } from "./tables.ts";

export type MemberRow = Omit<typeof members.$inferSelect, "userId"> & { userId: Id<"user"> };
export type DayRow = typeof days.$inferSelect;

export async function findMember(
  ctx: Ctx,
  by: { readonly userId: string } | { readonly code: string },
): Promise<MemberRow | null> {
  const key = "userId" in by ? eq(members.userId, by.userId) : eq(members.code, by.code);
  const [row] = await ctx.db.primary.select().from(members).where(key).limit(1);
  return (row as MemberRow | undefined) ?? null;
}

/** Puts a member down; one that is there stays as it is. */
export function insertMember(ctx: Ctx, row: MemberRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(members).values(row).onConflictDoNothing());
}

export type MemberChange = Partial<Pick<MemberRow, "code" | "onLeaderboard">>;

export function updateMember(ctx: Ctx, userId: string, change: MemberChange): Statement {
  return ctx.db.statement(ctx.db.primary.update(members).set(change).where(eq(members.userId, userId)));
}

/** Decides about a member under review, once; refused as `affiliate_review_decided`. */
export function decideReview(ctx: Ctx, userId: string, review: "cleared" | "refused"): Statement[] {
  const query = ctx.db.primary
    .update(members)
    .set({ review })
    .where(and(eq(members.userId, userId), eq(members.review, "held")));
  return [ctx.db.statement(query), expectChange(ctx, "affiliate_review_decided")];
}

/**
 * Puts under review whoever of these is below another of them, as long as nobody has decided about him: the person himself
 * below one of the others, or one of the others below him.
 */
export function holdRelated(
  ctx: Ctx,
  userId: string,
  { others, reason }: { readonly others: readonly string[]; readonly reason: string },
): Statement {
  return ctx.db.sql(
    `update affiliate_members set review = 'held', review_reason = ?3 where review = 'none' and (
       (user_id = ?1 and (referrer_id in (select value from json_each(?2)) or second_referrer_id in (select value from json_each(?2))))
       or (user_id in (select value from json_each(?2)) and (referrer_id = ?1 or second_referrer_id = ?1)))`,
    userId,
    JSON.stringify(others),
    reason,
  );
}

export async function listReviews(ctx: Ctx, page: PageRequest): Promise<MemberRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(members)
    .where(and(eq(members.review, "held"), page.after === null ? undefined : lt(members.userId, page.after)))
    .orderBy(desc(members.userId))
    .limit(page.limit + 1);
  return rows as MemberRow[];
}

export interface Referral extends MemberRow {
  readonly level: 1 | 2;
  readonly bought: boolean;
}

/** Whom somebody has brought in, directly or through one other; newest first, one row more than the page holds. */
export async function listReferrals(ctx: Ctx, userId: string, page: PageRequest): Promise<Referral[]> {
  const rows = await ctx.db.read
    .select({
      member: members,
      bought: sql<number>`exists (select 1 from affiliate_commissions c where c.buyer_id = affiliate_members.user_id and c.user_id = ${userId})`,
    })
    .from(members)
    .where(
      and(
        or(eq(members.referrerId, userId), eq(members.secondReferrerId, userId)),
        page.after === null ? undefined : lt(members.userId, page.after),
      ),
    )
    .orderBy(desc(members.userId))
    .limit(page.limit + 1);
  return rows.map(({ member, bought }) => ({
    ...(member as MemberRow),
    level: member.referrerId === userId ? 1 : 2,
    bought: bought === 1,
  }));
}

type Counter = "clicks" | "signUps" | "buyers";
const COLUMNS: Readonly<Record<Counter, string>> = { clicks: "clicks", signUps: "sign_ups", buyers: "buyers" };

/** Counts one more on a day. With `ifChanged`, only when the statement before it changed a row. */
export function countDay(
  ctx: Ctx,
  { userId, day, counter }: { readonly userId: string; readonly day: string; readonly counter: Counter },
  ifChanged = false,
): Statement {
  const column = COLUMNS[counter];
  return ctx.db.sql(
    `insert into affiliate_days (user_id, day, ${column}) select ?, ?, 1 ${ifChanged ? "where changes() > 0" : "where true"}
     on conflict (user_id, day) do update set ${column} = ${column} + 1`,
    userId,
    day,
  );
}

/** Notes a visitor of a day, who is counted once. */
export function insertVisit(ctx: Ctx, row: typeof visits.$inferInsert): Statement {
  return ctx.db.statement(ctx.db.primary.insert(visits).values(row).onConflictDoNothing());
}

export async function sumDays(ctx: Ctx, userId: string): Promise<{ clicks: number; signUps: number; buyers: number }> {
  const [row] = await ctx.db.read
    .select({
      clicks: sql<number>`coalesce(sum(${days.clicks}), 0)`,
      signUps: sql<number>`coalesce(sum(${days.signUps}), 0)`,
      buyers: sql<number>`coalesce(sum(${days.buyers}), 0)`,
    })
    .from(days)
    .where(eq(days.userId, userId));
  return row ?? { clicks: 0, signUps: 0, buyers: 0 };
}

export async function listDays(ctx: Ctx, userId: string, from: string): Promise<DayRow[]> {
  return await ctx.db.read
    .select()
    .from(days)
    .where(and(eq(days.userId, userId), sql`${days.day} >= ${from}`))
    .orderBy(asc(days.day))
    .limit(400);
}

export interface Leader {
  readonly userId: Id<"user">;
  readonly earnedMinor: number;
}

/** Those who have earned most in an asset, of those who want to be seen. */
export async function listLeaders(ctx: Ctx, asset: string, limit: number): Promise<Leader[]> {
  const rows = await ctx.db.read
    .select({ userId: earnings.userId, earnedMinor: sql<number>`${earnings.availableMinor} + ${earnings.heldMinor}` })
    .from(earnings)
    .innerJoin(members, and(eq(members.userId, earnings.userId), eq(members.onLeaderboard, true)))
    .where(eq(earnings.asset, asset))
    .orderBy(desc(sql`2`), asc(earnings.userId))
    .limit(limit);
  return rows as Leader[];
}
