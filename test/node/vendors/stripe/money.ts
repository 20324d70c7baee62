import type { Params } from "../form.ts";
import { word } from "../form.ts";
import type { Thing, World } from "./world.ts";
import { Refusal, seconds } from "./world.ts";

/** Payments, refunds and disputes of the simulated Stripe. */

const FEE = 59;

export function charge(world: World, intent: Thing): Thing {
  const { amount, currency } = intent as Thing & { amount: number; currency: string };
  const booked = world.make("balance_transaction", { amount, currency, fee: FEE, net: amount - FEE });
  const made = world.make("charge", {
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    currency,
    captured: true,
    paid: true,
    payment_intent: intent.id,
    customer: intent["customer"],
    balance_transaction: booked.id,
  });
  Object.assign(intent, {
    status: "succeeded",
    amount_received: amount,
    latest_charge: made.id,
    last_payment_error: null,
  });
  world.tell("charge.succeeded", made);
  world.tell("payment_intent.succeeded", intent);
  return made;
}

export function decline(world: World, intent: Thing): void {
  Object.assign(intent, { status: "requires_payment_method", last_payment_error: { code: "card_declined" } });
  world.tell("payment_intent.payment_failed", intent);
}

export function refund(world: World, params: Params): Thing {
  const intent = world.get(params["payment_intent"]);
  const paid = world.get(intent["latest_charge"]) as Thing & { amount: number; amount_refunded: number };
  const amount = Number(params["amount"] ?? paid.amount - paid.amount_refunded);
  if (paid.amount_refunded + amount > paid.amount)
    throw new Refusal(400, { type: "invalid_request_error", code: "charge_already_refunded" });
  paid.amount_refunded += amount;
  const made = world.make("refund", {
    amount,
    charge: paid.id,
    currency: intent["currency"],
    payment_intent: intent.id,
    metadata: params["metadata"] ?? {},
    status: "succeeded",
  });
  world.tell("refund.created", made);
  world.tell("charge.refunded", paid);
  return made;
}

export function dispute(world: World, intentId: string): Thing {
  const intent = world.get(intentId);
  const made = world.make("dispute", {
    amount: intent["amount"],
    charge: intent["latest_charge"],
    currency: intent["currency"],
    payment_intent: intentId,
    reason: "fraudulent",
    status: "needs_response",
    balance_transactions: [{ fee: 1_500, currency: intent["currency"] }],
  });
  world.tell("charge.dispute.created", made);
  world.tell("charge.dispute.funds_withdrawn", made);
  return made;
}

export function closeDispute(world: World, id: string, status: string): Thing {
  const closed = world.set(id, { status });
  world.tell("charge.dispute.closed", closed);
  return closed;
}

/** An intent with what was asked to be expanded. */
export function expanded(world: World, intent: Thing): Thing {
  const last = world.things.get(String(intent["latest_charge"]));
  if (!last) return intent;
  return { ...intent, latest_charge: { ...last, balance_transaction: world.get(last["balance_transaction"]) } };
}

/** Pays out to the bank: what is named by its ids, less what is kept besides, or a sum that somebody asked for by hand. */
export function payout(world: World, { amount, currency, of, kept }: Params): Thing {
  const made = world.make("payout", { amount: Number(amount), currency, status: "paid", arrival_date: seconds() });
  if (of !== undefined) {
    const lines = word(of)
      .split(",")
      .map((id) => settled(world, world.get(id)));
    if (kept !== undefined)
      lines.push(line(world, { type: "stripe_fee", amount: -Number(kept), fee: 0, source: null }));
    const sum = lines.reduce((total, { net }) => total + Number(net), 0);
    lines.push(line(world, { type: "payout", amount: -sum, fee: 0, source: made.id }));
    Object.assign(made, { amount: amount === undefined ? sum : Number(amount), lines });
  }
  world.tell("payout.paid", made);
  return made;
}

function line(world: World, values: Readonly<Record<string, unknown>>): Thing {
  return world.make("balance_transaction", { ...values, net: Number(values["amount"]) - Number(values["fee"]) });
}

function settled(world: World, thing: Thing): Thing {
  if (thing.object === "refund")
    return line(world, { type: "refund", amount: -Number(thing["amount"]), fee: 0, source: thing });
  if (thing.object === "dispute")
    return line(world, { type: "adjustment", amount: -Number(thing["amount"]), fee: 1_500, source: thing });
  const source = world.get(thing["latest_charge"]);
  return line(world, { type: "charge", amount: thing["amount"], fee: FEE, source });
}

/** What a payout is made of; of one that was asked for by hand nobody knows. */
export function settledLines(world: World, id: string): Thing[] {
  const { lines } = world.get(id) as Thing & { lines?: Thing[] };
  if (!lines) throw new Refusal(400, { type: "invalid_request_error", code: "payout_not_automatic" });
  return lines;
}
