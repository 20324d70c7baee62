import { and, asc, eq, gte, inArray, isNull, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { GatewayName } from "#modules/gateways";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { CheckoutRow, PaymentRow, SubscriptionRow } from "./repository.ts";
import type { DisputeRow, RefundRow } from "./repository.refunds.ts";
import { checkouts, disputes, payments, refunds, settlements, subscriptions } from "./tables.ts";

/** What a comparison with a vendor reads of ours. */

export type SettlementRow = Omit<typeof settlements.$inferSelect, "id"> & { id: Id<"setl"> };

const BATCH = 500;
/** Each of them is a call of the vendor, and one run of the Worker may make a thousand. */
const ASKED = 100;
const among = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

export async function paymentsByVendor(
  ctx: Ctx,
  provider: GatewayName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PaymentRow>> {
  const rows = await ctx.db.primary
    .select()
    .from(payments)
    .where(and(eq(payments.provider, provider), inArray(payments.vendorId, among(ids))));
  return new Map((rows as PaymentRow[]).map((row) => [row.vendorId ?? "", row]));
}

export async function refundsByVendor(
  ctx: Ctx,
  provider: GatewayName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RefundRow>> {
  const rows = await ctx.db.primary
    .select()
    .from(refunds)
    .where(and(eq(refunds.provider, provider), inArray(refunds.vendorId, among(ids))));
  return new Map((rows as RefundRow[]).map((row) => [row.vendorId ?? "", row]));
}

export async function disputesByVendor(
  ctx: Ctx,
  provider: GatewayName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DisputeRow>> {
  const rows = await ctx.db.primary
    .select()
    .from(disputes)
    .where(and(eq(disputes.provider, provider), inArray(disputes.vendorId, among(ids))));
  return new Map((rows as DisputeRow[]).map((row) => [row.vendorId, row]));
}

/** What was captured by our clock since a moment. */
export async function listCaptured(ctx: Ctx, provider: GatewayName, since: number): Promise<PaymentRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(payments)
    .where(and(eq(payments.provider, provider), eq(payments.status, "captured"), gte(payments.capturedAt, since)))
    .limit(5_000);
  return rows as PaymentRow[];
}

/** Payments whose fee is not known though they were captured before a moment. */
export async function listWithoutFee(ctx: Ctx, provider: GatewayName, before: number): Promise<PaymentRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.provider, provider),
        eq(payments.status, "captured"),
        isNull(payments.fee),
        sql`${payments.capturedAt} <= ${before}`,
      ),
    )
    .limit(BATCH);
  return rows as PaymentRow[];
}

/**
 * Checkouts that somebody began before a moment and whose end, or whose payment's end, was never heard of, the oldest first.
 * A one-off one that is paid is found by its payment, so it is asked for only once its time is over.
 */
export async function listOpenCheckouts(ctx: Ctx, provider: GatewayName, before: number): Promise<CheckoutRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(checkouts)
    .where(
      and(
        eq(checkouts.provider, provider),
        sql`${checkouts.createdAt} <= ${before}`,
        sql`(${checkouts.state} in ('created', 'open') and (${checkouts.mode} <> 'payment' or ${checkouts.expiresAt} <= ${before})
          or exists (select 1 from payments_payments p where p.id = ${checkouts.paymentId} and p.status = 'pending'))`,
      ),
    )
    .orderBy(asc(checkouts.createdAt))
    .limit(ASKED);
  return rows as CheckoutRow[];
}

/** Disputes that are not over, the oldest first. */
export async function listOpenDisputes(ctx: Ctx, provider: GatewayName): Promise<DisputeRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(disputes)
    .where(and(eq(disputes.provider, provider), inArray(disputes.state, ["inquiry", "open"])))
    .orderBy(asc(disputes.openedAt))
    .limit(ASKED);
  return rows as DisputeRow[];
}

/** Subscriptions that have not ended, those first that were not looked at for the longest time. */
export async function listLiveSubscriptions(
  ctx: Ctx,
  provider: GatewayName,
  limit: number,
): Promise<SubscriptionRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), eq(subscriptions.ended, false)))
    .orderBy(asc(subscriptions.checkedAt))
    .limit(limit);
  return rows as SubscriptionRow[];
}

export async function findSettlement(ctx: Ctx, provider: GatewayName, vendorId: string): Promise<SettlementRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(settlements)
    .where(and(eq(settlements.provider, provider), eq(settlements.vendorId, vendorId)))
    .limit(1);
  return (row as SettlementRow | undefined) ?? null;
}

export function insertSettlement(
  ctx: Ctx,
  provider: GatewayName,
  row: Pick<SettlementRow, "id" | "vendorId" | "amount" | "asset" | "kept">,
): Statement {
  const values = { ...row, provider, state: "paid" as const, createdAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(settlements).values(values));
}

/** Marks a settlement as come back; refused as `payments_settlement_returned`. */
export function returnSettlement(ctx: Ctx, id: Id<"setl">): Statement[] {
  const query = ctx.db.primary
    .update(settlements)
    .set({ state: "returned" })
    .where(and(eq(settlements.id, id), eq(settlements.state, "paid")));
  return [ctx.db.statement(query), expectChange(ctx, "payments_settlement_returned")];
}

/** What a vendor should owe us by our rows, and what the books say that it does. */
export async function listClearing(
  ctx: Ctx,
  provider: GatewayName,
): Promise<{ asset: string; expected: number; booked: number }[]> {
  const { results } = await ctx.db
    .sql(
      `with moved (asset, amount) as (
         select asset, amount - coalesce(fee, 0) - refunded from payments_payments
         where provider = ?1 and status = 'captured'
         union all
         select p.asset, -iif(d.state = 'won', 0, d.amount) - d.fee from payments_disputes d
         join payments_payments p on p.id = d.payment_id where d.provider = ?1 and d.booked = 1
         union all
         select asset, -iif(state = 'paid', amount, 0) - kept from payments_settlements where provider = ?1)
       select m.asset, sum(m.amount) as expected,
         coalesce((select debits_posted - credits_posted from ledger_accounts a
           where a.id = 'clearing:' || ?1 || ':' || m.asset), 0) as booked
       from moved m group by m.asset`,
      provider,
    )
    .all<{ asset: string; expected: number; booked: number }>();
  return results;
}
