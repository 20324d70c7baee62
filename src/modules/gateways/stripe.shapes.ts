import { z } from "zod";
import { SECOND } from "#kernel/time";
import type { CheckoutState, DisputeState, PaymentState, RefundState, SettledPart, Settlement } from "./gateway.ts";

/** What we read of Stripe's objects, and what it means to us. */

export const id = z.string().min(1);
/** An object that may come whole or as its id. */
export const ref = z
  .union([id, z.object({ id }).transform((object) => object.id)])
  .nullish()
  .transform((found) => found ?? null);
export const time = z.int().transform((seconds) => seconds * SECOND);
export const metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});
export const moment = time.nullish().transform((found) => found ?? null);
export const amount = z.int();
export const currency = z.string().transform((code) => code.toUpperCase());

export const listOf = <S extends z.ZodType>(item: S) => z.object({ data: z.array(item), has_more: z.boolean() });

export const anyObject = z.object({ id });
export const link = z.object({ url: z.string() });

export const session = z.object({
  id,
  url: z.string().nullish(),
  client_reference_id: z.string().nullish(),
  status: z.enum(["open", "complete", "expired"]).nullish(),
  customer: ref,
  payment_intent: ref,
  subscription: ref,
});

export function toCheckout(from: z.output<typeof session>): CheckoutState {
  return {
    id: from.id,
    key: from.client_reference_id ?? null,
    state: from.status ?? "open",
    customerId: from.customer,
    paymentId: from.payment_intent,
    subscriptionId: from.subscription,
  };
}

const charge = z.object({
  amount_refunded: amount.default(0),
  payment_method_details: z.object({ card: z.object({ fingerprint: z.string().nullish() }).nullish() }).nullish(),
  balance_transaction: z.union([id, z.object({ fee: amount, currency })]).nullish(),
});

export const intent = z.object({
  id,
  amount,
  amount_received: amount.default(0),
  currency,
  status: z.string(),
  customer: ref,
  metadata,
  latest_charge: z.union([id, charge]).nullish(),
  last_payment_error: z.object({ code: z.string().nullish() }).nullish(),
  created: time,
});

const INTENT_STATES: Readonly<Record<string, PaymentState["state"]>> = {
  succeeded: "captured",
  requires_capture: "authorized",
  processing: "pending",
  requires_action: "pending",
  requires_confirmation: "pending",
  canceled: "failed",
};

type Intent = z.output<typeof intent>;

/** What Stripe keeps of a payment; null while it is not settled, or settled in another currency. */
function feeOf({ latest_charge, currency: asset }: Intent): number | null {
  const last = typeof latest_charge === "object" ? latest_charge : null;
  const booked = typeof last?.balance_transaction === "object" ? last.balance_transaction : null;
  return booked?.currency === asset ? booked.fee : null;
}

/** One card has one fingerprint, whoever pays with it. */
function methodOf({ latest_charge }: Intent): string | null {
  const last = typeof latest_charge === "object" ? latest_charge : null;
  const fingerprint = last?.payment_method_details?.card?.fingerprint;
  return fingerprint ? `card ${fingerprint}` : null;
}

function refundedOf({ latest_charge }: Intent): number {
  return typeof latest_charge === "object" && latest_charge !== null ? latest_charge.amount_refunded : 0;
}

export function toPayment(from: Intent, invoiceId: string | null): PaymentState {
  const tried = from.last_payment_error?.code ?? null;
  const state = INTENT_STATES[from.status] ?? (tried === null ? "created" : "failed");
  return {
    id: from.id,
    state,
    amount: state === "captured" ? from.amount_received : from.amount,
    asset: from.currency,
    fee: feeOf(from),
    refunded: refundedOf(from),
    customerId: from.customer,
    checkoutKey: from.metadata["checkoutId"] ?? null,
    invoiceId,
    failureCode: state === "failed" ? (tried ?? "canceled") : null,
    method: methodOf(from),
    createdAt: from.created,
  };
}

export const invoicePayment = z.object({ invoice: ref });

export const refund = z.object({
  id,
  amount,
  currency,
  status: z.string().nullish(),
  payment_intent: ref,
  metadata,
});

const REFUND_STATES: Readonly<Record<string, RefundState["state"]>> = {
  succeeded: "paid",
  failed: "failed",
  canceled: "failed",
};

/** Null for a refund of what is no payment intent: nobody here can have made that. */
export function toRefund(from: z.output<typeof refund>): RefundState | null {
  if (!from.payment_intent) return null;
  return {
    id: from.id,
    key: from.metadata["refundId"] ?? null,
    paymentId: from.payment_intent,
    amount: from.amount,
    asset: from.currency,
    state: REFUND_STATES[from.status ?? ""] ?? "pending",
  };
}

export const dispute = z.object({
  id,
  amount,
  currency,
  status: z.string(),
  reason: z.string(),
  payment_intent: ref,
  balance_transactions: z.array(z.object({ fee: amount, currency })).default([]),
  created: time,
});

const DISPUTE_STATES: Readonly<Record<string, DisputeState["state"]>> = {
  needs_response: "open",
  under_review: "open",
  won: "won",
  lost: "lost",
  warning_needs_response: "inquiry",
  warning_under_review: "inquiry",
  warning_closed: "won",
  prevented: "won",
};

export function toDispute(from: z.output<typeof dispute>): DisputeState | null {
  if (!from.payment_intent) return null;
  const fees = from.balance_transactions.filter((line) => line.currency === from.currency);
  return {
    id: from.id,
    paymentId: from.payment_intent,
    amount: from.amount,
    asset: from.currency,
    state: DISPUTE_STATES[from.status] ?? "open",
    fee: fees.reduce((sum, { fee }) => sum + Math.max(fee, 0), 0),
    reason: from.reason,
    openedAt: from.created,
  };
}

export const payout = z.object({ id, amount, currency, status: z.string(), created: time });

export function toSettlement(from: z.output<typeof payout>): Settlement {
  const state =
    from.status === "paid" ? "paid" : from.status === "failed" || from.status === "canceled" ? "failed" : "pending";
  return { id: from.id, amount: from.amount, asset: from.currency, state, createdAt: from.created };
}

export const balanceLine = z.object({
  id,
  type: z.string(),
  net: amount,
  source: z
    .union([id.transform((found) => ({ id: found, payment_intent: null })), z.object({ id, payment_intent: ref })])
    .nullish(),
});

const PARTS: Readonly<Record<string, SettledPart["kind"]>> = {
  charge: "payment",
  payment: "payment",
  refund: "refund",
  payment_refund: "refund",
  adjustment: "dispute",
  stripe_fee: "kept",
  stripe_fx_fee: "kept",
  tax_fee: "kept",
  network_cost: "kept",
};

/** Null for the payout's own line. */
export function toSettledPart({ id: lineId, type, net, source }: z.output<typeof balanceLine>): SettledPart | null {
  if (type === "payout") return null;
  const kind = PARTS[type] ?? "other";
  const objectId = kind === "payment" ? source?.payment_intent : source?.id;
  return { kind, objectId: objectId ?? lineId, net };
}

export const method = z.object({
  id,
  type: z.string(),
  customer: ref,
  card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }).nullish(),
});

export const customer = z.object({
  id,
  deleted: z.boolean().optional(),
  invoice_settings: z.object({ default_payment_method: ref }).nullish(),
});
