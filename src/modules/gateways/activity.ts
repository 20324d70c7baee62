import type { Millis } from "#kernel/time";
import type { DisputeState, PaymentState, RefundState } from "./gateway.ts";

/** What moved at a vendor in a span of time, for comparison with what we know. */
export interface Activity {
  readonly payments: readonly PaymentState[];
  readonly refunds: readonly RefundState[];
  readonly disputes: readonly DisputeState[];
  readonly settlements: readonly Settlement[];
}

/** Money that the vendor has paid out to our bank. */
export interface Settlement {
  readonly id: string;
  readonly amount: number;
  readonly asset: string;
  readonly state: "pending" | "paid" | "failed";
  readonly createdAt: Millis;
}

/** One line of what a settlement is made of. */
export interface SettledPart {
  /** `kept`: what the vendor keeps beside the fees of payments. */
  readonly kind: "payment" | "refund" | "dispute" | "kept" | "other";
  /** The vendor's id of the payment, refund or dispute; of the line itself, where it is about none. */
  readonly objectId: string;
  /** What it adds to the settlement; below zero what it takes away. */
  readonly net: number;
}
