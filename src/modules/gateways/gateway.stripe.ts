import type { Stripe } from "stripe";
import type { z } from "zod";
import { given } from "#kernel/given";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { CheckoutRequest, Gateway } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import { stripeSubscriptions } from "./gateway.stripe-subscriptions.ts";
import { ensureProducts, toItems } from "./stripe.products.ts";
import { make, read, write } from "./stripe.client.ts";
import * as shapes from "./stripe.shapes.ts";

/** Stripe, through its own package. */

const CHARGE = "latest_charge.balance_transaction";
const PAGE = 100;
/** So many pages are looked at in one comparison; what is older has been looked at before. */
const MAX_PAGES = 50;

/** The whole of a list, page by page. */
async function all<S extends z.ZodType<{ id: string }>>(
  ctx: Ctx,
  shape: S,
  call: (client: Stripe, page: { limit: number; starting_after?: string }) => Promise<unknown>,
): Promise<z.output<S>[]> {
  const found: z.output<S>[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const last = found.at(-1)?.id;
    const { data, has_more } = await read(ctx, shapes.listOf(shape), async (client) =>
      call(client, { limit: PAGE, ...given({ starting_after: last }) }),
    );
    found.push(...data);
    if (!has_more) return found;
  }
  throw new GatewayFailure("unavailable", "list_too_long");
}

function sessionOf(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const { key, customerId, mode, amount, asset, description, price, trialDays } = request;
  const metadata = { checkoutId: key };
  const base = {
    client_reference_id: key,
    metadata,
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    ...(customerId === null ? {} : { customer: customerId }),
  };
  if (mode === "setup") return { ...base, mode, currency: asset.toLowerCase(), setup_intent_data: { metadata } };
  const expires_at = Math.floor(request.expiresAt / SECOND);
  if (mode === "subscription" && price !== null) {
    const trial = trialDays > 0 ? { trial_period_days: trialDays } : {};
    const line_items = toItems(price).map((price_data) => ({ price_data, quantity: 1 }));
    return { ...base, mode, expires_at, line_items, subscription_data: { metadata, ...trial } };
  }
  const price_data = { currency: asset.toLowerCase(), unit_amount: amount, product_data: { name: description } };
  return {
    ...base,
    mode: "payment",
    expires_at,
    line_items: [{ price_data, quantity: 1 }],
    payment_intent_data: { metadata },
  };
}

function present<T>(value: T | null): T {
  if (value === null) throw new GatewayFailure("missing", "payment_missing");
  return value;
}

export const stripeGateway: Gateway = {
  name: "stripe",
  capturesByHand: false,
  subscriptions: stripeSubscriptions,

  async createCustomer(ctx, { key, userId, email, name }) {
    const params = { metadata: { userId }, ...(email === null ? {} : { email }), ...(name === null ? {} : { name }) };
    const made = await make(ctx, shapes.customer, {
      key: `customer.${key}`,
      call: async (client, options) => client.customers.create(params, options),
    });
    return made.id;
  },

  async createCheckout(ctx, request) {
    if (request.price !== null) await ensureProducts(ctx, request.price);
    const opened = await make(ctx, shapes.session, {
      key: request.key,
      call: async (client, options) => client.checkout.sessions.create(sessionOf(request), options),
    });
    return { id: opened.id, url: opened.url ?? null };
  },

  readCheckout: async (ctx, id) =>
    shapes.toCheckout(await read(ctx, shapes.session, async (client) => client.checkout.sessions.retrieve(id))),

  async readPayment(ctx, id) {
    const found = await read(ctx, shapes.intent, async (client) =>
      client.paymentIntents.retrieve(id, { expand: [CHARGE] }),
    );
    if (found.metadata?.["checkoutId"] !== undefined) return shapes.toPayment(found, null);
    const { data } = await read(ctx, shapes.listOf(shapes.invoicePayment), async (client) =>
      client.invoicePayments.list({ payment: { type: "payment_intent", payment_intent: id }, limit: 1 }),
    );
    return shapes.toPayment(found, data[0]?.invoice ?? null);
  },

  async capture(ctx, { id, amount }) {
    const taken = await write(ctx, shapes.intent, {
      key: `capture.${id}`,
      call: async (client, options) =>
        client.paymentIntents.capture(id, { amount_to_capture: amount, expand: [CHARGE] }, options),
    });
    return shapes.toPayment(taken, null);
  },

  async refund(ctx, { key, paymentId, amount }) {
    const made = await write(ctx, shapes.refund, {
      key,
      call: async (client, options) =>
        client.refunds.create({ payment_intent: paymentId, amount, metadata: { refundId: key } }, options),
    });
    return present(shapes.toRefund(made));
  },

  readRefund: async (ctx, id) =>
    present(shapes.toRefund(await read(ctx, shapes.refund, async (client) => client.refunds.retrieve(id)))),

  async listRefunds(ctx, paymentId) {
    const found = await all(ctx, shapes.refund, async (client, page) =>
      client.refunds.list({ payment_intent: paymentId, ...page }),
    );
    return found.flatMap((one) => shapes.toRefund(one) ?? []);
  },

  readDispute: async (ctx, id) =>
    present(shapes.toDispute(await read(ctx, shapes.dispute, async (client) => client.disputes.retrieve(id)))),

  async listSettled(ctx, { id: payout }) {
    try {
      const lines = await all(ctx, shapes.balanceLine, async (client, page) =>
        client.balanceTransactions.list({ payout, expand: ["data.source"], ...page }),
      );
      return lines.flatMap((line) => shapes.toSettledPart(line) ?? []);
    } catch (error) {
      // Of a payout that somebody asked for by hand Stripe does not say what is in it.
      if (error instanceof GatewayFailure && error.state === "declined") return null;
      throw error;
    }
  },

  async listActivity(ctx, since) {
    const created = { gte: Math.floor(since / SECOND) };
    const [intents, refunds, disputes, payouts] = await Promise.all([
      all(ctx, shapes.intent, async (client, page) =>
        client.paymentIntents.list({ created, expand: [`data.${CHARGE}`], ...page }),
      ),
      all(ctx, shapes.refund, async (client, page) => client.refunds.list({ created, ...page })),
      all(ctx, shapes.dispute, async (client, page) => client.disputes.list({ created, ...page })),
      all(ctx, shapes.payout, async (client, page) => client.payouts.list({ created, ...page })),
    ]);
    return {
      payments: intents.map((one) => shapes.toPayment(one, null)),
      refunds: refunds.flatMap((one) => shapes.toRefund(one) ?? []),
      disputes: disputes.flatMap((one) => shapes.toDispute(one) ?? []),
      settlements: payouts.map(shapes.toSettlement),
    };
  },
};
