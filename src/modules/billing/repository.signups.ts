import { and, asc, eq, inArray, isNull, lte, ne, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { MINUTE } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { movements, operations, signups, subscriptions, trials } from "./tables.subscriptions.ts";

export type Signup = Omit<typeof signups.$inferSelect, "userId" | "subscriptionId"> & {
  userId: Id<"user">;
  subscriptionId: Id<"sub">;
};
export type Trial = Omit<typeof trials.$inferSelect, "userId"> & { userId: Id<"user"> };

/** Refuses a checkout while another one of the same person is being opened. */
export const SIGNUP_OPENING = "billing_signup_opening";
/** Whoever opens a checkout for longer than this has died. */
const OPENING_MS = MINUTE;

export async function findSignup(ctx: Ctx, userId: Id<"user">): Promise<Signup | null> {
  const [row] = await ctx.db.primary.select().from(signups).where(eq(signups.userId, userId)).limit(1);
  return (row as Signup | undefined) ?? null;
}

/** Takes a person's place at the checkout; refused as `billing_signup_opening` while somebody else does. */
export function claimSignup(ctx: Ctx, row: Signup): Statement[] {
  const { userId: _userId, ...set } = row;
  const query = ctx.db.primary
    .insert(signups)
    .values(row)
    .onConflictDoUpdate({
      target: signups.userId,
      set,
      setWhere: sql`url is not null or begun_at <= ${ctx.now() - OPENING_MS} or subscription_id = ${row.subscriptionId}`,
    });
  return [ctx.db.statement(query), expectChange(ctx, SIGNUP_OPENING)];
}

export function openSignup(ctx: Ctx, row: Signup): Statement {
  const query = ctx.db.primary
    .update(signups)
    .set({ checkoutId: row.checkoutId, url: row.url })
    .where(and(eq(signups.userId, row.userId), eq(signups.subscriptionId, row.subscriptionId)));
  return ctx.db.statement(query);
}

/** Gives the place up again. */
export function deleteSignup(ctx: Ctx, userId: Id<"user">, subscriptionId: Id<"sub"> | null): Statement {
  const own = subscriptionId === null ? undefined : eq(signups.subscriptionId, subscriptionId);
  return ctx.db.statement(ctx.db.primary.delete(signups).where(and(eq(signups.userId, userId), own)));
}

/** The trials of a person, by account and by the hashes of the address. */
export async function listTrials(ctx: Ctx, userId: Id<"user">, hashes: readonly string[]): Promise<Trial[]> {
  const rows = await ctx.db.primary
    .select()
    .from(trials)
    .where(or(eq(trials.userId, userId), inArray(trials.personHash, [...hashes])));
  return rows as Trial[];
}

/** Writes down that somebody has begun a trial, which is their only one. */
export function insertTrial(ctx: Ctx, row: Trial): Statement {
  return ctx.db.statement(ctx.db.primary.insert(trials).values(row).onConflictDoNothing());
}

export function decideTrial(ctx: Ctx, subscriptionId: Id<"sub">, outcome: "converted" | "lost"): Statement {
  const query = ctx.db.primary
    .update(trials)
    .set({ outcome, decidedAt: ctx.now() })
    .where(and(eq(trials.subscriptionId, subscriptionId), eq(trials.outcome, "open")));
  return ctx.db.statement(query);
}

/** Trials that end before a moment, and whose end was not announced. */
export async function listEnding(ctx: Ctx, before: number): Promise<Trial[]> {
  const rows = await ctx.db.primary
    .select()
    .from(trials)
    .where(and(eq(trials.outcome, "open"), isNull(trials.toldAt), lte(trials.endsAt, before)))
    .orderBy(asc(trials.endsAt))
    .limit(100);
  return rows as Trial[];
}

/** Notes that a trial's end was announced, once; refused as `billing_trial_told`. */
export function noteTold(ctx: Ctx, subscriptionId: string): Statement[] {
  const query = ctx.db.primary
    .update(trials)
    .set({ toldAt: ctx.now() })
    .where(and(eq(trials.subscriptionId, subscriptionId), isNull(trials.toldAt)));
  return [ctx.db.statement(query), expectChange(ctx, "billing_trial_told")];
}

export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const [own, tried, moved, asked] = await Promise.all([
    ctx.db.primary.select().from(subscriptions).where(eq(subscriptions.userId, userId)),
    ctx.db.primary.select().from(trials).where(eq(trials.userId, userId)),
    ctx.db.primary.select().from(movements).where(eq(movements.userId, userId)),
    ctx.db.primary
      .select()
      .from(operations)
      .where(sql`subscription_id in (select id from billing_subscriptions where user_id = ${userId})`),
  ]);
  return { subscriptions: own, trials: tried, movements: moved, operations: asked };
}

/** How many subscriptions have not been heard of, and how many calls have not been answered, since a moment. */
export async function countSilent(
  ctx: Ctx,
  before: number,
): Promise<{ readonly silent: number; readonly unanswered: number }> {
  const row = await ctx.db
    .sql(
      `select (select count(*) from billing_subscriptions where status in ('active', 'trialing') and current_period_end < ?1) as silent,
         (select count(*) from billing_operations where state = 'begun' and begun_at < ?1) as unanswered`,
      before,
    )
    .first<{ silent: number; unanswered: number }>();
  return row ?? { silent: 0, unanswered: 0 };
}

/** Subscriptions stay, for the books; they name an account without a person. An open checkout goes. */
export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [deleteSignup(ctx, userId, null)];
}

/** Whether somebody still has a subscription that would be charged again. */
export async function isCharged(ctx: Ctx, userId: Id<"user">): Promise<boolean> {
  const [row] = await ctx.db.primary
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.userId, userId),
        ne(subscriptions.status, "canceled"),
        eq(subscriptions.cancelAtPeriodEnd, false),
      ),
    )
    .limit(1);
  return row !== undefined;
}
