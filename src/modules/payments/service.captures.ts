import type { EventDraft } from "#kernel/event";
import { draftEvent } from "#kernel/event";
import { gatewayFeeKept, paymentCaptured as bookCapture } from "#modules/ledger";
import type { Gateway, InvoiceState, PaymentState } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { keyedHash } from "#platform/keyed-hash";
import type { Effects } from "./effects.ts";
import { aboutOf, ignoredAs, isCounted, isOwnCheckout, NOTHING } from "./effects.ts";
import { checkoutDeclined, paymentCaptured, paymentFailed } from "./events.ts";
import type { CheckoutRow, PaymentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { decide } from "./rules.ts";
import { bringSubscription } from "./service.recurring.ts";
import { noteDifference } from "./service.differences.ts";

/** What a vendor's payment comes to here, whichever way we heard of it. */
export async function paymentEffects(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<Effects> {
  const state = await gateway.readPayment(ctx, vendorId);
  return await stateEffects(ctx, gateway, state);
}

export async function stateEffects(ctx: Ctx, gateway: Gateway, state: PaymentState): Promise<Effects> {
  if (state.invoiceId !== null) return await invoicePaymentEffects(ctx, gateway, { invoiceId: state.invoiceId, state });
  const bound = await repository.findPaymentBy(ctx, gateway.name, { vendorId: state.id });
  if (bound) return await move(ctx, gateway, { row: bound, state });
  const checkout = await checkoutOf(ctx, gateway, state);
  const row = checkout?.paymentId ? await repository.findPayment(ctx, checkout.paymentId) : null;
  if (!checkout || !row) return checkout ? attemptEffects(ctx, checkout, state) : ignoredAs("not_ours");
  return await move(ctx, gateway, { row, state });
}

/** The checkout that a vendor's payment names, by our id or by the vendor's own id of it. */
async function checkoutOf(ctx: Ctx, gateway: Gateway, { checkoutKey }: PaymentState): Promise<CheckoutRow | null> {
  if (checkoutKey === null) return null;
  const known = await repository.findCheckout(ctx, gateway.name, checkoutKey);
  if (known || isOwnCheckout(checkoutKey)) return known;
  // The event has overtaken the answer that would have told us the vendor's id.
  const { key } = await gateway.readCheckout(ctx, checkoutKey);
  return key === null ? null : await repository.findCheckout(ctx, gateway.name, key);
}

/** A try to begin a subscription: there is no payment of ours yet. That it was declined is told once. */
function attemptEffects(ctx: Ctx, checkout: CheckoutRow, state: PaymentState): Effects {
  const { id: checkoutId, userId, provider, purpose, reference, declined } = checkout;
  const { id: attemptId, amount, asset } = state;
  const base = { ...NOTHING, userId };
  if (state.state !== "failed" || declined === attemptId) return base;
  const told = { checkoutId, attemptId, userId, provider, purpose, reference, amount, asset };
  return {
    ...base,
    statements: repository.noteDeclined(ctx, checkout, attemptId),
    events: [draftEvent(checkoutDeclined, { ...told, code: state.failureCode ?? "declined" })],
  };
}

interface Move {
  readonly row: PaymentRow;
  readonly state: PaymentState;
}

async function move(ctx: Ctx, gateway: Gateway, { row, state }: Move): Promise<Effects> {
  const decision = decide(row, state, gateway.capturesByHand);
  const base = { ...NOTHING, userId: row.userId };
  if (decision.kind === "nothing") return { ...base, ...feeEffects(ctx, row, state) };
  if (decision.kind === "hold") {
    const note = { kind: decision.reason, subject: state.id, amount: state.amount, asset: state.asset } as const;
    return { ...base, statements: [noteDifference(ctx, gateway.name, note)] };
  }
  if (decision.kind === "take") {
    const taken = await gateway.capture(ctx, { id: state.id, amount: row.amount, asset: row.asset });
    return await move(ctx, gateway, {
      row,
      state: taken.state === "authorized" ? { ...taken, state: "pending" } : taken,
    });
  }
  if (decision.kind === "capture") return await captureEffects(ctx, row, state);
  const failureCode = decision.status === "failed" ? (state.failureCode ?? "declined") : null;
  const statements = repository.setStatus(ctx, row.id, { status: decision.status, failureCode });
  return { ...base, statements, events: decision.status === "failed" ? [failedEvent(row, failureCode)] : [] };
}

function failedEvent(row: PaymentRow, code: string | null): EventDraft {
  const { amount, checkoutId } = row;
  return draftEvent(paymentFailed, { ...aboutOf(row), checkoutId, amount, code: code ?? "declined" });
}

/** A payment becomes ours: row, books and event in one. */
async function captureEffects(ctx: Ctx, row: PaymentRow, state: PaymentState): Promise<Effects> {
  const { id, provider, amount, tax, asset, revenue, checkoutId, userId } = row;
  const methodKey = state.method ? await keyedHash(ctx.config, "payment method", state.method) : null;
  const booked = bookCapture({ paymentId: id, gateway: provider, asset, amount, tax, revenue });
  return {
    userId,
    ignored: null,
    statements: [
      ...repository.setCaptured(ctx, id, state),
      ...(checkoutId === null
        ? []
        : [repository.endCheckout(ctx, checkoutId as CheckoutRow["id"], { state: "complete" })]),
    ],
    transfers: [...booked, ...bookFee(row, state.fee)],
    events: [draftEvent(paymentCaptured, { ...aboutOf(row), checkoutId, amount, tax, methodKey })],
  };
}

function bookFee({ id, provider, asset }: PaymentRow, fee: number | null) {
  return gatewayFeeKept({ reference: id, gateway: provider, asset, amount: fee ?? 0 });
}

/** The vendor's fee, where it was not known when the payment was captured. */
function feeEffects(ctx: Ctx, row: PaymentRow, state: PaymentState): Pick<Effects, "statements" | "transfers"> {
  const late = row.status === "captured" && row.fee === null && state.fee !== null && state.id === row.vendorId;
  if (!late) return { statements: [], transfers: [] };
  return { statements: repository.setFee(ctx, row.id, state.fee), transfers: bookFee(row, state.fee) };
}

interface InvoicePayment {
  readonly invoiceId: string;
  /** The payment, where it is what we heard of. */
  readonly state?: PaymentState;
}

/** What the payment of a subscription's invoice comes to. */
export async function invoicePaymentEffects(ctx: Ctx, gateway: Gateway, heard: InvoicePayment): Promise<Effects> {
  const found = await ownInvoice(ctx, gateway, heard.invoiceId);
  if (!found) return ignoredAs("not_ours");
  const { invoice, userId } = found;
  const paymentId = heard.state?.id ?? invoice.paymentId;
  if (paymentId === null || invoice.total < 1 || !isCounted(invoice.asset)) return { ...NOTHING, userId };
  const state = heard.state ?? (await gateway.readPayment(ctx, paymentId));
  const known = await repository.findPaymentBy(ctx, gateway.name, { invoiceId: invoice.id });
  if (known) return await move(ctx, gateway, { row: known, state });
  return state.state === "created" ? { ...NOTHING, userId } : await firstOf(ctx, { gateway, invoice, userId }, state);
}

/** An invoice of a customer of ours; null for anybody else's. */
export async function ownInvoice(
  ctx: Ctx,
  gateway: Gateway,
  id: string,
): Promise<{ invoice: InvoiceState; userId: PaymentRow["userId"] } | null> {
  if (!gateway.subscriptions) return null;
  const invoice = await gateway.subscriptions.readInvoice(ctx, id);
  const userId = await repository.findUserOf(ctx, gateway.name, invoice.customerId);
  return userId === null ? null : { invoice, userId };
}

/** The first that is heard of an invoice's payment. */
async function firstOf(ctx: Ctx, of: OfInvoice, state: PaymentState): Promise<Effects> {
  const { gateway, invoice } = of;
  if (invoice.subscriptionId !== null) await bringSubscription(ctx, gateway, invoice.subscriptionId);
  const row = await invoiceRow(ctx, of);
  const moved = await move(ctx, gateway, { row, state });
  return { ...moved, statements: [repository.insertPayment(ctx, row), ...moved.statements] };
}

interface OfInvoice {
  readonly gateway: Gateway;
  readonly invoice: InvoiceState;
  readonly userId: PaymentRow["userId"];
}

async function invoiceRow(ctx: Ctx, { gateway, invoice, userId }: OfInvoice): Promise<PaymentRow> {
  const { subscriptionId } = invoice;
  const subscription =
    subscriptionId === null ? null : await repository.findSubscription(ctx, gateway.name, subscriptionId);
  return {
    id: ctx.newId("pay"),
    userId,
    provider: gateway.name,
    checkoutId: null,
    purpose: "subscription",
    reference: subscription?.reference ?? subscriptionId ?? invoice.id,
    revenue: "revenue:subscription",
    amount: invoice.total,
    tax: invoice.tax,
    asset: invoice.asset,
    status: "created",
    vendorId: null,
    invoiceId: invoice.id,
    subscriptionId,
    fee: null,
    refunded: 0,
    refunding: 0,
    disputed: 0,
    failureCode: null,
    createdAt: ctx.now(),
    capturedAt: null,
  };
}
