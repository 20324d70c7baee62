import { applyBps } from "#kernel/money";
import type { Millis } from "#kernel/time";
import { DAY } from "#kernel/time";
import type { InvoiceLine, InvoiceState, Price, SubscriptionState, Topic } from "./gateway.ts";
import { addIntervals, periodLines } from "./rules.proration.ts";
import type { Checkout, Invoice, Method, Payment, Step, Subscription, Told } from "./sandbox-objects.ts";

/**
 * The sandbox vendor's own life, as pure steps: what becomes of its objects, and what it tells of it.
 *
 * What must stay true: an invoice is paid once; a subscription's period begins where the one before it ended; every
 * change is told, as a vendor with webhooks would.
 */

const FEE_BPS = 200;
const TRIAL_NOTICE = 3 * DAY;
/** After the first failure, when a payment is tried again. */
const RETRIES: readonly number[] = [3 * DAY, 5 * DAY, 7 * DAY];

const told = (topic: Topic, type: string, objectId: string): Told => ({ topic, type, objectId });

interface Charge {
  readonly id: string;
  readonly amount: number;
  readonly asset: string;
  readonly customerId: string | null;
  readonly checkoutKey: string | null;
  readonly invoiceId: string | null;
  readonly declined: boolean;
  readonly now: Millis;
}

export function charge({ declined, now, ...rest }: Charge): Payment {
  return {
    kind: "payment",
    ...rest,
    state: declined ? "failed" : "captured",
    fee: declined ? null : applyBps(rest.amount, FEE_BPS),
    refunded: 0,
    failureCode: declined ? "card_declined" : null,
    createdAt: now,
  };
}

/** The subscription that a checkout begins, without its first payment. */
export function begin(checkout: Checkout, price: Price, now: Millis): Subscription {
  const { trialDays } = checkout.request;
  const trialEnd = trialDays > 0 ? now + trialDays * DAY : null;
  return {
    kind: "subscription",
    id: `sbxsub_${checkout.id}`,
    checkoutKey: checkout.id,
    customerId: checkout.customerId ?? "",
    status: trialEnd === null ? "incomplete" : "trialing",
    price,
    anchor: trialEnd ?? now,
    period: trialEnd === null ? 0 : -1,
    start: now,
    end: trialEnd ?? addIntervals(now, price.interval, 1),
    startedAt: now,
    trialEnd,
    trialTold: false,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    endedAt: null,
    scheduled: null,
    invoices: 0,
    latestInvoiceId: null,
    retryAt: null,
  };
}

export interface Bill {
  readonly lines: readonly InvoiceLine[];
  readonly reason: InvoiceState["reason"];
}

/** Writes an invoice of a subscription; nothing is collected yet. */
export function bill(subscription: Subscription, { lines, reason }: Bill, now: Millis): Invoice {
  const sum = (kind: (line: InvoiceLine) => boolean): number =>
    lines.filter(kind).reduce((total, { amount }) => total + amount, 0);
  const tax = sum(({ kind }) => kind === "tax");
  const subtotal = sum(({ kind }) => kind !== "tax");
  return {
    kind: "invoice",
    id: `sbxin_${subscription.checkoutKey}_${subscription.invoices + 1}`,
    subscriptionId: subscription.id,
    customerId: subscription.customerId,
    status: "open",
    reason,
    lines,
    subtotal,
    tax,
    total: subtotal + tax,
    asset: subscription.price.asset,
    paymentId: null,
    attempts: 0,
    nextAttemptAt: null,
    issuedAt: now,
    paidAt: null,
  };
}

/** Tries to collect an invoice, and moves the subscription on by what comes of it. */
export function collect(
  subscription: Subscription,
  invoice: Invoice,
  by: { method: Method | null; now: Millis },
): Step {
  const { method, now } = by;
  const attempts = invoice.attempts + 1;
  const declined = method === null || method.fails;
  const payment = charge({
    id: `sbxpay_${invoice.id}_${attempts}`,
    amount: invoice.total,
    asset: invoice.asset,
    customerId: subscription.customerId,
    checkoutKey: null,
    invoiceId: invoice.id,
    declined,
    now,
  });
  const retry = RETRIES[attempts - 1];
  const retryAt = declined && retry !== undefined ? now + retry : null;
  const billed: Invoice = declined
    ? { ...invoice, attempts, paymentId: payment.id, nextAttemptAt: retryAt }
    : { ...invoice, attempts, paymentId: payment.id, nextAttemptAt: null, status: "paid", paidAt: now };
  const status = declined ? (retryAt === null ? "unpaid" : "past_due") : "active";
  const moved: Subscription = {
    ...subscription,
    status,
    retryAt,
    latestInvoiceId: invoice.id,
    invoices: Math.max(subscription.invoices, numberOf(invoice)),
  };
  const outcome = declined ? "invoice.payment_failed" : "invoice.paid";
  return {
    objects: [payment, billed, moved],
    told: [told("invoice", outcome, invoice.id), told("subscription", "subscription.updated", subscription.id)],
  };
}

