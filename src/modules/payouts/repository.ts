import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, ne, sql } from "drizzle-orm";
import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { State } from "./rules.ts";
import { schedules } from "./tables.sending.ts";
import { approvals, bankAccounts, history, payouts } from "./tables.ts";

export type BankAccountRow = Omit<typeof bankAccounts.$inferSelect, "id" | "userId"> & {
  id: Id<"acct">;
  userId: Id<"user">;
};
export type PayoutRow = Omit<typeof payouts.$inferSelect, "id" | "userId"> & { id: Id<"payout">; userId: Id<"user"> };
export type HistoryRow = typeof history.$inferSelect;
export type Payout = PayoutRow & { readonly account: BankAccountRow; readonly history: readonly HistoryRow[] };

export const PAYOUT_OPEN = "payouts_payouts.user_id";
export const PAYOUT_RACED = "payouts_payout_raced";
export const APPROVED_BEFORE = "payouts_approvals.payout_id, payouts_approvals.admin_id";

export async function findBankAccount(ctx: Ctx, userId: string): Promise<BankAccountRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(bankAccounts)
    .where(and(eq(bankAccounts.userId, userId), isNull(bankAccounts.replacedAt)))
    .limit(1);
  return (row as BankAccountRow | undefined) ?? null;
}

/** Puts an account in the place of the one before. */
export function replaceBankAccount(ctx: Ctx, row: BankAccountRow): Statement[] {
  const before = and(eq(bankAccounts.userId, row.userId), isNull(bankAccounts.replacedAt));
  return [
    ctx.db.statement(ctx.db.primary.update(bankAccounts).set({ replacedAt: row.createdAt }).where(before)),
    ctx.db.statement(ctx.db.primary.insert(bankAccounts).values(row)),
  ];
}

export async function findPayout(ctx: Ctx, id: Id<"payout">): Promise<Payout | null> {
  const [rows, steps] = await Promise.all([
    ctx.db.primary
      .select({ payout: payouts, account: bankAccounts })
      .from(payouts)
      .innerJoin(bankAccounts, eq(bankAccounts.id, payouts.bankAccountId))
      .where(eq(payouts.id, id))
      .limit(1),
    ctx.db.primary.select().from(history).where(eq(history.payoutId, id)).orderBy(asc(history.version)),
  ]);
  const [row] = rows;
  if (!row) return null;
  return { ...(row.payout as PayoutRow), account: row.account as BankAccountRow, history: steps };
}

export interface Wanted {
  readonly userId?: string;
  readonly state?: State;
  readonly batchId?: string;
}

/** Payouts without their history, newest first; one row more than the page holds. */
export async function listPayouts(ctx: Ctx, wanted: Wanted, page: PageRequest): Promise<Payout[]> {
  const rows = await ctx.db.primary
    .select({ payout: payouts, account: bankAccounts })
    .from(payouts)
    .innerJoin(bankAccounts, eq(bankAccounts.id, payouts.bankAccountId))
    .where(
      and(
        wanted.userId === undefined ? undefined : eq(payouts.userId, wanted.userId),
        wanted.state === undefined ? undefined : eq(payouts.state, wanted.state),
        wanted.batchId === undefined ? undefined : eq(payouts.batchId, wanted.batchId),
        page.after === null ? undefined : lt(payouts.id, page.after),
      ),
    )
    .orderBy(desc(payouts.id))
    .limit(page.limit + 1);
  return rows.map(({ payout, account }) => ({
    ...(payout as PayoutRow),
    account: account as BankAccountRow,
    history: [],
  }));
}

export function insertPayout(ctx: Ctx, row: PayoutRow, by: Pick<HistoryRow, "actor">): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(payouts).values(row)),
    insertHistory(ctx, { payoutId: row.id, version: 1, state: row.state, reason: null, at: row.requestedAt, ...by }),
  ];
}

function insertHistory(ctx: Ctx, row: HistoryRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(history).values(row));
}

export interface Move {
  readonly to: State;
  readonly actor: string;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly batchId?: string;
}

/** Moves a payout on from the version that was read; refused as `payouts_payout_raced` when it has moved since. */
export function movePayout(ctx: Ctx, seen: PayoutRow, move: Move): Statement[] {
  const { to, actor, reason, reference } = move;
  const version = seen.version + 1;
  const at = ctx.now();
  const query = ctx.db.primary
    .update(payouts)
    .set({
      state: to,
      version,
      updatedAt: at,
      reference,
      ...given({ batchId: move.batchId }),
    })
    .where(and(eq(payouts.id, seen.id), eq(payouts.version, seen.version)));
  return [
    ctx.db.statement(query),
    expectChange(ctx, PAYOUT_RACED),
    insertHistory(ctx, { payoutId: seen.id, version, state: to, actor, reason, at }),
  ];
}

/** Notes the bank's own reference where it comes after the money. */
export function setReference(ctx: Ctx, id: string, reference: string): Statement {
  return ctx.db.sql(
    "update payouts_payouts set reference = ? where id = ? and reference is not ?",
    reference,
    id,
    reference,
  );
}

