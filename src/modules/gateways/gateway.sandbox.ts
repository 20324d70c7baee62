import type { Ctx } from "#platform/ctx";
import type { Gateway, SubscriptionGateway, SubscriptionState } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import * as repository from "./repository.sandbox.ts";
import type { Refund, Step, Subscription } from "./sandbox-objects.ts";
import { bill, cancelNow, collect, presentSubscription, renew, updated } from "./rules.sandbox.ts";
import { addIntervals, prorate } from "./rules.proration.ts";
import { apply, load, meansOf } from "./service.sandbox.ts";

/** The sandbox gateway: a vendor within the product, for development and tests. */

async function change(
  ctx: Ctx,
  id: string,
  decide: (subscription: Subscription) => Step | null,
): Promise<SubscriptionState> {
  const found = await load(ctx, "subscription", id);
  const step = decide(found.object);
  if (step === null) return presentSubscription(found.object);
  await apply(ctx, step, [found]);
  return presentSubscription((await load(ctx, "subscription", id)).object);
}

function assertAlive({ status }: Subscription): void {
  if (status === "canceled") throw new GatewayFailure("declined", "subscription_over");
}

const subscriptions: SubscriptionGateway = {
  readSubscription: async (ctx, id) => presentSubscription((await load(ctx, "subscription", id)).object),

  async previewChange(ctx, { subscriptionId, price }) {
    const { object } = await load(ctx, "subscription", subscriptionId);
    assertAlive(object);
    if (object.status === "trialing") return { lines: [], amountDue: 0, asset: price.asset };
    return prorate({ from: object.price, to: price }, object, ctx.now());
  },

  async changeNow(ctx, { subscriptionId, price }) {
    const found = await load(ctx, "subscription", subscriptionId);
    const old = found.object;
    const now = ctx.now();
    assertAlive(old);
    if (old.price.plan === price.plan && old.price.interval === price.interval) return presentSubscription(old);
    const fresh = old.price.interval !== price.interval;
    const moved: Subscription = { ...old, price, scheduled: null, cancelAtPeriodEnd: false, canceledAt: null };
    if (old.status === "trialing") return await change(ctx, subscriptionId, () => updated(moved));
    const preview = prorate({ from: old.price, to: price }, old, now);
    const next: Subscription = fresh
      ? { ...moved, anchor: now, period: 0, start: now, end: addIntervals(now, price.interval, 1) }
      : moved;
    if (preview.amountDue < 0) throw new GatewayFailure("declined", "would_give_credit");
    if (preview.amountDue === 0) return await change(ctx, subscriptionId, () => updated(next));
    const { method } = await meansOf(ctx, old);
    if (method === null || method.fails) throw new GatewayFailure("declined", "card_declined");
    const invoice = bill(next, { lines: preview.lines, reason: "change" }, now);
    await apply(ctx, collect(next, invoice, { method, now }), [found]);
    return await subscriptions.readSubscription(ctx, subscriptionId);
  },

  changeAtPeriodEnd: async (ctx, { subscriptionId, price }) =>
    await change(ctx, subscriptionId, (subscription) => {
      assertAlive(subscription);
      return updated({ ...subscription, scheduled: price, cancelAtPeriodEnd: false, canceledAt: null });
    }),

  cancel: async (ctx, { subscriptionId, atPeriodEnd }) =>
    await change(ctx, subscriptionId, (subscription) => {
      if (subscription.status === "canceled") return null;
      if (!atPeriodEnd) return cancelNow(subscription, ctx.now());
      return updated({ ...subscription, cancelAtPeriodEnd: true, canceledAt: ctx.now(), scheduled: null });
    }),

  async resume(ctx, { subscriptionId }) {
    const found = await load(ctx, "subscription", subscriptionId);
    assertAlive(found.object);
    if (found.object.status !== "paused")
      return await change(ctx, subscriptionId, (subscription) =>
        updated({ ...subscription, cancelAtPeriodEnd: false, canceledAt: null, scheduled: null }),
      );
    const { method } = await meansOf(ctx, found.object);
    if (method === null) throw new GatewayFailure("declined", "no_payment_method");
    const now = ctx.now();
    const awake: Subscription = { ...found.object, status: "trialing", anchor: now, period: -1, end: now };
    await apply(ctx, renew(awake, { method, open: null }, now), [found]);
    return await subscriptions.readSubscription(ctx, subscriptionId);
  },

  async readInvoice(ctx, id) {
    const { kind: _kind, ...invoice } = (await load(ctx, "invoice", id)).object;
    return invoice;
  },

  async listPaymentMethods(ctx, customerId) {
    const { defaultMethodId } = (await load(ctx, "customer", customerId)).object;
    const methods = await repository.listOf(ctx, "method", customerId);
    return methods.map(({ object: { id, brand, last4 } }) => ({
      id,
      kind: "card",
      brand,
      last4,
      expiryMonth: 12,
      expiryYear: 2099,
      isDefault: id === defaultMethodId,
    }));
  },

  async removePaymentMethod(ctx, { customerId, id }) {
    const customer = await load(ctx, "customer", customerId);
    const method = await load(ctx, "method", id);
    if (method.object.customerId !== customerId) throw new GatewayFailure("missing", "method_missing");
    const isDefault = customer.object.defaultMethodId === id;
    const objects = isDefault ? [{ ...customer.object, defaultMethodId: null }] : [];
    await apply(ctx, { objects, told: [], removed: [id] }, [customer]);
  },

  async setDefaultPaymentMethod(ctx, { customerId, id }) {
    const customer = await load(ctx, "customer", customerId);
    const method = await load(ctx, "method", id);
    if (method.object.customerId !== customerId) throw new GatewayFailure("missing", "method_missing");
    await apply(ctx, { objects: [{ ...customer.object, defaultMethodId: id }], told: [] }, [customer]);
  },

  openPortal: async (_ctx, _customerId, returnUrl) => await Promise.resolve(returnUrl),
};

