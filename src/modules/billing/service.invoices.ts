import type { Id } from "#kernel/ids";
import { HOUR, MINUTE, SECOND, toDate } from "#kernel/time";
import type { Line } from "#modules/invoicing";
import { writeCreditNote, writeInvoice } from "#modules/invoicing";
import type { GatewayName, InvoiceState } from "#modules/payments";
import { readInvoice, refundPayment } from "#modules/payments";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { NotYet, SetAside } from "#platform/failure";
import { failureNotice } from "./notices.ts";
import type { GatewayRef } from "./repository.subscriptions.ts";
import { findByRef } from "./repository.subscriptions.ts";

export interface GatewayInvoice {
  readonly provider: GatewayName;
  readonly userId: string;
  readonly invoiceId: string;
  /** Our own payment, once one has settled it. */
  readonly paymentId: string | null;
}

/** Writes our invoice of a gateway's one, as the gateway has it at this moment; a draft and one of nothing have none. */
export async function recordInvoice(
  ctx: Ctx,
  { provider, userId, invoiceId, paymentId }: GatewayInvoice,
): Promise<void> {
  const state = await readInvoice(ctx, provider, invoiceId);
  if (state.status === "draft" || state.total <= 0) return;
  const paid = state.status === "paid";
  const { statements, events } = await writeInvoice(ctx, {
    userId: userId as Id<"user">,
    source: `${provider}:${invoiceId}`,
    asset: state.asset,
    lines: linesOf(state),
    taxMinor: state.tax,
    status: paid ? "paid" : state.status === "open" ? "open" : "void",
    issuedAt: state.issuedAt,
    paidAt: paid ? (state.paidAt ?? ctx.now()) : null,
    paymentId,
  });
  await commit(ctx, statements, { events });
}

/** The lines without tax. What a gateway has added beside them, such as a discount, stands in a line of its own. */
function linesOf(state: InvoiceState): Line[] {
  const lines = state.lines
    .filter(({ kind }) => kind !== "tax")
    .map(({ description, amount, periodStart, periodEnd }) => ({
      description: `${description}, ${toDate(periodStart)} to ${toDate(periodEnd)}`,
      amountMinor: amount,
    }));
  const rest = state.total - state.tax - lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return rest === 0 ? lines : [...lines, { description: "Discounts and corrections", amountMinor: rest }];
}

export interface OneOffPayment {
  readonly paymentId: string;
  readonly userId: string;
  readonly purpose: string;
  readonly reference: string;
  readonly amount: number;
  readonly tax: number;
  readonly asset: string;
}

/** Writes the invoice of a payment that no gateway has made one for. */
export async function recordOneOff(ctx: Ctx, payment: OneOffPayment): Promise<void> {
  const { paymentId, userId, purpose, reference, amount, tax, asset } = payment;
  const now = ctx.now();
  const { statements, events } = await writeInvoice(ctx, {
    userId: userId as Id<"user">,
    source: `payment:${paymentId}`,
    asset,
    lines: [
      { description: `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)} ${reference}`, amountMinor: amount - tax },
    ],
    taxMinor: tax,
    status: "paid",
    issuedAt: now,
    paidAt: now,
    paymentId,
  });
  await commit(ctx, statements, { events });
}

/** What has to come first may be lost: it is waited for longer each time, and after an hour an operator has to look. */
function notYet(ctx: Ctx, occurredAt: number, missing: string): Error {
  const age = ctx.now() - occurredAt;
  return age > HOUR ? new SetAside(missing) : new NotYet(Math.min(10 * MINUTE, Math.max(2 * SECOND, 3 * age)));
}

export interface Refund {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly tax: number;
}

/** Writes the credit note of a refund, which waits for the invoice that it takes back. */
export async function recordRefund(
  ctx: Ctx,
  { refundId, paymentId, amount, tax }: Refund,
  occurredAt: number,
): Promise<void> {
  const written = await writeCreditNote(ctx, { refundId, paymentId, amountMinor: amount, taxMinor: tax });
  if (!written) throw notYet(ctx, occurredAt, "invoice_missing");
  await commit(ctx, written.statements, { events: written.events });
}

/** Gives a payment back that was taken for a subscription nobody wanted twice. */
export async function returnSurplus(
  ctx: Ctx,
  { paymentId, ...ref }: GatewayRef & { readonly paymentId: string },
  occurredAt: number,
): Promise<void> {
  const subscription = await findByRef(ctx, ref);
  if (!subscription) throw notYet(ctx, occurredAt, "subscription_missing");
  if (!subscription.surplus) return;
  await refundPayment(ctx, { paymentId: paymentId as Id<"pay">, reason: "A second subscription was paid at once." });
}

export interface Failure {
  readonly userId: string;
  readonly provider: GatewayName;
  /** Which payment or try to pay it was. */
  readonly tryOf: string;
  readonly amount: number;
  readonly asset: string;
  readonly invoiceId: string | null;
}

/** Tells somebody that a payment was declined, and when it is tried again. */
export async function tellFailure(ctx: Ctx, failure: Failure): Promise<void> {
  const { userId, provider, invoiceId, tryOf, amount: amountMinor, asset } = failure;
  const invoice = invoiceId === null ? null : await readInvoice(ctx, provider, invoiceId);
  const { statements, events } = await failureNotice(ctx, userId as Id<"user">, {
    tryOf,
    amountMinor,
    asset,
    retryAt: invoice?.nextAttemptAt ?? null,
    attempts: invoice?.attempts ?? 1,
  });
  await commit(ctx, statements, { events });
}
