import type { Running, Thing } from "../simulator.ts";
import { simulate } from "../simulator.ts";
import type { Params, World } from "./world.ts";
import { collection, page, Refused, speaking } from "./world.ts";

/** Razorpay on loopback: orders, payments, refunds, disputes, settlements. */

type Handler = (world: World, params: Params, id: string) => unknown;

function capture(world: World, params: Params, id: string): Thing {
  const payment = world.get(id);
  if (payment["status"] !== "authorized") throw new Refused("This payment has already been captured");
  if (payment["amount"] !== params["amount"])
    throw new Refused("Capture amount must be equal to the amount authorized");
  Object.assign(payment, { status: "captured", captured: true, fee: 236, tax: 36 });
  const order = world.get(payment["order_id"]);
  Object.assign(order, { status: "paid", amount_paid: payment["amount"], amount_due: 0 });
  world.tell("payment.captured", { payment });
  world.tell("order.paid", { payment, order });
  return payment;
}

function refund(world: World, params: Params, id: string): Thing {
  const payment = world.get(id);
  const amount = Number(params["amount"]);
  const refunded = Number(payment["amount_refunded"] ?? 0) + amount;
  if (refunded > Number(payment["amount"]))
    throw new Refused("The total refund amount is greater than the refund payment amount");
  Object.assign(payment, { amount_refunded: refunded });
  const made = world.make("rfnd", {
    amount,
    currency: payment["currency"],
    payment_id: id,
    receipt: params["receipt"] ?? null,
    notes: params["notes"] ?? [],
    status: "processed",
  });
  world.tell("refund.processed", { refund: made, payment });
  return made;
}

const ROUTES: Readonly<Record<string, Handler>> = {
  "POST /v1/orders": (world, { amount, currency, receipt, notes }) =>
    world.make("order", { amount, currency, receipt, notes, status: "created", attempts: 0, amount_paid: 0 }),
  "GET /v1/orders": (world, { receipt }) =>
    collection(world.of("order").filter((order) => order["receipt"] === receipt)),
  "GET /v1/orders/:id": (world, _params, id) => world.get(id),
  "GET /v1/orders/:id/payments": (world, _params, id) =>
    collection(world.of("pay").filter((payment) => payment["order_id"] === id)),
  "GET /v1/payments": (world, params) => page(world.of("pay"), params),
  "GET /v1/payments/:id": (world, _params, id) => world.get(id),
  "POST /v1/payments/:id/capture": capture,
  "POST /v1/payments/:id/refund": refund,
  "GET /v1/payments/:id/refunds": (world, _params, id) =>
    collection(world.of("rfnd").filter((one) => one["payment_id"] === id)),
  "GET /v1/refunds": (world, params) => page(world.of("rfnd"), params),
  "GET /v1/refunds/:id": (world, _params, id) => world.get(id),
  "GET /v1/disputes": (world, params) => page(world.of("disp"), params),
  "GET /v1/disputes/:id": (world, _params, id) => world.get(id),
  "GET /v1/settlements": (world, params) => page(world.of("setl"), params),
  "GET /v1/settlements/recon/combined": (world, { year, month, day, skip, count }) => {
    const india = (at: unknown): string => new Date((Number(at) + 19_800) * 1_000).toISOString().slice(0, 10);
    const date = [year, month, day].map(String).join("-");
    const found = world.of("setl").filter((one) => india(one["created_at"]) === date);
    const lines = found.flatMap((one) => (one["lines"] as Thing[] | undefined) ?? []);
    return collection(lines.slice(Number(skip), Number(skip) + Number(count)));
  },
};

/** A line of the report of what a settlement is made of. */
function settledLine(of: Thing, settlementId: string): Thing {
  const amount = Number(of["amount"]);
  const about = { id: of.id, entity_id: of.id, settlement_id: settlementId, debit: 0, credit: 0, dispute_id: null };
  if (of.id.startsWith("pay_")) return { ...about, type: "payment", credit: amount - Number(of["fee"] ?? 0) };
  if (of.id.startsWith("rfnd_")) return { ...about, type: "refund", debit: amount };
  return { ...about, entity_id: `adj_${of.id}`, type: "adjustment", debit: amount, dispute_id: of.id };
}

/** What customers, banks and the vendor do. */
const ACTIONS: Readonly<Record<string, (world: World, params: Params) => unknown>> = {
  authorize: (world, { orderId, amount, status }) => {
    const order = world.get(orderId);
    const payment = world.make("pay", {
      amount: amount ?? order["amount"],
      currency: order["currency"],
      status: status ?? "authorized",
      order_id: order.id,
      amount_refunded: 0,
      refund_status: null,
      captured: false,
      notes: [],
      fee: null,
      tax: null,
      error_code: status === "failed" ? "BAD_REQUEST_ERROR" : null,
      error_reason: status === "failed" ? "payment_failed" : null,
    });
    Object.assign(order, { status: "attempted" });
    world.tell(status === "failed" ? "payment.failed" : "payment.authorized", { payment });
    return payment;
  },
  set: (world, { id, ...values }) => Object.assign(world.get(id), values),
  refund: (world, params) => refund(world, params, String(params["paymentId"])),
  dispute: (world, { paymentId, deducted }) => {
    const payment = world.get(paymentId);
    const { amount, currency } = payment;
    const amount_deducted = deducted ?? amount;
    const values = {
      payment_id: payment.id,
      amount,
      currency,
      amount_deducted,
      reason_code: "chargeback",
      status: "open",
    };
    const dispute = world.make("disp", values);
    world.tell("payment.dispute.created", { payment, dispute });
    return dispute;
  },
  closeDispute: (world, { id, status }) => {
    const dispute = Object.assign(world.get(id), { status });
    const payment = world.get(dispute["payment_id"]);
    world.tell(`payment.dispute.${String(status)}`, { payment, dispute });
    return dispute;
  },
  settle: (world, { amount, of }) => {
    const made = world.make("setl", { amount, status: "processed", fees: 0, tax: 0, utr: "UTR1" });
    const named = typeof of === "string" ? of.split(",") : [];
    made["lines"] = named.map((id) => settledLine(world.get(id), made.id));
    return made;
  },
};

const BROKEN = { error: { code: "SERVER_ERROR" } };
const BEFORE = {
  fail: { status: 502, body: BROKEN },
  refuse: { status: 429, body: BROKEN },
  deny: { status: 400, body: undefined },
};

export async function startRazorpay(): Promise<Running> {
  const how = speaking("EnLs21M47BllR3X8PSFtjtbd");
  const instead = { "take-and-garble": { status: 200, body: { nonsense: true } } };
  return await simulate({ ...how, routes: ROUTES, actions: ACTIONS, before: BEFORE, instead });
}
