import type { Params } from "../form.ts";
import { word } from "../form.ts";
import { charge, decline } from "./money.ts";
import type { Thing, World } from "./world.ts";
import { Refusal, seconds } from "./world.ts";

/** Subscriptions, invoices and schedules of the simulated Stripe. */

const MONTH = 30 * 86_400;

interface Item extends Thing {
  price: { id: string; product: string; unit_amount: number; currency: string; recurring: { interval: string } };
  current_period_start: number;
  current_period_end: number;
}

const itemsOf = (subscription: Thing): Item[] => (subscription["items"] as { data: Item[] }).data;

function makePrice(world: World, data: Params): Item["price"] {
  return world.make("price", {
    currency: data["currency"],
    product: data["product"],
    unit_amount: Number(data["unit_amount"]),
    recurring: { interval: (data["recurring"] as Params)["interval"] },
  }) as unknown as Item["price"];
}

function makeItem(world: World, data: Params, start: number, end: number): Thing {
  const price = makePrice(world, data);
  return world.make("subscription_item", { price, current_period_start: start, current_period_end: end });
}

export function subscribe(world: World, session: Thing, lines: Params[], data: Params): Thing {
  const now = seconds();
  const trial = Number(data["trial_period_days"] ?? 0) * 86_400;
  const end = now + (trial || MONTH);
  const made = world.make("subscription", {
    customer: session["customer"],
    metadata: data["metadata"] ?? {},
    items: { object: "list", data: lines.map((line) => makeItem(world, line["price_data"] as Params, now, end)) },
    status: trial > 0 ? "trialing" : "active",
    trial_end: trial > 0 ? end : null,
    start_date: now,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    schedule: null,
    latest_invoice: null,
  });
  world.tell("customer.subscription.created", made);
  if (trial === 0) bill(world, made, "subscription_create", true);
  return made;
}

/** Writes an invoice of a whole period and tries to collect it. */
export function bill(world: World, subscription: Thing, reason: string, paid: boolean): Thing {
  const items = itemsOf(subscription);
  const lines = items.map((item) => ({
    amount: item.price.unit_amount,
    description: item.price.product,
    period: { start: item.current_period_start, end: item.current_period_end },
    pricing: { type: "price_details", price_details: { price: item.price.id, product: item.price.product } },
    parent: { type: "subscription_item_details", subscription_item_details: { proration: false } },
  }));
  return collect(world, subscription, { lines, reason, paid });
}

interface Bill {
  readonly lines: { amount: number }[];
  readonly reason: string;
  readonly paid: boolean;
}

function collect(world: World, subscription: Thing, { lines, reason, paid }: Bill): Thing {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const currency = itemsOf(subscription)[0]?.price.currency;
  const { customer } = subscription;
  const intent = world.make("payment_intent", {
    amount: total,
    currency,
    customer,
    metadata: {},
    last_payment_error: null,
  });
  const invoice = world.make("invoice", {
    customer,
    currency,
    billing_reason: reason,
    lines: { object: "list", data: lines },
    total,
    amount_due: total,
    attempt_count: 1,
    next_payment_attempt: paid ? null : seconds() + 86_400,
    status: paid ? "paid" : "open",
    status_transitions: { paid_at: paid ? seconds() : null },
    parent: { type: "subscription_details", subscription_details: { subscription: subscription.id } },
    payments: { object: "list", data: [{ payment: { type: "payment_intent", payment_intent: intent.id } }] },
  });
  world.make("invoice_payment", {
    invoice: invoice.id,
    payment: { type: "payment_intent", payment_intent: intent.id },
  });
  Object.assign(subscription, { latest_invoice: invoice.id, status: paid ? "active" : "past_due" });
  world.tell("invoice.created", invoice);
  if (paid) charge(world, intent);
  else decline(world, intent);
  world.tell(paid ? "invoice.paid" : "invoice.payment_failed", invoice);
  world.tell("customer.subscription.updated", subscription);
  return invoice;
}

