import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { DAY, HOUR } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { VELOCITY_PER_HOUR } from "./rules.withdrawals.ts";
import type { WithdrawalStatus } from "./rules.withdrawals.ts";
import { approvals, withdrawals } from "./tables.ts";
import type { TierLimit } from "./terms.ts";

export type Withdrawal = Omit<typeof withdrawals.$inferSelect, "id" | "userId"> & {
  id: Id<"wdr">;
  userId: Id<"user">;
};

const COUNTED = "status not in ('rejected', 'failed', 'cancelled')";

/**
 * Puts a withdrawal down unless it would pass a limit of its owner's tier. Limits are read in the same transaction, so
 * that many at once cannot pass them together. Refused as `wallet_limit_day` or `wallet_limit_month`.
 */
export function insertWithdrawal(ctx: Ctx, row: Withdrawal, { perDay, per30Days }: TierLimit): Statement[] {
  const within = (name: string, since: number, limit: number): Statement =>
    ctx.db.sql(
      `insert into platform_expectations (name, holds) values (?1,
         (select coalesce(sum(amount), 0) from wallet_withdrawals
          where user_id = ?2 and asset = ?3 and created_at > ?4 and ${COUNTED}) + ?5 <= ?6)`,
      name,
      row.userId,
      row.asset,
      since,
      row.amount,
      limit,
    );
  const hurried = ctx.db.sql(
    `update wallet_withdrawals set approvals_needed = max(approvals_needed, 1), waits_for = 'operator'
     where id = ?1 and (select count(*) from wallet_withdrawals where user_id = ?2 and created_at > ?3) > ?4`,
    row.id,
    row.userId,
    ctx.now() - HOUR,
    VELOCITY_PER_HOUR,
  );
  return [
    within("wallet_limit_day", ctx.now() - DAY, perDay),
    within("wallet_limit_month", ctx.now() - 30 * DAY, per30Days),
    ctx.db.statement(ctx.db.primary.insert(withdrawals).values(row)),
    hurried,
  ];
}

export async function findWithdrawal(ctx: Ctx, id: string): Promise<Withdrawal | null> {
  const [row] = await ctx.db.primary.select().from(withdrawals).where(eq(withdrawals.id, id)).limit(1);
  return (row as Withdrawal | undefined) ?? null;
}

export interface WithdrawalFilter {
  readonly userId: string | null;
  readonly status: WithdrawalStatus | null;
}

/** Withdrawals, newest first; one row more than the page holds. */
export async function listWithdrawals(ctx: Ctx, filter: WithdrawalFilter, page: PageRequest): Promise<Withdrawal[]> {
  const rows = await ctx.db.read
    .select()
    .from(withdrawals)
    .where(
      and(
        filter.userId === null ? undefined : eq(withdrawals.userId, filter.userId),
        filter.status === null ? undefined : eq(withdrawals.status, filter.status),
        page.after === null ? undefined : lt(withdrawals.id, page.after),
      ),
    )
    .orderBy(desc(withdrawals.id))
    .limit(page.limit + 1);
  return rows as Withdrawal[];
}

/** Withdrawals of a status on a network, oldest first. */
export async function listInStatus(ctx: Ctx, status: WithdrawalStatus, network: string): Promise<Withdrawal[]> {
  const rows = await ctx.db.primary
    .select()
    .from(withdrawals)
    .where(and(eq(withdrawals.status, status), eq(withdrawals.network, network)))
    .orderBy(asc(withdrawals.id))
    .limit(200);
  return rows as Withdrawal[];
}

/** Withdrawals that wait for nobody's agreement. */
export async function listToApprove(ctx: Ctx): Promise<Withdrawal[]> {
  const rows = await ctx.db.primary
    .select()
    .from(withdrawals)
    .where(and(eq(withdrawals.status, "requested"), eq(withdrawals.approvalsNeeded, 0)))
    .orderBy(asc(withdrawals.id))
    .limit(200);
  return rows as Withdrawal[];
}

