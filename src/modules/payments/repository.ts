import { and, desc, eq, lt, ne, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { GatewayName, PaymentState } from "#modules/gateways";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { checkouts, customers, payments, subscriptions } from "./tables.ts";

export type CheckoutRow = Omit<typeof checkouts.$inferSelect, "id" | "userId" | "paymentId"> & {
  id: Id<"chk">;
  userId: Id<"user">;
  paymentId: Id<"pay"> | null;
};
export type PaymentRow = Omit<typeof payments.$inferSelect, "id" | "userId"> & { id: Id<"pay">; userId: Id<"user"> };
export type SubscriptionRow = Omit<typeof subscriptions.$inferSelect, "userId"> & { userId: Id<"user"> };

/** Refuses the second of two runs that found the same payment open. */
export const CAPTURED_BEFORE = "payments_captured_before";
export const DECLINED_BEFORE = "payments_checkout_declined";
/** Refuse a row for what has one. */
export const TAKEN = [
  "payments_payments.provider, payments_payments.invoice_id",
  "payments_payments.provider, payments_payments.vendor_id",
] as const;

export function insertCheckout(ctx: Ctx, row: CheckoutRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(checkouts).values(row).onConflictDoNothing({ target: checkouts.id }));
}

export function insertPayment(ctx: Ctx, row: PaymentRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(payments).values(row).onConflictDoNothing({ target: payments.id }));
}

export function openCheckout(
  ctx: Ctx,
  id: Id<"chk">,
  opened: { readonly vendorId: string; readonly url: string | null },
): Statement {
  const query = ctx.db.primary
    .update(checkouts)
    .set({ ...opened, state: sql`case state when 'created' then 'open' else state end` })
    .where(eq(checkouts.id, id));
  return ctx.db.statement(query);
}

export function endCheckout(
  ctx: Ctx,
  id: Id<"chk">,
  end: { readonly state: "complete" | "expired"; readonly subscriptionId?: string | null },
): Statement {
  const { primary } = ctx.db;
  const query = primary
    .update(checkouts)
    .set(end)
    .where(and(eq(checkouts.id, id), ne(checkouts.state, "complete")));
  return ctx.db.statement(query);
}

/** Notes the try that was declined; refused as `payments_checkout_declined` where another run has. */
export function noteDeclined(ctx: Ctx, before: CheckoutRow, attemptId: string): Statement[] {
  const query = ctx.db.primary
    .update(checkouts)
    .set({ declined: attemptId })
    .where(and(eq(checkouts.id, before.id), sql`${checkouts.declined} is ${before.declined}`));
  return [ctx.db.statement(query), expectChange(ctx, DECLINED_BEFORE)];
}

/** A checkout by its own id or by the vendor's. */
export async function findCheckout(ctx: Ctx, provider: GatewayName, id: string): Promise<CheckoutRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(checkouts)
    .where(and(eq(checkouts.provider, provider), or(eq(checkouts.id, id), eq(checkouts.vendorId, id))))
    .limit(1);
  return (row as CheckoutRow | undefined) ?? null;
}

export async function findPayment(ctx: Ctx, id: Id<"pay">): Promise<PaymentRow | null> {
  const [row] = await ctx.db.primary.select().from(payments).where(eq(payments.id, id)).limit(1);
  return (row as PaymentRow | undefined) ?? null;
}

export async function findPaymentBy(
  ctx: Ctx,
  provider: GatewayName,
  by: { readonly vendorId: string } | { readonly invoiceId: string },
): Promise<PaymentRow | null> {
  const key = "vendorId" in by ? eq(payments.vendorId, by.vendorId) : eq(payments.invoiceId, by.invoiceId);
  const [row] = await ctx.db.primary
    .select()
    .from(payments)
    .where(and(eq(payments.provider, provider), key))
    .limit(1);
  return (row as PaymentRow | undefined) ?? null;
}

/** A user's payments, newest first; one row more than the page holds. */
export async function listPayments(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<PaymentRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(payments)
    .where(and(eq(payments.userId, userId), page.after === null ? undefined : lt(payments.id, page.after)))
    .orderBy(desc(payments.id))
    .limit(page.limit + 1);
  return rows as PaymentRow[];
}

/** Marks a payment as ours, once; refused then as `payments_captured_before`. */
export function setCaptured(ctx: Ctx, id: Id<"pay">, state: PaymentState): Statement[] {
  const query = ctx.db.primary
    .update(payments)
    .set({ status: "captured", vendorId: state.id, fee: state.fee, failureCode: null, capturedAt: ctx.now() })
    .where(and(eq(payments.id, id), ne(payments.status, "captured")));
  return [ctx.db.statement(query), expectChange(ctx, CAPTURED_BEFORE)];
}

export function setStatus(
  ctx: Ctx,
  id: Id<"pay">,
  change: { readonly status: "pending" | "failed"; readonly failureCode: string | null },
): Statement[] {
  const query = ctx.db.primary
    .update(payments)
    .set(change)
    .where(and(eq(payments.id, id), ne(payments.status, "captured")));
  return [ctx.db.statement(query), expectChange(ctx, CAPTURED_BEFORE)];
}

/** Notes the fee of a payment whose fee was not known; refused as `payments_fee_known`. */
export function setFee(ctx: Ctx, id: Id<"pay">, fee: number): Statement[] {
  return [
    ctx.db.sql("update payments_payments set fee = ? where id = ? and fee is null and status = 'captured'", fee, id),
    expectChange(ctx, "payments_fee_known"),
  ];
}

export async function findCustomer(ctx: Ctx, userId: string, provider: GatewayName): Promise<string | null> {
  const [row] = await ctx.db.primary
    .select({ vendorId: customers.vendorId })
    .from(customers)
    .where(and(eq(customers.userId, userId), eq(customers.provider, provider)))
    .limit(1);
  return row?.vendorId ?? null;
}

export async function findUserOf(ctx: Ctx, provider: GatewayName, customerId: string): Promise<Id<"user"> | null> {
  const [row] = await ctx.db.primary
    .select({ userId: customers.userId })
    .from(customers)
    .where(and(eq(customers.provider, provider), eq(customers.vendorId, customerId)))
    .limit(1);
  return (row?.userId as Id<"user"> | undefined) ?? null;
}

export function insertCustomer(ctx: Ctx, row: Omit<typeof customers.$inferInsert, "createdAt">): Statement {
  const values = { ...row, createdAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(customers).values(values).onConflictDoNothing());
}

/** Notes whose a subscription is, and what was seen of it. */
export function upsertSubscription(ctx: Ctx, row: Omit<SubscriptionRow, "createdAt" | "checkedAt">): Statement {
  const now = ctx.now();
  const { seen, ended } = row;
  const query = ctx.db.primary
    .insert(subscriptions)
    .values({ ...row, checkedAt: now, createdAt: now })
    .onConflictDoUpdate({
      target: [subscriptions.provider, subscriptions.vendorId],
      set: { seen, ended, checkedAt: now },
    });
  return ctx.db.statement(query);
}

export async function findSubscription(ctx: Ctx, provider: GatewayName, id: string): Promise<SubscriptionRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), eq(subscriptions.vendorId, id)))
    .limit(1);
  return (row as SubscriptionRow | undefined) ?? null;
}