/** The next period begins. */
export function renew(world: World, id: string, paid: boolean): Thing {
  const subscription = world.get(id);
  for (const item of itemsOf(subscription)) {
    item.current_period_start = item.current_period_end;
    item.current_period_end += MONTH;
  }
  return bill(world, subscription, "subscription_cycle", paid);
}

/** The lines of a change: half of the old given back, half of the new charged. */
function changeLines(subscription: Thing, items: Params[]): { lines: { amount: number }[]; total: number } {
  const proration = { type: "subscription_item_details", subscription_item_details: { proration: true } };
  const period = { start: seconds(), end: seconds() + MONTH };
  const half = (amount: number, product: string) => ({
    amount: Math.trunc(amount / 2),
    description: product,
    period,
    pricing: { type: "price_details", price_details: { price: "price_change", product } },
    parent: proration,
  });
  const old = itemsOf(subscription).map(({ price }) => half(-price.unit_amount, price.product));
  const fresh = items.flatMap((item) => {
    const data = item["price_data"] as Params | undefined;
    return data ? [half(Number(data["unit_amount"]), word(data["product"]))] : [];
  });
  const lines = [...old, ...fresh];
  return { lines, total: lines.reduce((sum, { amount }) => sum + amount, 0) };
}

export function update(world: World, id: string, params: Params): Thing {
  const subscription = world.get(id);
  const items = params["items"] as Params[] | undefined;
  if (params["cancel_at_period_end"] !== undefined)
    subscription["cancel_at_period_end"] = params["cancel_at_period_end"] === "true";
  if (items) {
    const { lines, total } = changeLines(subscription, items);
    if (world.get(subscription["customer"])["declines"] === true)
      throw new Refusal(402, { type: "card_error", code: "card_declined", decline_code: "insufficient_funds" });
    const [first] = itemsOf(subscription);
    const [start, end] = [first?.current_period_start ?? 0, first?.current_period_end ?? 0];
    const data = items.flatMap((item) =>
      item["price_data"] ? [makeItem(world, item["price_data"] as Params, start, end)] : [],
    );
    subscription["items"] = { object: "list", data };
    if (total > 0) collect(world, subscription, { lines, reason: "subscription_update", paid: true });
  }
  world.tell("customer.subscription.updated", subscription);
  return subscription;
}

export function preview(world: World, params: Params): Thing {
  const subscription = world.get(params["subscription"]);
  const { lines, total } = changeLines(subscription, (params["subscription_details"] as Params)["items"] as Params[]);
  const invoice = world.make("invoice", {
    customer: subscription["customer"],
    currency: itemsOf(subscription)[0]?.price.currency,
    lines: { object: "list", data: lines },
    total,
    amount_due: Math.max(total, 0),
    status: "draft",
    parent: { type: "subscription_details", subscription_details: { subscription: subscription.id } },
  });
  return { ...invoice, payments: null };
}

export function cancel(world: World, id: string): Thing {
  const ended = world.set(id, { status: "canceled", canceled_at: seconds(), ended_at: seconds() });
  world.tell("customer.subscription.deleted", ended);
  return ended;
}

export function schedule(world: World, from: string): Thing {
  const made = world.make("subscription_schedule", { status: "active", subscription: from, phases: [] });
  world.set(from, { schedule: made.id });
  return made;
}

export function setPhases(world: World, id: string, phases: Params[]): Thing {
  let start = Number(phases[0]?.["start_date"] ?? seconds());
  return world.set(id, {
    phases: phases.map((phase) => {
      const end = Number(phase["end_date"] ?? start + MONTH);
      const items = (phase["items"] as Params[]).map((item) => ({
        price: item["price_data"] ? makePrice(world, item["price_data"] as Params) : item["price"],
        quantity: 1,
      }));
      const made = { start_date: start, end_date: end, items };
      start = end;
      return made;
    }),
  });
}

export function release(world: World, id: string): Thing {
  const released = world.set(id, { status: "released" });
  world.set(released["subscription"], { schedule: null });
  return released;
}
