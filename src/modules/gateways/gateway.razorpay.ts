import type { z } from "zod";
import { HOUR, MINUTE, SECOND, toDate } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Gateway, PaymentState } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import { callRazorpay } from "./razorpay.client.ts";
import * as shapes from "./razorpay.shapes.ts";

/** Razorpay, by plain HTTP: orders, payments that are captured by hand, refunds, disputes. */

const PAGE = 100;
const MAX_PAGES = 50;
/** Razorpay counts days by the clock of India. */
const INDIA_AHEAD = 5 * HOUR + 30 * MINUTE;

async function all<S extends z.ZodType>(
  ctx: Ctx,
  shape: S,
  list: { path: string; since: number },
): Promise<z.output<S>[]> {
  const found: z.output<S>[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = {
      from: String(Math.floor(list.since / SECOND)),
      count: String(PAGE),
      skip: String(page * PAGE),
    };
    const { items } = await callRazorpay(ctx, shapes.collection(shape), { method: "GET", path: list.path, query });
    found.push(...items);
    if (items.length < PAGE) return found;
  }
  throw new GatewayFailure("unavailable", "list_too_long");
}

async function get<S extends z.ZodType>(ctx: Ctx, shape: S, path: string): Promise<z.output<S>> {
  return await callRazorpay(ctx, shape, { method: "GET", path });
}

const place = encodeURIComponent;

/** The payment of an order that counts: the one that is ours, or is about to be. */
async function paymentOf(ctx: Ctx, orderId: string): Promise<PaymentState | null> {
  const { items } = await get(ctx, shapes.collection(shapes.payment), `orders/${place(orderId)}/payments`);
  const states = items.map(shapes.toPayment);
  return (
    states.find(({ state }) => state === "captured") ??
    states.find(({ state }) => state === "authorized") ??
    states.at(-1) ??
    null
  );
}

export const razorpayGateway: Gateway = {
  name: "razorpay",
  capturesByHand: true,
  subscriptions: null,
  createCustomer: null,

  /** Orders know no idempotency key: one under the same receipt is looked for first. */
  async createCheckout(ctx, { key, mode, amount, asset, description }) {
    if (mode !== "payment") throw new GatewayFailure("declined", "mode_not_offered");
    const query = { receipt: key };
    const { items } = await callRazorpay(ctx, shapes.collection(shapes.order), {
      method: "GET",
      path: "orders",
      query,
    });
    const known = items.find(({ receipt }) => receipt === key);
    if (known) return { id: known.id, url: null };
    const body = { amount, currency: asset, receipt: key, notes: { checkoutId: key, description } };
    const made = await callRazorpay(ctx, shapes.order, { method: "POST", path: "orders", body });
    return { id: made.id, url: null };
  },

  async readCheckout(ctx, id) {
    const found = await get(ctx, shapes.order, `orders/${place(id)}`);
    const payment = found.status === "created" ? null : await paymentOf(ctx, id);
    return {
      id: found.id,
      key: found.receipt ?? null,
      state: found.status === "paid" ? "complete" : "open",
      customerId: null,
      paymentId: payment?.id ?? null,
      subscriptionId: null,
    };
  },

  readPayment: async (ctx, id) => shapes.toPayment(await get(ctx, shapes.payment, `payments/${place(id)}`)),

  async capture(ctx, { id, amount, asset }) {
    try {
      const body = { amount, currency: asset };
      const path = `payments/${place(id)}/capture`;
      return shapes.toPayment(await callRazorpay(ctx, shapes.payment, { method: "POST", path, body }));
    } catch (error) {
      // What was captured before is refused: then it stands there as captured.
      if (error instanceof GatewayFailure && error.state === "declined")
        return await razorpayGateway.readPayment(ctx, id);
      throw error;
    }
  },

  async refund(ctx, { key, paymentId, amount }) {
    const body = { amount, receipt: key, notes: { refundId: key } };
    const path = `payments/${place(paymentId)}/refund`;
    return shapes.toRefund(await callRazorpay(ctx, shapes.refund, { method: "POST", path, body, refundKey: key }));
  },

  readRefund: async (ctx, id) => shapes.toRefund(await get(ctx, shapes.refund, `refunds/${place(id)}`)),

  async listRefunds(ctx, paymentId) {
    const found = await get(ctx, shapes.collection(shapes.refund), `payments/${place(paymentId)}/refunds`);
    return found.items.map(shapes.toRefund);
  },

  readDispute: async (ctx, id) => shapes.toDispute(await get(ctx, shapes.dispute, `disputes/${place(id)}`)),

  async listSettled(ctx, { id, createdAt }) {
    const [year = "", month = "", day = ""] = toDate(createdAt + INDIA_AHEAD).split("-");
    const found: z.output<typeof shapes.settledLine>[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = { year, month, day, count: String(PAGE), skip: String(page * PAGE) };
      const path = "settlements/recon/combined";
      const { items } = await callRazorpay(ctx, shapes.collection(shapes.settledLine), { method: "GET", path, query });
      found.push(...items);
      if (items.length < PAGE)
        return found.filter(({ settlement_id }) => settlement_id === id).map(shapes.toSettledPart);
    }
    throw new GatewayFailure("unavailable", "list_too_long");
  },

  async listActivity(ctx, since) {
    const [payments, refunds, disputes, settlements] = await Promise.all([
      all(ctx, shapes.payment, { path: "payments", since }),
      all(ctx, shapes.refund, { path: "refunds", since }),
      all(ctx, shapes.dispute, { path: "disputes", since }),
      all(ctx, shapes.settlement, { path: "settlements", since }),
    ]);
    return {
      payments: payments.map(shapes.toPayment),
      refunds: refunds.map(shapes.toRefund),
      disputes: disputes.map(shapes.toDispute),
      settlements: settlements.map(shapes.toSettlement),
    };
  },
};
