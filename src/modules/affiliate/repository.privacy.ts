import { eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { defaultCode } from "./rules.ts";
import { earnedDays, paymentMethods } from "./tables.terms.ts";
import { commissions, days, earnings, members } from "./tables.ts";

/** What is kept of a member; who stands above and below is theirs to know, not his. */
export async function exportMember(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { read } = ctx.db;
  const [membership, counted, earned, sums, byDay, methods] = await Promise.all([
    read
      .select({ code: members.code, onLeaderboard: members.onLeaderboard, joinedAt: members.joinedAt })
      .from(members)
      .where(eq(members.userId, userId)),
    read.select().from(days).where(eq(days.userId, userId)),
    read.select().from(commissions).where(eq(commissions.userId, userId)),
    read.select().from(earnings).where(eq(earnings.userId, userId)),
    read.select().from(earnedDays).where(eq(earnedDays.userId, userId)),
    read.select({ seenAt: paymentMethods.seenAt }).from(paymentMethods).where(eq(paymentMethods.userId, userId)),
  ]);
  return {
    membership,
    days: counted,
    commissions: earned.map((row) => ({ ...row, buyerId: undefined })),
    earnings: sums,
    earnedDays: byDay,
    paymentMethods: methods,
  };
}

/** Forgets what somebody has paid with and by which device he came, and takes away a code that may be his name. */
export function eraseMember(ctx: Ctx, userId: Id<"user">): Statement[] {
  const nameless = { code: defaultCode(userId), deviceKey: null, onLeaderboard: false };
  return [
    ctx.db.statement(ctx.db.primary.delete(paymentMethods).where(eq(paymentMethods.userId, userId))),
    ctx.db.statement(ctx.db.primary.update(members).set(nameless).where(eq(members.userId, userId))),
  ];
}
