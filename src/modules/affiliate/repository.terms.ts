import { and, asc, desc, eq, gt, isNull, lt, lte, ne, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { caps, earnedDays, paymentMethods, rates } from "./tables.terms.ts";

export type RateRow = Omit<typeof rates.$inferSelect, "id"> & { id: Id<"rate"> };
export type CapRow = Omit<typeof caps.$inferSelect, "id"> & { id: Id<"cap"> };
export type EarnedDay = typeof earnedDays.$inferSelect;

export const RATE_OVER = "affiliate_rate_over";
/** More was earned meanwhile: what is left below the cap has to be read again. */
export const CAP_RACED = "affiliate_cap_raced";

export function insertRate(ctx: Ctx, row: RateRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(rates).values(row));
}

export async function findRate(ctx: Ctx, id: Id<"rate">): Promise<RateRow | null> {
  const [row] = await ctx.db.primary.select().from(rates).where(eq(rates.id, id)).limit(1);
  return (row as RateRow | undefined) ?? null;
}

/** Ends a rate now, unless it is over; refused then as `affiliate_rate_over`. */
export function endRate(ctx: Ctx, { id, startsAt }: RateRow): Statement[] {
  const now = ctx.now();
  const query = ctx.db.primary
    .update(rates)
    .set({ endsAt: Math.max(now, startsAt) })
    .where(and(eq(rates.id, id), or(isNull(rates.endsAt), gt(rates.endsAt, Math.max(now, startsAt)))));
  return [ctx.db.statement(query), expectChange(ctx, RATE_OVER)];
}

/** All rates there ever were, newest first; one row more than the page holds. */
export async function listRates(ctx: Ctx, page: PageRequest): Promise<RateRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(rates)
    .where(page.after === null ? undefined : lt(rates.id, page.after))
    .orderBy(desc(rates.id))
    .limit(page.limit + 1);
  return rows as RateRow[];
}

/** The rate that holds for a package at a moment: its own before one for all, the newest of them; null for none. */
export async function findRateAt(ctx: Ctx, slug: string, at: number): Promise<RateRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(rates)
    .where(
      and(
        lte(rates.startsAt, at),
        or(isNull(rates.endsAt), gt(rates.endsAt, at)),
        or(isNull(rates.slug), eq(rates.slug, slug)),
      ),
    )
    .orderBy(sql`${rates.slug} is null`, desc(rates.id))
    .limit(1);
  return (row as RateRow | undefined) ?? null;
}

export function insertCap(ctx: Ctx, row: CapRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(caps).values(row));
}

/** All caps there ever were, newest first; one row more than the page holds. */
export async function listCaps(ctx: Ctx, page: PageRequest): Promise<CapRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(caps)
    .where(page.after === null ? undefined : lt(caps.id, page.after))
    .orderBy(desc(caps.id))
    .limit(page.limit + 1);
  return rows as CapRow[];
}

/** What one member earns at most in a month; null for no bound. */
export async function findCap(ctx: Ctx, asset: string): Promise<number | null> {
  const [row] = await ctx.db.primary
    .select({ monthMinor: caps.monthMinor })
    .from(caps)
    .where(eq(caps.asset, asset))
    .orderBy(desc(caps.id))
    .limit(1);
  return row?.monthMinor ?? null;
}

interface Earner {
  readonly userId: string;
  readonly asset: string;
}

const MONTH_SUM = `select coalesce(sum(earned_minor), 0) from affiliate_earned_days
  where user_id = ?1 and asset = ?2 and day >= ?3 || '-01' and day <= ?3 || '-31'`;

/** What somebody has earned in a month, before anything was taken back. */
export async function sumMonth(ctx: Ctx, { userId, asset }: Earner, month: string): Promise<number> {
  const row = await ctx.db.sql(`select (${MONTH_SUM}) as earned`, userId, asset, month).first<{ earned: number }>();
  return row?.earned ?? 0;
}

/** Refuses the commit as `affiliate_cap_raced` when a month's sum is no longer what was read. */
export function expectMonth(ctx: Ctx, { userId, asset }: Earner, seen: { month: string; earned: number }): Statement {
  return ctx.db.sql(
    `insert into platform_expectations (name, holds) select '${CAP_RACED}', (${MONTH_SUM}) = ?4`,
    userId,
    asset,
    seen.month,
    seen.earned,
  );
}

/** Counts what a day has brought, or what was taken back on it. */
export function countEarned(
  ctx: Ctx,
  { userId, asset }: Earner,
  moved: { readonly day: string; readonly earned?: number; readonly takenBack?: number },
): Statement {
  return ctx.db.sql(
    `insert into affiliate_earned_days (user_id, day, asset, earned_minor, taken_back_minor) values (?, ?, ?, ?, ?)
     on conflict (user_id, asset, day) do update set earned_minor = earned_minor + excluded.earned_minor,
       taken_back_minor = taken_back_minor + excluded.taken_back_minor`,
    userId,
    moved.day,
    asset,
    moved.earned ?? 0,
    moved.takenBack ?? 0,
  );
}

export async function listEarnedDays(ctx: Ctx, userId: string, from: string): Promise<EarnedDay[]> {
  return await ctx.db.read
    .select()
    .from(earnedDays)
    .where(and(eq(earnedDays.userId, userId), sql`${earnedDays.day} >= ${from}`))
    .orderBy(asc(earnedDays.day), asc(earnedDays.asset))
    .limit(2_000);
}

/** Notes what somebody has paid with; seen again it stays as it is. */
export function insertMethod(ctx: Ctx, userId: string, methodKey: string): Statement {
  const row = { userId, methodKey, seenAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(paymentMethods).values(row).onConflictDoNothing());
}

/** Others who have paid with the same. */
export async function listPayers(ctx: Ctx, methodKey: string, userId: string): Promise<string[]> {
  const rows = await ctx.db.primary
    .select({ userId: paymentMethods.userId })
    .from(paymentMethods)
    .where(and(eq(paymentMethods.methodKey, methodKey), ne(paymentMethods.userId, userId)))
    .limit(100);
  return rows.map((row) => row.userId);
}
