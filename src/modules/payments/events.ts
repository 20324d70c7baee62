import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** What payments tell other modules. Amounts are minor units; ids of vendors are named as such. */

const provider = z.enum(["stripe", "razorpay", "sandbox"]);

const about = {
  provider,
  userId: z.string(),
  /** What was paid for, and which one of it, as the caller of `createCheckout` said. */
  purpose: z.string(),
  reference: z.string(),
  asset: z.string(),
};

/** The subscription and invoice that a payment belongs to, by the vendor's ids; null for a one-off payment. */
const recurring = { subscriptionId: z.string().nullable(), invoiceId: z.string().nullable() };

/** Money is ours. Comes once for each payment. */
export const paymentCaptured = defineEvent(
  "payment.captured",
  z.strictObject({
    ...about,
    ...recurring,
    paymentId: z.string(),
    checkoutId: z.string().nullable(),
    amount: z.int(),
    tax: z.int(),
    /** A keyed hash by which one card or payment address is known again; null where the vendor tells none. */
    methodKey: z.string().nullable().default(null),
  }),
);

/** A try to pay was declined; another one may still succeed. */
export const paymentFailed = defineEvent(
  "payment.failed",
  z.strictObject({
    ...about,
    ...recurring,
    paymentId: z.string(),
    checkoutId: z.string().nullable(),
    amount: z.int(),
    code: z.string(),
  }),
);

/** A try to begin a subscription was declined: there is no payment of ours yet. Comes once for each try. */
export const checkoutDeclined = defineEvent(
  "checkout.declined",
  z.strictObject({ ...about, checkoutId: z.string(), attemptId: z.string(), amount: z.int(), code: z.string() }),
);

/** A refund has been paid, whole or in part. Comes once for each refund. */
export const paymentRefunded = defineEvent(
  "payment.refunded",
  z.strictObject({
    ...about,
    ...recurring,
    paymentId: z.string(),
    refundId: z.string(),
    /** Of this refund. */
    amount: z.int(),
    tax: z.int(),
    /** Of the payment, and of all its refunds up to this one. */
    captured: z.int(),
    refunded: z.int(),
  }),
);

const dispute = z.strictObject({
  ...about,
  ...recurring,
  disputeId: z.string(),
  paymentId: z.string(),
  amount: z.int(),
});

/** The customer's bank has taken a payment back for now. */
export const disputeOpened = defineEvent("dispute.opened", dispute);

/** A dispute is over; lost means that the money stays away. */
export const disputeClosed = defineEvent("dispute.closed", dispute.extend({ outcome: z.enum(["won", "lost"]) }));

const gateway = { provider, userId: z.string(), subscriptionId: z.string() };

/** Something about a subscription has changed at its vendor: ask for it with `readSubscription`, and trust only that. */
export const subscriptionChanged = defineEvent(
  "gateway.subscriptionChanged",
  z.strictObject({ ...gateway, checkoutId: z.string().nullable(), reference: z.string() }),
);

/** A trial ends in three days. */
export const trialEnding = defineEvent("gateway.trialEnding", z.strictObject(gateway));

/** An invoice has changed at its vendor: ask for it with `readInvoice`. */
export const invoiceChanged = defineEvent(
  "gateway.invoiceChanged",
  z.strictObject({ ...gateway, subscriptionId: z.string().nullable(), invoiceId: z.string() }),
);

/** A refund was asked for and is on its way to the vendor. */
export const refundRequested = defineEvent("refund.requested", z.strictObject({ refundId: z.string() }));
