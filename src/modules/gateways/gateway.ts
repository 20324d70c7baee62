import type { Millis } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Activity, SettledPart, Settlement } from "./activity.ts";

export type * from "./activity.ts";

/**
 * The one interface that every payment vendor is spoken to through. Amounts are minor units of the asset.
 *
 * What must stay true:
 * - A call that makes or moves something carries a `key` that was stored before; the same key again has no second effect.
 * - What a vendor says is checked for its shape before it is handed on.
 * - A call either answers, or throws a `GatewayFailure` that says whether it may have had an effect.
 */

export const GATEWAY_NAMES = ["stripe", "razorpay", "sandbox"] as const;
export type GatewayName = (typeof GATEWAY_NAMES)[number];

/**
 * `declined`: the vendor said no, for good. `missing`: it knows no such thing. `unavailable`: nobody took the call, so it
 * has had no effect. `unknown`: it may have had one.
 */
export type FailureState = "declined" | "missing" | "unavailable" | "unknown";

export class GatewayFailure extends Error {
  override readonly name = "GatewayFailure";
  readonly state: FailureState;
  /** One word that is safe to store and to show: `card_declined`. */
  readonly code: string;

  constructor(state: FailureState, code: string, options: { readonly cause?: unknown } = {}) {
    super(`The gateway's answer: ${state}, ${code}.`, options);
    this.state = state;
    this.code = code;
  }
}

export interface CustomerRequest {
  readonly key: string;
  readonly userId: string;
  readonly email: string | null;
  readonly name: string | null;
}

/** What a subscription costs in each of its periods. */
export interface Price {
  /** The plan's own name, `pro`: letters, digits, `_` and `-`. */
  readonly plan: string;
  /** What the customer reads: `Bourse Pro`. */
  readonly name: string;
  readonly interval: "month" | "year";
  /** Without tax. */
  readonly net: number;
  readonly tax: number;
  readonly asset: string;
}

/** `setup` asks for a payment method and takes no money. */
export type CheckoutMode = "payment" | "subscription" | "setup";

export interface CheckoutRequest {
  /** The checkout's own id, under which the vendor keeps it too. */
  readonly key: string;
  readonly mode: CheckoutMode;
  readonly customerId: string | null;
  /** Tax included. Zero where nothing is due now: a trial, a setup. */
  readonly amount: number;
  readonly asset: string;
  readonly description: string;
  readonly price: Price | null;
  readonly trialDays: number;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly expiresAt: Millis;
}

export interface OpenedCheckout {
  readonly id: string;
  /** Where the customer pays; null where the page itself opens the vendor's dialogue. */
  readonly url: string | null;
}

export interface CheckoutState {
  readonly id: string;
  readonly key: string | null;
  readonly state: "open" | "complete" | "expired";
  readonly customerId: string | null;
  readonly paymentId: string | null;
  readonly subscriptionId: string | null;
}

export interface PaymentState {
  readonly id: string;
  /** `authorized`: the bank has agreed, and the money is not ours before it is captured. */
  readonly state: "created" | "pending" | "authorized" | "captured" | "failed";
  readonly amount: number;
  readonly asset: string;
  /** What the vendor keeps of it; null while it is not known, or where it is counted in another asset. */
  readonly fee: number | null;
  readonly refunded: number;
  readonly customerId: string | null;
  /** The checkout that it belongs to, by the id that we gave it. */
  readonly checkoutKey: string | null;
  readonly invoiceId: string | null;
  readonly failureCode: string | null;
  /** What the vendor tells one card or payment address from another by, where it does. */
  readonly method?: string | null;
  readonly createdAt: Millis;
}

export interface RefundRequest {
  /** The refund's own id. */
  readonly key: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly asset: string;
}

export interface RefundState {
  readonly id: string;
  /** The id that we gave it; null where it was made at the vendor. */
  readonly key: string | null;
  readonly paymentId: string;
  readonly amount: number;
  readonly asset: string;
  readonly state: "pending" | "paid" | "failed";
}

export interface DisputeState {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly asset: string;
  /** `inquiry`: somebody asks, and no money has moved. */
  readonly state: "inquiry" | "open" | "won" | "lost";
  readonly fee: number;
  readonly reason: string;
  readonly openedAt: Millis;
}

export type SubscriptionStatus = "trialing" | "active" | "past_due" | "canceled" | "unpaid" | "incomplete" | "paused";

export interface SubscriptionState {
  readonly id: string;
  /** The checkout that began it, by the id that we gave it. */
  readonly checkoutKey: string | null;
  readonly customerId: string;
  readonly status: SubscriptionStatus;
  readonly plan: string;
  readonly interval: "month" | "year";
  /** Without tax, of one period. */
  readonly net: number;
  readonly tax: number;
  readonly asset: string;
  readonly startedAt: Millis;
  readonly currentPeriodStart: Millis;
  readonly currentPeriodEnd: Millis;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: Millis | null;
  readonly endedAt: Millis | null;
  readonly trialEnd: Millis | null;
  /** What it changes to, and when. */
  readonly scheduled: { readonly plan: string; readonly interval: "month" | "year"; readonly at: Millis } | null;
  readonly latestInvoiceId: string | null;
}

