import type { Millis } from "#kernel/time";
import type {
  CheckoutRequest,
  DisputeState,
  InvoiceState,
  PaymentState,
  Price,
  RefundState,
  SubscriptionState,
  Topic,
} from "./gateway.ts";

/** What the sandbox vendor keeps, and what it tells of a change. */

export interface Customer {
  readonly kind: "customer";
  readonly id: string;
  readonly userId: string;
  readonly defaultMethodId: string | null;
}

export interface Method {
  readonly kind: "method";
  readonly id: string;
  readonly customerId: string;
  /** Whether payments by it are declined. */
  readonly fails: boolean;
  readonly brand: string;
  readonly last4: string;
}

export interface Checkout {
  readonly kind: "checkout";
  readonly id: string;
  readonly customerId: string | null;
  readonly request: CheckoutRequest;
  readonly state: "open" | "complete" | "expired";
  readonly paymentId: string | null;
  readonly subscriptionId: string | null;
}

export interface Payment extends PaymentState {
  readonly kind: "payment";
}

export interface Refund extends RefundState {
  readonly kind: "refund";
  readonly createdAt: Millis;
}

export interface Dispute extends DisputeState {
  readonly kind: "dispute";
}

export interface Invoice extends InvoiceState {
  readonly kind: "invoice";
}

export interface Subscription {
  readonly kind: "subscription";
  readonly id: string;
  readonly checkoutKey: string;
  readonly customerId: string;
  readonly status: SubscriptionState["status"];
  readonly price: Price;
  /** The moment from which periods are counted, and which of them is the present one. */
  readonly anchor: Millis;
  readonly period: number;
  readonly start: Millis;
  readonly end: Millis;
  readonly startedAt: Millis;
  readonly trialEnd: Millis | null;
  readonly trialTold: boolean;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: Millis | null;
  readonly endedAt: Millis | null;
  readonly scheduled: Price | null;
  readonly invoices: number;
  readonly latestInvoiceId: string | null;
  readonly retryAt: Millis | null;
}

export type SandboxObject = Customer | Method | Checkout | Payment | Refund | Dispute | Invoice | Subscription;

export interface Told {
  readonly type: string;
  readonly topic: Topic;
  readonly objectId: string;
}

/** What a step writes, and what it tells. */
export interface Step {
  readonly objects: readonly SandboxObject[];
  readonly told: readonly Told[];
  /** Ids of objects that are there no more. */
  readonly removed?: readonly string[];
}