function numberOf(invoice: Invoice): number {
  return Number(invoice.id.slice(invoice.id.lastIndexOf("_") + 1));
}

/** When the clock must look at a subscription again; null when time alone changes nothing any more. */
export function dueAt(subscription: Subscription): Millis | null {
  const { status, trialEnd, trialTold, end, retryAt } = subscription;
  if (status === "trialing" && trialEnd !== null) return trialTold ? trialEnd : Math.max(0, trialEnd - TRIAL_NOTICE);
  if (status === "active") return end;
  return status === "past_due" ? retryAt : null;
}

export function cancelNow(subscription: Subscription, now: Millis): Step {
  const ended: Subscription = {
    ...subscription,
    status: "canceled",
    canceledAt: subscription.canceledAt ?? now,
    endedAt: now,
    retryAt: null,
    scheduled: null,
  };
  return { objects: [ended], told: [told("subscription", "subscription.deleted", ended.id)] };
}

export function updated(subscription: Subscription): Step {
  return { objects: [subscription], told: [told("subscription", "subscription.updated", subscription.id)] };
}

/** What the customer has that a step needs. */
export interface Means {
  readonly method: Method | null;
  /** The invoice that is not paid yet. */
  readonly open: Invoice | null;
}

/** What time does to a subscription that is due. */
export function advance(subscription: Subscription, means: Means, now: Millis): Step {
  const { status, trialEnd, trialTold, cancelAtPeriodEnd, end } = subscription;
  if (status === "trialing" && !trialTold && trialEnd !== null && now < trialEnd) {
    const notice = told("trialEnding", "subscription.trial_will_end", subscription.id);
    return { objects: [{ ...subscription, trialTold: true }], told: [notice] };
  }
  if (status === "past_due" && means.open !== null)
    return collect(subscription, means.open, { method: means.method, now });
  if (cancelAtPeriodEnd) return cancelNow(subscription, end);
  if (status === "trialing" && means.method === null) return updated({ ...subscription, status: "paused" });
  return renew(subscription, means, now);
}

/** Begins the next period with what was scheduled for it, and collects for it. */
export function renew(subscription: Subscription, means: Means, now: Millis): Step {
  const { scheduled, end } = subscription;
  const price = scheduled ?? subscription.price;
  const fresh = scheduled !== null && scheduled.interval !== subscription.price.interval;
  const anchor = fresh ? end : subscription.anchor;
  const period = fresh ? 0 : subscription.period + 1;
  const renewed: Subscription = {
    ...subscription,
    price,
    scheduled: null,
    anchor,
    period,
    start: end,
    end: addIntervals(anchor, price.interval, period + 1),
  };
  const reason = subscription.status === "trialing" ? "start" : "renewal";
  const invoice = bill(renewed, { lines: periodLines(price, renewed), reason }, now);
  return collect(renewed, invoice, { method: means.method, now });
}

export function presentSubscription(subscription: Subscription): SubscriptionState {
  const { price, scheduled, end } = subscription;
  return {
    id: subscription.id,
    checkoutKey: subscription.checkoutKey,
    customerId: subscription.customerId,
    status: subscription.status,
    plan: price.plan,
    interval: price.interval,
    net: price.net,
    tax: price.tax,
    asset: price.asset,
    startedAt: subscription.startedAt,
    currentPeriodStart: subscription.start,
    currentPeriodEnd: end,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    canceledAt: subscription.canceledAt,
    endedAt: subscription.endedAt,
    trialEnd: subscription.trialEnd,
    scheduled: scheduled && { plan: scheduled.plan, interval: scheduled.interval, at: end },
    latestInvoiceId: subscription.latestInvoiceId,
  };
}
