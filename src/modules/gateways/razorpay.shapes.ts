import { z } from "zod";
import { SECOND } from "#kernel/time";
import type { DisputeState, PaymentState, RefundState, SettledPart, Settlement } from "./gateway.ts";

/** What we read of Razorpay's objects, and what it means to us. */

const id = z.string().min(1);
const time = z.int().transform((seconds) => seconds * SECOND);
const amount = z.int();
/** A list when it is empty, an object otherwise. */
const notes = z
  .union([z.array(z.unknown()).transform(() => ({})), z.record(z.string(), z.unknown())])
  .nullish()
  .transform((found): Record<string, unknown> => found ?? {});

export const collection = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item) });

export const order = z.object({
  id,
  amount,
  currency: z.string(),
  receipt: z.string().nullish(),
  status: z.enum(["created", "attempted", "paid"]),
});

export const payment = z.object({
  id,
  amount,
  currency: z.string(),
  status: z.enum(["created", "authorized", "captured", "refunded", "failed"]),
  order_id: z.string().nullish(),
  amount_refunded: amount.nullish(),
  captured: z.boolean().nullish(),
  /** Its tax included. */
  fee: amount.nullish(),
  error_code: z.string().nullish(),
  error_reason: z.string().nullish(),
  vpa: z.string().max(255).nullish(),
  created_at: time,
});

type Payment = z.output<typeof payment>;

const PAYMENT_STATES = {
  created: "created",
  authorized: "authorized",
  captured: "captured",
  refunded: "captured",
  failed: "failed",
} as const satisfies Readonly<Record<Payment["status"], PaymentState["state"]>>;

export function toPayment(from: Payment): PaymentState {
  const state = from.captured === true ? "captured" : PAYMENT_STATES[from.status];
  return {
    id: from.id,
    state,
    amount: from.amount,
    asset: from.currency,
    fee: state === "captured" ? (from.fee ?? null) : null,
    refunded: from.amount_refunded ?? 0,
    customerId: null,
    checkoutKey: from.order_id ?? null,
    invoiceId: null,
    failureCode: state === "failed" ? wordOf(from) : null,
    method: from.vpa ? `upi ${from.vpa.toLowerCase()}` : null,
    createdAt: from.created_at,
  };
}

function wordOf({ error_reason, error_code }: Payment): string {
  return /^[a-z0-9_]{1,60}$/.exec((error_reason ?? error_code ?? "").toLowerCase())?.[0] ?? "declined";
}

export const refund = z.object({
  id,
  payment_id: id,
  amount,
  currency: z.string().default("INR"),
  receipt: z.string().nullish(),
  notes,
  status: z.enum(["pending", "processed", "failed"]),
});

const REFUND_STATES = { pending: "pending", processed: "paid", failed: "failed" } as const;

export function toRefund(from: z.output<typeof refund>): RefundState {
  const key = from.notes["refundId"];
  return {
    id: from.id,
    key: typeof key === "string" ? key : (from.receipt ?? null),
    paymentId: from.payment_id,
    amount: from.amount,
    asset: from.currency,
    state: REFUND_STATES[from.status],
  };
}

export const dispute = z.object({
  id,
  payment_id: id,
  amount,
  currency: z.string(),
  amount_deducted: amount.default(0),
  reason_code: z.string().default("unknown"),
  status: z.enum(["open", "under_review", "action_required", "won", "lost", "closed"]),
  created_at: time,
});

type Dispute = z.output<typeof dispute>;

function stateOf({ status, amount_deducted }: Dispute): DisputeState["state"] {
  if (status === "won" || status === "lost") return status;
  if (status === "closed") return "won";
  return amount_deducted > 0 ? "open" : "inquiry";
}

export function toDispute(from: Dispute): DisputeState {
  return {
    id: from.id,
    paymentId: from.payment_id,
    amount: from.amount,
    asset: from.currency,
    state: stateOf(from),
    fee: 0,
    reason: from.reason_code,
    openedAt: from.created_at,
  };
}

export const settlement = z.object({ id, amount, status: z.string(), created_at: time });

const SETTLED: Readonly<Record<string, Settlement["state"]>> = { processed: "paid", failed: "failed" };

export function toSettlement(from: z.output<typeof settlement>): Settlement {
  const state = SETTLED[from.status] ?? "pending";
  return { id: from.id, amount: from.amount, asset: "INR", state, createdAt: from.created_at };
}

export const settledLine = z.object({
  entity_id: id,
  type: z.string(),
  debit: amount,
  credit: amount,
  settlement_id: z.string().nullish(),
  dispute_id: z.string().nullish(),
});

/** A dispute comes as an adjustment that names it. */
export function toSettledPart({
  entity_id,
  type,
  debit,
  credit,
  dispute_id,
}: z.output<typeof settledLine>): SettledPart {
  const net = credit - debit;
  if (dispute_id) return { kind: "dispute", objectId: dispute_id, net };
  return { kind: type === "payment" || type === "refund" ? type : "other", objectId: entity_id, net };
}