/** What somebody has asked for since, without what never left or came back. */
export async function sumSince(
  ctx: Ctx,
  { userId, asset }: Pick<PayoutRow, "userId" | "asset">,
  since: number,
): Promise<number> {
  const sums = await ctx.db.primary
    .select({ sum: sql<number>`coalesce(sum(${payouts.grossMinor}), 0)` })
    .from(payouts)
    .where(
      and(
        eq(payouts.userId, userId),
        eq(payouts.asset, asset),
        gt(payouts.requestedAt, since),
        inArray(payouts.state, ["requested", "approved", "processing", "completed"]),
      ),
    );
  return sums.reduce((total, { sum }) => total + sum, 0);
}

export interface PayoutSums {
  readonly asset: string;
  /** Asked for, approved or on its way. */
  readonly openMinor: number;
  /** Arrived, and not come back. */
  readonly paidMinor: number;
}

/** What somebody's payouts come to, by asset. */
export async function sumPayouts(ctx: Ctx, userId: string): Promise<PayoutSums[]> {
  const { results } = await ctx.db
    .sql(
      `select asset, sum(iif(state = 'completed', 0, gross_minor)) as openMinor,
         sum(iif(state = 'completed', gross_minor, 0)) as paidMinor
       from payouts_payouts where user_id = ? and state in ('requested', 'approved', 'processing', 'completed')
       group by asset`,
      userId,
    )
    .all<PayoutSums>();
  return results;
}

export interface PaidOut {
  readonly id: string;
  readonly at: number;
  readonly asset: string;
  readonly grossMinor: number;
  readonly taxMinor: number;
  /** Whether it came back. */
  readonly reversed: boolean;
}

/** What arrived at somebody's bank in a span of time, and what came back from there; oldest first. */
export async function listPaidOut(
  ctx: Ctx,
  userId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<PaidOut[]> {
  const { id, asset, grossMinor, taxMinor } = payouts;
  const rows = await ctx.db.read
    .select({ id, asset, grossMinor, taxMinor, at: history.at, state: history.state })
    .from(history)
    .innerJoin(payouts, eq(payouts.id, history.payoutId))
    .where(
      and(
        eq(payouts.userId, userId),
        inArray(history.state, ["completed", "reversed"]),
        gte(history.at, from),
        lt(history.at, to),
      ),
    )
    .orderBy(asc(history.at))
    .limit(1_000);
  return rows.map(({ state, ...row }) => ({ ...row, reversed: state === "reversed" }));
}

/** Others who have, or had, a bank account of this person's. */
export async function listSharers(ctx: Ctx, userId: string): Promise<string[]> {
  const own = ctx.db.primary
    .select({ fingerprint: bankAccounts.fingerprint })
    .from(bankAccounts)
    .where(and(eq(bankAccounts.userId, userId), ne(bankAccounts.fingerprint, "")));
  const rows = await ctx.db.primary
    .selectDistinct({ userId: bankAccounts.userId })
    .from(bankAccounts)
    .where(and(inArray(bankAccounts.fingerprint, own), ne(bankAccounts.userId, userId)))
    .limit(100);
  return rows.map((row) => row.userId);
}

export async function listApprovals(ctx: Ctx, payoutId: string): Promise<string[]> {
  const rows = await ctx.db.primary
    .select({ adminId: approvals.adminId })
    .from(approvals)
    .where(eq(approvals.payoutId, payoutId));
  return rows.map(({ adminId }) => adminId);
}

/** Notes an operator's approval; his second one is refused under the table's key. */
export function insertApproval(ctx: Ctx, payoutId: string, adminId: string): Statement {
  return ctx.db.statement(ctx.db.primary.insert(approvals).values({ payoutId, adminId, at: ctx.now() }));
}

export async function exportPayouts(ctx: Ctx, userId: string): Promise<unknown> {
  const { read } = ctx.db;
  const [accounts, own, moved, scheduled] = await Promise.all([
    read
      .select({ type: bankAccounts.type, holderName: bankAccounts.holderName, lastFour: bankAccounts.lastFour })
      .from(bankAccounts)
      .where(eq(bankAccounts.userId, userId)),
    read.select().from(payouts).where(eq(payouts.userId, userId)),
    read
      .select({ payoutId: history.payoutId, state: history.state, reason: history.reason, at: history.at })
      .from(history)
      .where(sql`payout_id in (select id from payouts_payouts where user_id = ${userId})`),
    read.select().from(schedules).where(eq(schedules.userId, userId)),
  ]);
  return { bankAccounts: accounts, payouts: own, history: moved, schedule: scheduled };
}

/** Takes names and numbers away; what was paid stays in the books, under an id that names nobody. */
export function eraseBankAccounts(ctx: Ctx, userId: string): Statement {
  const query = ctx.db.primary
    .update(bankAccounts)
    .set({ holderName: "", number: "", ifsc: null, lastFour: "", fingerprint: "" })
    .where(eq(bankAccounts.userId, userId));
  return ctx.db.statement(query);
}

/** Whether two people have ever named the same bank account. */
export async function shareBankAccount(ctx: Ctx, one: Id<"user">, other: Id<"user">): Promise<boolean> {
  const mine = ctx.db.read
    .select({ fingerprint: bankAccounts.fingerprint })
    .from(bankAccounts)
    .where(and(eq(bankAccounts.userId, one), ne(bankAccounts.fingerprint, "")));
  const [row] = await ctx.db.read
    .select({ id: bankAccounts.id })
    .from(bankAccounts)
    .where(and(eq(bankAccounts.userId, other), inArray(bankAccounts.fingerprint, mine)))
    .limit(1);
  return row !== undefined;
}
