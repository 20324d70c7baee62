import { z } from "zod";
import type { InvoiceState, Price, SubscriptionState } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import { amount, currency, id, metadata, moment, ref, time } from "./stripe.shapes.ts";

/** What we read of Stripe's subscriptions and invoices, and what it means to us. */

const PLAN_PRODUCT = "bourse_plan_";
/** Tax is an item of its own, so that an invoice says what of it is tax. */
export const TAX_PRODUCT = "bourse_tax";

export function productOf(price: Price): string {
  return `${PLAN_PRODUCT}${price.plan}`;
}

const price = z.object({
  id,
  product: ref,
  unit_amount: amount.nullish(),
  currency,
  recurring: z.object({ interval: z.string() }).nullish(),
});

const item = z.object({ id, price, current_period_start: time.optional(), current_period_end: time.optional() });

export const subscription = z.object({
  id,
  customer: ref,
  status: z.string(),
  metadata,
  items: z.object({ data: z.array(item).min(1) }),
  cancel_at_period_end: z.boolean().default(false),
  cancel_at: moment,
  canceled_at: moment,
  ended_at: moment,
  trial_end: moment,
  start_date: time,
  schedule: ref,
  latest_invoice: ref,
});

export type StripeSubscription = z.output<typeof subscription>;

export const schedule = z.object({
  id,
  status: z.string(),
  phases: z.array(
    z.object({
      start_date: time,
      end_date: time,
      items: z.array(z.object({ price: z.union([id, price]), quantity: z.int().nullish() })),
    }),
  ),
});

const STATUSES: Readonly<Record<string, SubscriptionState["status"]>> = {
  trialing: "trialing",
  active: "active",
  past_due: "past_due",
  canceled: "canceled",
  unpaid: "unpaid",
  incomplete: "incomplete",
  incomplete_expired: "canceled",
  paused: "paused",
};

type Item = z.output<typeof item>;

/** The item that is the plan, and the one that is its tax. */
export function itemsOf({ items }: StripeSubscription): { readonly plan: Item; readonly tax: Item | null } {
  const tax = items.data.find((one) => one.price.product === TAX_PRODUCT) ?? null;
  const plan = items.data.find((one) => one !== tax) ?? items.data[0];
  if (!plan) throw new GatewayFailure("unknown", "answer_malformed");
  return { plan, tax };
}

function planOf(product: string | null | undefined): string {
  return product?.startsWith(PLAN_PRODUCT) === true ? product.slice(PLAN_PRODUCT.length) : (product ?? "");
}

const intervalOf = (name: string | undefined): Price["interval"] => (name === "year" ? "year" : "month");

export function toSubscription(
  from: StripeSubscription,
  planned: z.output<typeof schedule> | null = null,
): SubscriptionState {
  const period = periodOf(from);
  return {
    id: from.id,
    checkoutKey: from.metadata["checkoutId"] ?? null,
    customerId: from.customer ?? "",
    status: STATUSES[from.status] ?? "incomplete",
    ...costOf(from),
    startedAt: from.start_date,
    ...period,
    cancelAtPeriodEnd: from.cancel_at_period_end || from.cancel_at !== null,
    canceledAt: from.canceled_at,
    endedAt: from.ended_at,
    trialEnd: from.trial_end,
    scheduled: planned === null ? null : nextPhase(planned, period.currentPeriodEnd),
    latestInvoiceId: from.latest_invoice,
  };
}

function periodOf(from: StripeSubscription): Pick<SubscriptionState, "currentPeriodStart" | "currentPeriodEnd"> {
  const { plan } = itemsOf(from);
  const { current_period_start: start = from.start_date, current_period_end: end = from.start_date } = plan;
  return { currentPeriodStart: start, currentPeriodEnd: end };
}

function costOf(from: StripeSubscription): Pick<SubscriptionState, "plan" | "interval" | "net" | "tax" | "asset"> {
  const { plan, tax } = itemsOf(from);
  return {
    plan: planOf(plan.price.product),
    interval: intervalOf(plan.price.recurring?.interval),
    net: plan.price.unit_amount ?? 0,
    tax: tax?.price.unit_amount ?? 0,
    asset: plan.price.currency,
  };
}

function nextPhase({ phases }: z.output<typeof schedule>, end: number): SubscriptionState["scheduled"] {
  const next = phases.find((phase) => phase.start_date >= end);
  const prices = next?.items.flatMap((one) => (typeof one.price === "object" ? [one.price] : [])) ?? [];
  const plan = prices.find(({ product }) => product !== TAX_PRODUCT);
  if (!next || !plan) return null;
  return { plan: planOf(plan.product), interval: intervalOf(plan.recurring?.interval), at: next.start_date };
}

const details = z.object({ proration: z.boolean().nullish() }).nullish();

const line = z.object({
  amount,
  description: z.string().nullish(),
  period: z.object({ start: time, end: time }),
  pricing: z.object({ price_details: z.object({ product: ref }).nullish() }).nullish(),
  parent: z.object({ subscription_item_details: details, invoice_item_details: details }).nullish(),
});

export const invoice = z.object({
  id: z.string().default(""),
  customer: ref,
  status: z.enum(["draft", "open", "paid", "void", "uncollectible"]).nullish(),
  billing_reason: z.string().nullish(),
  lines: z.object({ data: z.array(line) }),
  total: amount,
  amount_due: amount.default(0),
  currency,
  attempt_count: z.int().default(0),
  next_payment_attempt: moment,
  created: time,
  status_transitions: z.object({ paid_at: moment }).nullish(),
  parent: z.object({ subscription_details: z.object({ subscription: ref }).nullish() }).nullish(),
  payments: z.object({ data: z.array(z.object({ payment: z.object({ payment_intent: ref }) })) }).nullish(),
});

type StripeInvoice = z.output<typeof invoice>;

const REASONS: Readonly<Record<string, InvoiceState["reason"]>> = {
  subscription_create: "start",
  subscription_cycle: "renewal",
  subscription_update: "change",
};

type Line = z.output<typeof line>;

function kindOf({ pricing, parent }: Line): InvoiceState["lines"][number]["kind"] {
  if (pricing?.price_details?.product === TAX_PRODUCT) return "tax";
  const found = [parent?.subscription_item_details, parent?.invoice_item_details];
  return found.some((detail) => detail?.proration === true) ? "proration" : "plan";
}

function toLine(from: Line): InvoiceState["lines"][number] {
  const { start: periodStart, end: periodEnd } = from.period;
  return { description: from.description ?? "", amount: from.amount, kind: kindOf(from), periodStart, periodEnd };
}

export function toInvoice(from: StripeInvoice): InvoiceState {
  const lines = from.lines.data.map(toLine);
  const tax = lines.filter(({ kind }) => kind === "tax").reduce((sum, part) => sum + part.amount, 0);
  return {
    id: from.id,
    ...whoseOf(from),
    status: from.status ?? "draft",
    reason: REASONS[from.billing_reason ?? ""] ?? "other",
    lines,
    subtotal: from.total - tax,
    tax,
    total: from.total,
    asset: from.currency,
    attempts: from.attempt_count,
    nextAttemptAt: from.next_payment_attempt,
    issuedAt: from.created,
    paidAt: from.status_transitions?.paid_at ?? null,
  };
}

function whoseOf(from: StripeInvoice): Pick<InvoiceState, "subscriptionId" | "customerId" | "paymentId"> {
  return {
    subscriptionId: from.parent?.subscription_details?.subscription ?? null,
    customerId: from.customer ?? "",
    paymentId: from.payments?.data.at(-1)?.payment.payment_intent ?? null,
  };
}