export interface Move {
  readonly id: string;
  readonly from: readonly WithdrawalStatus[];
  readonly to: WithdrawalStatus;
  readonly changes?: Partial<Pick<Withdrawal, "waitsFor" | "txid" | "confirmations" | "reason" | "hotWallet">>;
}

/** Moves a withdrawal on from a status that was seen; refused as `wallet_withdrawal_moved` when it has moved since. */
export function moveWithdrawal(ctx: Ctx, { id, from, to, changes = {} }: Move): Statement[] {
  const update = ctx.db.primary
    .update(withdrawals)
    .set({ waitsFor: null, ...changes, status: to, updatedAt: ctx.now() })
    .where(and(eq(withdrawals.id, id), inArray(withdrawals.status, [...from])));
  return [ctx.db.statement(update), expectChange(ctx, "wallet_withdrawal_moved")];
}

/** Says why a withdrawal waits, or where its transaction stands. Changes nothing once it has moved on. */
export function noteWithdrawal(
  ctx: Ctx,
  { id, status }: Pick<Withdrawal, "id" | "status">,
  changes: Partial<Pick<Withdrawal, "waitsFor" | "txid" | "confirmations">>,
): Statement {
  return ctx.db.statement(
    ctx.db.primary
      .update(withdrawals)
      .set({ ...changes, updatedAt: ctx.now() })
      .where(and(eq(withdrawals.id, id), eq(withdrawals.status, status))),
  );
}

export function insertApproval(ctx: Ctx, withdrawalId: string, operatorId: string): Statement {
  return ctx.db.statement(ctx.db.primary.insert(approvals).values({ withdrawalId, operatorId, at: ctx.now() }));
}

/** Approves a withdrawal if as many operators have agreed as it needs; changes nothing otherwise. */
export function approveIfAgreed(ctx: Ctx, id: string): Statement {
  return ctx.db.sql(
    `update wallet_withdrawals set status = 'approved', updated_at = ?1,
       waits_for = null
     where id = ?2 and status = 'requested'
       and (select count(*) from wallet_approvals where withdrawal_id = ?2) >= approvals_needed`,
    ctx.now(),
    id,
  );
}

/** What was credited to a user and does not have the confirmations yet that leaving asks for. */
export async function sumUnripe(ctx: Ctx, userId: string, of: { asset: string; needed: number }): Promise<number> {
  const row = await ctx.db
    .sql(
      `select coalesce(sum(amount), 0) as total from wallet_deposits
       where user_id = ? and asset = ? and status = 'credited' and network <> 'sandbox' and confirmations < ?`,
      userId,
      of.asset,
      of.needed,
    )
    .first<{ total: number }>();
  return row?.total ?? 0;
}

export async function listAllOf(ctx: Ctx, userId: string): Promise<Withdrawal[]> {
  return (await ctx.db.primary
    .select()
    .from(withdrawals)
    .where(eq(withdrawals.userId, userId))
    .orderBy(desc(withdrawals.id))
    .limit(10_000)) as Withdrawal[];
}

/** How many withdrawals wait for what, for readiness. */
export async function countWaiting(ctx: Ctx): Promise<{ waitsFor: string | null; n: number; oldest: number }[]> {
  return await ctx.db.primary
    .select({ waitsFor: withdrawals.waitsFor, n: sql<number>`count(*)`, oldest: sql<number>`min(created_at)` })
    .from(withdrawals)
    .where(inArray(withdrawals.status, ["requested", "approved", "broadcast"]))
    .groupBy(withdrawals.waitsFor);
}

/** Whether a transaction is said to pay the same amount to the same address for another withdrawal already. */
export async function isPaidBy(ctx: Ctx, { id, address, amount }: Withdrawal, txid: string): Promise<boolean> {
  const row = await ctx.db
    .sql(
      "select 1 from wallet_withdrawals where txid = ? and address = ? and amount = ? and id <> ? limit 1",
      txid,
      address,
      amount,
      id,
    )
    .first();
  return row !== null;
}
