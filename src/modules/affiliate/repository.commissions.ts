import { and, asc, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { commissions, earnings, members } from "./tables.ts";

export type CommissionRow = Omit<typeof commissions.$inferSelect, "id" | "userId" | "buyerId"> & {
  id: Id<"comm">;
  userId: Id<"user">;
  buyerId: Id<"user">;
};
export type EarningsRow = typeof earnings.$inferSelect;

/** Another run came between: what stands now has to be read again. */
export const COMMISSION_RACED = "affiliate_commission_raced";

export function insertCommission(ctx: Ctx, row: CommissionRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(commissions).values(row));
}

export async function listOfPayment(ctx: Ctx, paymentId: string): Promise<CommissionRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(commissions)
    .where(and(eq(commissions.paymentId, paymentId), isNull(commissions.correctionOf)))
    .orderBy(asc(commissions.level));
  return rows as CommissionRow[];
}

export async function listCommissions(ctx: Ctx, userId: string, page: PageRequest): Promise<CommissionRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(commissions)
    .where(and(eq(commissions.userId, userId), page.after === null ? undefined : lt(commissions.id, page.after)))
    .orderBy(desc(commissions.id))
    .limit(page.limit + 1);
  return rows as CommissionRow[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const READ_AT_ONCE = 5_000;

/** All commissions of a span of time, corrections among them, oldest first. */
export async function listWithin(ctx: Ctx, userId: string, span: Span): Promise<CommissionRow[]> {
  const found: CommissionRow[] = [];
  let rows: CommissionRow[];
  do {
    rows = await readWithin(ctx, userId, { ...span, after: found.at(-1)?.id });
    found.push(...rows);
  } while (rows.length === READ_AT_ONCE);
  return found;
}

async function readWithin(
  ctx: Ctx,
  userId: string,
  { from, to, after }: Span & { readonly after: string | undefined },
): Promise<CommissionRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(commissions)
    .where(
      and(
        eq(commissions.userId, userId),
        sql`${commissions.createdAt} >= ${from} and ${commissions.createdAt} < ${to}`,
        after === undefined ? undefined : gt(commissions.id, after),
      ),
    )
    .orderBy(asc(commissions.id))
    .limit(READ_AT_ONCE);
  return rows as CommissionRow[];
}

/** Commissions whose refund window is over and whose buyer is under no review, oldest first. */
export async function listDue(ctx: Ctx, now: number, limit: number): Promise<CommissionRow[]> {
  const rows = await ctx.db.primary
    .select({ commission: commissions })
    .from(commissions)
    .innerJoin(members, eq(members.userId, commissions.buyerId))
    .where(
      and(
        sql`${commissions.heldUntil} <= ${now} and ${commissions.released} = 0`,
        sql`${commissions.status} in ('held', 'partially_reversed')`,
        isNull(commissions.correctionOf),
        sql`${members.review} in ('none', 'cleared')`,
      ),
    )
    .orderBy(asc(commissions.heldUntil), asc(commissions.id))
    .limit(limit);
  return rows.map(({ commission }) => commission as CommissionRow);
}

export type CommissionChange = Partial<Pick<CommissionRow, "status" | "released" | "takenBackMinor" | "heldUntil">>;

/** Moves a commission on from what was read; refused as `affiliate_commission_raced` when it has moved since. */
export function updateCommission(ctx: Ctx, seen: CommissionRow, change: CommissionChange): Statement[] {
  const query = ctx.db.primary
    .update(commissions)
    .set(change)
    .where(
      and(
        eq(commissions.id, seen.id),
        eq(commissions.released, seen.released),
        eq(commissions.takenBackMinor, seen.takenBackMinor),
      ),
    );
  return [ctx.db.statement(query), expectChange(ctx, COMMISSION_RACED)];
}

export interface Moved {
  readonly held?: number;
  readonly available?: number;
  readonly owed?: number;
}

/** Moves somebody's sums; none of them may fall below zero. */
export function moveEarnings(
  ctx: Ctx,
  { userId, asset }: Pick<EarningsRow, "userId" | "asset">,
  moved: Moved,
): Statement[] {
  const { held = 0, available = 0, owed = 0 } = moved;
  return [
    ctx.db.sql(
      `insert into affiliate_earnings (user_id, asset, held_minor, available_minor, owed_minor) values (?, ?, 0, 0, 0)
       on conflict do nothing`,
      userId,
      asset,
    ),
    ctx.db.sql(
      `update affiliate_earnings set held_minor = held_minor + ?, available_minor = available_minor + ?,
         owed_minor = owed_minor + ? where user_id = ? and asset = ?`,
      held,
      available,
      owed,
      userId,
      asset,
    ),
  ];
}

export async function listEarnings(ctx: Ctx, userId: string): Promise<EarningsRow[]> {
  return await ctx.db.primary.select().from(earnings).where(eq(earnings.userId, userId)).orderBy(asc(earnings.asset));
}

/** Whether a buyer has brought anybody a commission before: buyers are counted once. */
export async function hasBought(ctx: Ctx, buyerId: string): Promise<boolean> {
  const [row] = await ctx.db.primary
    .select({ id: commissions.id })
    .from(commissions)
    .where(and(eq(commissions.buyerId, buyerId), eq(commissions.level, 1)))
    .limit(1);
  return row !== undefined;
}
