import type { Params } from "../form.ts";
import { word } from "../form.ts";
import { charge, closeDispute, decline, dispute, expanded, payout, refund, settledLines } from "./money.ts";
import * as recurring from "./recurring.ts";
import type { Thing, World } from "./world.ts";
import { Refusal } from "./world.ts";

/** The endpoints of Stripe that we use, and what the world does with a call. */

type Handler = (world: World, params: Params, id: string) => unknown;

function list(things: readonly Thing[], params: Params): unknown {
  const since = Number((params["created"] as Params | undefined)?.["gte"] ?? 0);
  const newest = things.filter((thing) => Number(thing["created"]) >= since).toReversed();
  const after = newest.findIndex(({ id }) => id === params["starting_after"]) + 1;
  const limit = Number(params["limit"] ?? 10);
  return { object: "list", data: newest.slice(after, after + limit), has_more: newest.length > after + limit };
}

function openSession(world: World, params: Params): Thing {
  const lines = (params["line_items"] ?? []) as Params[];
  const total = lines.reduce((sum, line) => sum + Number((line["price_data"] as Params)["unit_amount"]), 0);
  const made = world.make("checkout.session", {
    mode: params["mode"],
    client_reference_id: params["client_reference_id"],
    customer: params["customer"] ?? null,
    amount_total: total,
    payment_intent: null,
    subscription: null,
    status: "open",
    payment_status: "unpaid",
    metadata: params["metadata"] ?? {},
  });
  return Object.assign(made, { url: `https://checkout.stripe.test/${made.id}`, asked: params });
}

/** The customer pays, or tries to. */
function finish(world: World, id: string, declined: boolean): Thing {
  const session = world.get(id);
  if (session["mode"] === "payment") payOnce(world, session, declined);
  if (session["mode"] === "subscription" && !declined) {
    const params = session["asked"] as Params;
    const lines = params["line_items"] as Params[];
    session["subscription"] = recurring.subscribe(world, session, lines, params["subscription_data"] as Params).id;
  }
  if (declined) return session;
  Object.assign(session, { status: "complete", payment_status: "paid" });
  world.tell("checkout.session.completed", session);
  return session;
}

function payOnce(world: World, session: Thing, declined: boolean): void {
  const params = session["asked"] as Params;
  const [line] = params["line_items"] as [Params];
  const { currency } = line["price_data"] as Params;
  const { metadata } = params["payment_intent_data"] as Params;
  const { customer, amount_total: amount } = session;
  const intent =
    world.things.get(String(session["payment_intent"])) ??
    world.make("payment_intent", { amount, currency, customer, metadata, last_payment_error: null });
  session["payment_intent"] = intent.id;
  if (declined) decline(world, intent);
  else charge(world, intent);
}

function makeProduct(world: World, params: Params): Thing {
  const id = word(params["id"]);
  if (world.things.has(id)) throw new Refusal(400, { type: "invalid_request_error", code: "resource_already_exists" });
  return world.make("product", { id, name: params["name"] });
}

const get: Handler = (world, _params, id) => world.get(id);