export interface InvoiceLine {
  readonly description: string;
  /** Signed: a credit is below zero. */
  readonly amount: number;
  readonly kind: "plan" | "proration" | "tax";
  readonly periodStart: Millis;
  readonly periodEnd: Millis;
}

export interface InvoiceState {
  readonly id: string;
  readonly subscriptionId: string | null;
  readonly customerId: string;
  readonly status: "draft" | "open" | "paid" | "void" | "uncollectible";
  readonly reason: "start" | "renewal" | "change" | "other";
  readonly lines: readonly InvoiceLine[];
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly asset: string;
  /** The payment that settled it or last tried to. */
  readonly paymentId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Millis | null;
  readonly issuedAt: Millis;
  readonly paidAt: Millis | null;
}

export interface PaymentMethodState {
  readonly id: string;
  readonly kind: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
  readonly isDefault: boolean;
}

export interface ChangeRequest {
  readonly key: string;
  readonly subscriptionId: string;
  readonly price: Price;
}

export interface ChangePreview {
  readonly lines: readonly InvoiceLine[];
  readonly amountDue: number;
  readonly asset: string;
}

/** What a vendor with subscriptions of its own can do. */
export interface SubscriptionGateway {
  readSubscription(ctx: Ctx, id: string): Promise<SubscriptionState>;
  /** What a change would cost at this moment. */
  previewChange(ctx: Ctx, request: Omit<ChangeRequest, "key">): Promise<ChangePreview>;
  /** Changes at once and collects the difference; where that is declined the old plan stays, and this throws. */
  changeNow(ctx: Ctx, request: ChangeRequest): Promise<SubscriptionState>;
  /** Changes when the present period is over. */
  changeAtPeriodEnd(ctx: Ctx, request: ChangeRequest): Promise<SubscriptionState>;
  cancel(
    ctx: Ctx,
    request: { readonly key: string; readonly subscriptionId: string; readonly atPeriodEnd: boolean },
  ): Promise<SubscriptionState>;
  /** Takes back a cancellation or a change that is still to come, or wakes what is paused. */
  resume(ctx: Ctx, request: { readonly key: string; readonly subscriptionId: string }): Promise<SubscriptionState>;
  readInvoice(ctx: Ctx, id: string): Promise<InvoiceState>;
  listPaymentMethods(ctx: Ctx, customerId: string): Promise<PaymentMethodState[]>;
  removePaymentMethod(ctx: Ctx, method: { readonly customerId: string; readonly id: string }): Promise<void>;
  setDefaultPaymentMethod(ctx: Ctx, method: { readonly customerId: string; readonly id: string }): Promise<void>;
  /** A link to the vendor's own pages for this customer. */
  openPortal(ctx: Ctx, customerId: string, returnUrl: string): Promise<string>;
}

export interface Gateway {
  readonly name: GatewayName;
  /** Whether money is only ours once `capture` was called. */
  readonly capturesByHand: boolean;
  readonly subscriptions: SubscriptionGateway | null;
  /** Null where customers are not kept by the vendor. */
  readonly createCustomer: ((ctx: Ctx, request: CustomerRequest) => Promise<string>) | null;
  createCheckout(ctx: Ctx, request: CheckoutRequest): Promise<OpenedCheckout>;
  readCheckout(ctx: Ctx, id: string): Promise<CheckoutState>;
  readPayment(ctx: Ctx, id: string): Promise<PaymentState>;
  capture(
    ctx: Ctx,
    payment: { readonly id: string; readonly amount: number; readonly asset: string },
  ): Promise<PaymentState>;
  refund(ctx: Ctx, request: RefundRequest): Promise<RefundState>;
  readRefund(ctx: Ctx, id: string): Promise<RefundState>;
  /** All refunds of a payment, whoever made them. */
  listRefunds(ctx: Ctx, paymentId: string): Promise<RefundState[]>;
  readDispute(ctx: Ctx, id: string): Promise<DisputeState>;
  /** What a settlement is made of; null where the vendor does not say. */
  listSettled(ctx: Ctx, settlement: Settlement): Promise<readonly SettledPart[] | null>;
  /** What happened from `since` on. */
  listActivity(ctx: Ctx, since: Millis): Promise<Activity>;
}

/** What an event of a vendor is about, and hence what is asked for afresh. */
export const TOPICS = [
  "checkout",
  "payment",
  "refund",
  "dispute",
  "subscription",
  "trialEnding",
  "invoice",
  "transfer",
] as const;
export type Topic = (typeof TOPICS)[number];

/** An event of a vendor, as far as anybody trusts it: that something has changed about an object. */
export interface Notice {
  /** The vendor's id of the event, or the hash of its body where the vendor signs none. */
  readonly eventId: string;
  readonly type: string;
  /** Null for a type that nobody here handles. */
  readonly topic: Topic | null;
  readonly objectId: string | null;
  /** Why it is set aside unhandled: a test event in production, another account's. */
  readonly refusedFor: string | null;
}
