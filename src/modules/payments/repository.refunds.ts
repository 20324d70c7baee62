import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { GatewayName } from "#modules/gateways";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { PaymentRow } from "./repository.ts";
import { disputes, payments, refunds } from "./tables.ts";

export type RefundRow = Omit<typeof refunds.$inferSelect, "id" | "paymentId"> & {
  id: Id<"refund">;
  paymentId: Id<"pay">;
};
export type DisputeRow = Omit<typeof disputes.$inferSelect, "id" | "paymentId"> & {
  id: Id<"disp">;
  paymentId: Id<"pay">;
};

export const REFUND_RACED = "payments_refund_raced";
export const REFUND_KNOWN = "payments_refunds.provider, payments_refunds.vendor_id";
export const DISPUTE_RACED = "payments_dispute_raced";
export const DISPUTE_KNOWN = "payments_disputes.provider, payments_disputes.vendor_id";

export async function findRefund(ctx: Ctx, id: string): Promise<RefundRow | null> {
  const [row] = await ctx.db.primary.select().from(refunds).where(eq(refunds.id, id)).limit(1);
  return (row as RefundRow | undefined) ?? null;
}

export async function findRefundBy(ctx: Ctx, provider: GatewayName, vendorId: string): Promise<RefundRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(refunds)
    .where(and(eq(refunds.provider, provider), eq(refunds.vendorId, vendorId)))
    .limit(1);
  return (row as RefundRow | undefined) ?? null;
}

export async function listRefunds(ctx: Ctx, paymentIds: readonly string[]): Promise<RefundRow[]> {
  if (paymentIds.length === 0) return [];
  const ids = JSON.stringify(paymentIds);
  const rows = await ctx.db.primary
    .select()
    .from(refunds)
    .where(inArray(refunds.paymentId, sql`(select value from json_each(${ids}))`))
    .orderBy(refunds.id);
  return rows as RefundRow[];
}

export async function listUnsettled(ctx: Ctx, provider: GatewayName, before: number): Promise<RefundRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(refunds)
    .where(
      and(
        eq(refunds.provider, provider),
        inArray(refunds.state, ["requested", "pending"]),
        sql`${refunds.createdAt} <= ${before}`,
      ),
    )
    .limit(200);
  return rows as RefundRow[];
}

/** The tax of a payment's refunds that were not refused. */
export async function sumTax(ctx: Ctx, paymentId: Id<"pay">): Promise<number> {
  const [row] = await ctx.db.primary
    .select({ tax: sql<number>`coalesce(sum(${refunds.tax}), 0)` })
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), ne(refunds.state, "failed")));
  return row?.tax ?? 0;
}

/** Puts a refund down; the database refuses one of more than is left, under `payments_refund_within_amount`. */
export function insertRefund(ctx: Ctx, row: RefundRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(refunds).values(row));
}

export interface Moved {
  readonly refunding?: number;
  readonly refunded?: number;
}

/**
 * Moves a payment's totals. With `seen` only as long as nobody else has since they were read; refused then as
 * `payments_refund_raced`.
 */
export function moveTotals(
  ctx: Ctx,
  id: Id<"pay">,
  moved: Moved & { readonly seen?: Pick<PaymentRow, "refunding" | "refunded" | "disputed"> },
): Statement[] {
  const { seen } = moved;
  const query = ctx.db.primary
    .update(payments)
    .set({
      refunding: sql`${payments.refunding} + ${moved.refunding ?? 0}`,
      refunded: sql`${payments.refunded} + ${moved.refunded ?? 0}`,
    })
    .where(
      and(
        eq(payments.id, id),
        seen &&
          and(
            eq(payments.refunding, seen.refunding),
            eq(payments.refunded, seen.refunded),
            eq(payments.disputed, seen.disputed),
          ),
      ),
    );
  return [ctx.db.statement(query), expectChange(ctx, REFUND_RACED)];
}

/** Moves a refund on from the state that was read; refused as `payments_refund_raced` when it has moved since. */
export function setRefund(
  ctx: Ctx,
  row: RefundRow,
  change: { readonly state: RefundRow["state"]; readonly vendorId: string | null },
): Statement[] {
  const settledAt = change.state === "paid" || change.state === "failed" ? ctx.now() : null;
  const query = ctx.db.primary
    .update(refunds)
    .set({ ...change, settledAt })
    .where(and(eq(refunds.id, row.id), eq(refunds.state, row.state)));
  return [ctx.db.statement(query), expectChange(ctx, REFUND_RACED)];
}

export async function findDispute(ctx: Ctx, provider: GatewayName, vendorId: string): Promise<DisputeRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(disputes)
    .where(and(eq(disputes.provider, provider), eq(disputes.vendorId, vendorId)))
    .limit(1);
  return (row as DisputeRow | undefined) ?? null;
}

/** Which of these payments are with a customer's bank that has not decided yet. */
export async function listDisputed(ctx: Ctx, paymentIds: readonly string[]): Promise<string[]> {
  const named = sql`(select value from json_each(${JSON.stringify(paymentIds)}))`;
  const rows = await ctx.db.primary
    .selectDistinct({ paymentId: disputes.paymentId })
    .from(disputes)
    .where(and(eq(disputes.state, "open"), inArray(disputes.paymentId, named)));
  return rows.map(({ paymentId }) => paymentId);
}

/** What of a payment has gone by disputes that were lost. */
export async function sumLost(ctx: Ctx, paymentId: string): Promise<number> {
  const rows = await ctx.db.primary
    .select({ amount: disputes.amount })
    .from(disputes)
    .where(and(eq(disputes.state, "lost"), eq(disputes.paymentId, paymentId)));
  return rows.reduce((sum, { amount }) => sum + amount, 0);
}

export function insertDispute(ctx: Ctx, row: DisputeRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(disputes).values(row));
}

export function setDispute(
  ctx: Ctx,
  before: DisputeRow,
  change: Pick<DisputeRow, "state" | "booked" | "fee" | "closedAt">,
): Statement[] {
  const query = ctx.db.primary
    .update(disputes)
    .set(change)
    .where(and(eq(disputes.id, before.id), eq(disputes.state, before.state)));
  return [ctx.db.statement(query), expectChange(ctx, DISPUTE_RACED)];
}

export function addDisputed(ctx: Ctx, paymentId: Id<"pay">, amount: number): Statement {
  return ctx.db.sql("update payments_payments set disputed = max(0, disputed + ?) where id = ?", amount, paymentId);
}