export const ROUTES: Readonly<Record<string, Handler>> = {
  "POST /v1/customers": (world, params) => world.make("customer", params),
  "GET /v1/customers/:id": get,
  "POST /v1/customers/:id": (world, params, id) => world.set(id, params),
  "POST /v1/products": makeProduct,
  "POST /v1/checkout/sessions": openSession,
  "GET /v1/checkout/sessions/:id": get,
  "GET /v1/payment_intents": (world, params) =>
    list(
      world.all("payment_intent").map((intent) => expanded(world, intent)),
      params,
    ),
  "GET /v1/payment_intents/:id": (world, _params, id) => expanded(world, world.get(id)),
  "GET /v1/invoice_payments": (world, params) => {
    const wanted = (params["payment"] as Params)["payment_intent"];
    const found = world
      .all("invoice_payment")
      .filter(({ payment }) => (payment as Params)["payment_intent"] === wanted);
    return list(found, {});
  },
  "POST /v1/refunds": refund,
  "GET /v1/refunds": (world, params) => {
    const wanted = params["payment_intent"];
    return list(
      world.all("refund").filter(({ payment_intent: of }) => wanted === undefined || of === wanted),
      params,
    );
  },
  "GET /v1/refunds/:id": get,
  "GET /v1/disputes": (world, params) => list(world.all("dispute"), params),
  "GET /v1/disputes/:id": get,
  "POST /v1/transfers": (world, params) => {
    if (word(params["destination"]).startsWith("acct_closed"))
      throw new Refusal(400, { type: "invalid_request_error", code: "account_invalid" });
    const { amount, currency, destination, transfer_group } = params;
    const values = { amount: Number(amount), currency, destination, transfer_group, metadata: params["metadata"] };
    const made = world.make("transfer", { object: "transfer", amount_reversed: 0, reversed: false, ...values });
    world.tell("transfer.created", made);
    return made;
  },
  "GET /v1/transfers": (world, params) => {
    const wanted = params["transfer_group"];
    return list(
      world.all("transfer").filter(({ transfer_group: of }) => wanted === undefined || of === wanted),
      params,
    );
  },
  "GET /v1/transfers/:id": get,
  "GET /v1/payouts": (world, params) => list(world.all("payout"), params),
  "GET /v1/balance_transactions": (world, params) => list(settledLines(world, word(params["payout"])), params),
  "GET /v1/subscriptions/:id": get,
  "POST /v1/subscriptions/:id": (world, params, id) => recurring.update(world, id, params),
  "DELETE /v1/subscriptions/:id": (world, _params, id) => recurring.cancel(world, id),
  "POST /v1/subscriptions/:id/resume": (world, _params, id) => world.set(id, { status: "active" }),
  "POST /v1/subscription_schedules": (world, params) => recurring.schedule(world, word(params["from_subscription"])),
  "GET /v1/subscription_schedules/:id": get,
  "POST /v1/subscription_schedules/:id": (world, params, id) =>
    recurring.setPhases(world, id, params["phases"] as Params[]),
  "POST /v1/subscription_schedules/:id/release": (world, _params, id) => recurring.release(world, id),
  "POST /v1/invoices/create_preview": recurring.preview,
  "GET /v1/invoices/:id": get,
  "GET /v1/payment_methods": (world, params) =>
    list(
      world.all("payment_method").filter(({ customer }) => customer === params["customer"]),
      {},
    ),
  "POST /v1/payment_methods/:id/detach": (world, _params, id) => world.set(id, { customer: null }),
  "POST /v1/billing_portal/sessions": (world, params) =>
    world.make("billing_portal.session", { url: `https://billing.stripe.test/${word(params["customer"])}` }),
};

/** What happens at the vendor without us: customers, banks and the vendor's own people. */
export const ACTIONS: Readonly<Record<string, (world: World, params: Params) => unknown>> = {
  pay: (world, { id }) => finish(world, word(id), false),
  decline: (world, { id }) => finish(world, word(id), true),
  expire: (world, { id }) => {
    const session = world.set(id, { status: "expired" });
    world.tell("checkout.session.expired", session);
    return session;
  },
  renew: (world, { id, declined }) => recurring.renew(world, word(id), declined !== "true"),
  refund: (world, params) => refund(world, params),
  failRefund: (world, { id }) => {
    const failed = world.set(id, { status: "failed" });
    const charged = world.get(failed["charge"]);
    charged["amount_refunded"] = Number(charged["amount_refunded"]) - Number(failed["amount"]);
    world.tell("refund.failed", failed);
    return failed;
  },
  dispute: (world, { id }) => dispute(world, word(id)),
  closeDispute: (world, { id, status }) => closeDispute(world, word(id), word(status)),
  reverseTransfer: (world, { id, amount }) => {
    const transfer = world.get(id);
    const back = amount === undefined ? Number(transfer["amount"]) : Number(amount);
    Object.assign(transfer, { amount_reversed: back, reversed: back === transfer["amount"] });
    world.tell("transfer.reversed", transfer);
    return transfer;
  },
  payout: (world, params) => payout(world, params),
  rogueTransfer: (world, { amount, copies }) => {
    const values = { object: "transfer", amount: Number(amount), currency: "usd", amount_reversed: 0, reversed: false };
    const made = (): Thing => world.make("transfer", { ...values, transfer_group: null });
    for (let left = Number(copies ?? 1); left > 1; left -= 1) made();
    return made();
  },
  addMethod: (world, { customer }) => world.make("payment_method", { customer }),
  set: (world, { id, ...values }) => world.set(id, values),
  forget: (world, { id }) => {
    const forgotten = world.get(id);
    world.things.delete(forgotten.id);
    return forgotten;
  },
  trialWillEnd: (world, { id }) => {
    world.tell("customer.subscription.trial_will_end", world.get(id));
    return world.get(id);
  },
};
