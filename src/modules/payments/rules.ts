import { divideHalfEven } from "#kernel/money";
import type { DisputeState, PaymentState } from "#modules/gateways";

/**
 * What must stay true: a captured payment never becomes anything less; the tax of all refunds of a payment adds up to the
 * tax of the payment when the refunds add up to its amount.
 */

export type Status = "created" | "pending" | "captured" | "failed";

export interface Known {
  readonly status: Status;
  readonly vendorId: string | null;
  readonly amount: number;
  readonly asset: string;
}

/** What a vendor's word about a payment means for ours. */
export type Decision =
  | { readonly kind: "capture" }
  /** The bank has agreed: the money must be taken now. */
  | { readonly kind: "take" }
  | { readonly kind: "set"; readonly status: "pending" | "failed" }
  | { readonly kind: "nothing" }
  /** It does not fit: kept out of the books, for an operator. */
  | { readonly kind: "hold"; readonly reason: "amount_mismatch" | "duplicate_payment" };

const COMES_TO: Readonly<Record<PaymentState["state"], Status>> = {
  created: "created",
  pending: "pending",
  authorized: "pending",
  captured: "captured",
  failed: "failed",
};

export function decide(known: Known, state: PaymentState, capturesByHand: boolean): Decision {
  if (known.status === "captured") return decideAfter(known, state);
  const status = COMES_TO[state.state];
  const take = state.state === "authorized" && capturesByHand;
  if (take || status === "captured") {
    const fits = state.amount === known.amount && state.asset === known.asset;
    return fits ? { kind: take ? "take" : "capture" } : { kind: "hold", reason: "amount_mismatch" };
  }
  return status === known.status || status === "created" ? { kind: "nothing" } : { kind: "set", status };
}

/** What a word means that comes when the payment is ours already. */
function decideAfter({ vendorId }: Known, { id, state }: PaymentState): Decision {
  const twice = id !== vendorId && state === "captured";
  return twice ? { kind: "hold", reason: "duplicate_payment" } : { kind: "nothing" };
}

export interface Totals {
  readonly amount: number;
  readonly tax: number;
  readonly refunded: number;
  readonly refunding: number;
  /** The tax of the refunds that were not refused. */
  readonly taxed: number;
}

/** The part of a refund that is tax: what is due of it after this refund, less what the others hold. */
export function taxOfRefund({ amount, tax, refunded, refunding, taxed }: Totals, refund: number): number {
  const part = refunded + refunding + refund;
  const due = Number(divideHalfEven(BigInt(tax) * BigInt(part), BigInt(amount)));
  return Math.min(Math.max(due - taxed, 0), refund);
}

export type WireStatus = Status | "refunded" | "partially_refunded" | "disputed";

/** The status as customers see it. */
export function wireStatus(row: { status: Status; amount: number; refunded: number; disputed: number }): WireStatus {
  if (row.disputed > 0) return "disputed";
  if (row.refunded === 0) return row.status;
  return row.refunded === row.amount ? "refunded" : "partially_refunded";
}

export type DisputeStep = "open" | "win" | "lose";

const OVER: ReadonlySet<string | undefined> = new Set(["won", "lost"]);

/** Whether nothing moves in a dispute any more. */
export function isOver(state: DisputeState["state"] | undefined): boolean {
  return OVER.has(state);
}

/** What moves when a dispute comes to a state: in which order, whatever was heard of it before. */
export function disputeSteps(
  known: { readonly state: DisputeState["state"]; readonly booked: boolean } | null,
  next: DisputeState["state"],
): DisputeStep[] {
  const booked = known?.booked === true;
  if (isOver(known?.state) || next === "inquiry") return [];
  if (next === "won") return booked ? ["win"] : [];
  const opening: DisputeStep[] = booked ? [] : ["open"];
  return next === "open" ? opening : [...opening, "lose"];
}