export const sandboxGateway: Gateway = {
  name: "sandbox",
  capturesByHand: false,
  subscriptions,

  async createCustomer(ctx, { key, userId }) {
    const id = `sbxcus_${key}`;
    if (await repository.find(ctx, "customer", id)) return id;
    await apply(ctx, { objects: [{ kind: "customer", id, userId, defaultMethodId: null }], told: [] });
    return id;
  },

  async createCheckout(ctx, request) {
    const { key, customerId } = request;
    const url = `${ctx.config.publicOrigin}/sandbox/checkout/${key}`;
    if (await repository.find(ctx, "checkout", key)) return { id: key, url };
    const checkout = { id: key, customerId, request, state: "open", paymentId: null, subscriptionId: null } as const;
    await apply(ctx, { objects: [{ kind: "checkout", ...checkout }], told: [] });
    return { id: key, url };
  },

  async readCheckout(ctx, id) {
    const { state, customerId, paymentId, subscriptionId, request } = (await load(ctx, "checkout", id)).object;
    const expired = state === "open" && request.expiresAt <= ctx.now();
    return { id, key: id, state: expired ? "expired" : state, customerId, paymentId, subscriptionId };
  },

  async readPayment(ctx, id) {
    const { kind: _kind, ...payment } = (await load(ctx, "payment", id)).object;
    return payment;
  },

  capture: async (ctx, { id }) => await sandboxGateway.readPayment(ctx, id),

  async refund(ctx, { key, paymentId, amount, asset }) {
    const id = `sbxre_${key}`;
    const known = await repository.find(ctx, "refund", id);
    if (known) return known.object;
    const payment = await load(ctx, "payment", paymentId);
    if (payment.object.refunded + amount > payment.object.amount)
      throw new GatewayFailure("declined", "amount_too_large");
    const refund: Refund = { kind: "refund", id, key, paymentId, amount, asset, state: "paid", createdAt: ctx.now() };
    const paid = { ...payment.object, refunded: payment.object.refunded + amount };
    const told = [{ topic: "refund", type: "refund.paid", objectId: id }] as const;
    await apply(ctx, { objects: [refund, paid], told }, [payment]);
    return refund;
  },

  readRefund: async (ctx, id) => (await load(ctx, "refund", id)).object,

  async listRefunds(ctx, paymentId) {
    return (await repository.listSince(ctx, "refund", 0)).filter((refund) => refund.paymentId === paymentId);
  },

  readDispute: async (ctx, id) => (await load(ctx, "dispute", id)).object,

  listSettled: async () => await Promise.resolve(null),

  async listActivity(ctx, since) {
    const [payments, refunds, disputes] = await Promise.all([
      repository.listSince(ctx, "payment", since),
      repository.listSince(ctx, "refund", since),
      repository.listSince(ctx, "dispute", since),
    ]);
    return { payments, refunds, disputes, settlements: [] };
  },
};
