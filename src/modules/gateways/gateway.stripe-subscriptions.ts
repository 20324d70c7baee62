import type { Stripe } from "stripe";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ChangeRequest, Price, SubscriptionGateway, SubscriptionState } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import { ensureProducts, toItems } from "./stripe.products.ts";
import { make, read, write } from "./stripe.client.ts";
import type { StripeSubscription } from "./stripe.recurring-shapes.ts";
import * as recurring from "./stripe.recurring-shapes.ts";
import * as shapes from "./stripe.shapes.ts";

/** Stripe's subscriptions. */

async function retrieve(ctx: Ctx, id: string): Promise<StripeSubscription> {
  return await read(ctx, recurring.subscription, async (client) => client.subscriptions.retrieve(id));
}

/** A subscription with what it is scheduled to become. */
async function present(ctx: Ctx, found: StripeSubscription): Promise<SubscriptionState> {
  const { schedule } = found;
  if (!schedule) return recurring.toSubscription(found);
  const planned = await read(ctx, recurring.schedule, async (client) =>
    client.subscriptionSchedules.retrieve(schedule, { expand: ["phases.items.price"] }),
  );
  return recurring.toSubscription(found, planned.status === "active" ? planned : null);
}

/** The items of a subscription, changed to a price: those that are there keep their ids. */
function changedItems(found: StripeSubscription, price: Price): Stripe.SubscriptionUpdateParams.Item[] {
  const { plan, tax } = recurring.itemsOf(found);
  const [forPlan, forTax] = toItems(price);
  if (!forPlan) throw new GatewayFailure("declined", "price_empty");
  const items: Stripe.SubscriptionUpdateParams.Item[] = [{ id: plan.id, price_data: forPlan }];
  if (forTax) items.push(tax ? { id: tax.id, price_data: forTax } : { price_data: forTax });
  else if (tax) items.push({ id: tax.id, deleted: true });
  return items;
}

async function release(ctx: Ctx, { schedule }: StripeSubscription, key: string): Promise<void> {
  if (!schedule) return;
  await write(ctx, shapes.anyObject, {
    key: `${key}.release`,
    call: async (client, options) => client.subscriptionSchedules.release(schedule, {}, options),
  });
}

async function changeAtPeriodEnd(ctx: Ctx, { key, subscriptionId, price }: ChangeRequest): Promise<SubscriptionState> {
  await ensureProducts(ctx, price);
  const found = await retrieve(ctx, subscriptionId);
  await release(ctx, found, key);
  const made = await make(ctx, recurring.schedule, {
    key: `${key}.schedule`,
    call: async (client, options) =>
      client.subscriptionSchedules.create({ from_subscription: subscriptionId }, options),
  });
  const now = recurring.toSubscription(found);
  const kept = found.items.data.map((item) => ({ price: item.price.id, quantity: 1 }));
  await write(ctx, shapes.anyObject, {
    key: `${key}.phases`,
    call: async (client, options) =>
      client.subscriptionSchedules.update(
        made.id,
        {
          end_behavior: "release",
          phases: [
            {
              items: kept,
              start_date: now.currentPeriodStart / SECOND,
              end_date: now.currentPeriodEnd / SECOND,
            },
            {
              items: toItems(price).map((price_data) => ({ price_data, quantity: 1 })),
              duration: { interval: price.interval, interval_count: 1 },
            },
          ],
        },
        options,
      ),
  });
  return await stripeSubscriptions.readSubscription(ctx, subscriptionId);
}

export const stripeSubscriptions: SubscriptionGateway = {
  readSubscription: async (ctx, id) => await present(ctx, await retrieve(ctx, id)),

  async previewChange(ctx, { subscriptionId, price }) {
    await ensureProducts(ctx, price);
    const found = await retrieve(ctx, subscriptionId);
    const preview = await read(ctx, recurring.invoice, async (client) =>
      client.invoices.createPreview({
        subscription: subscriptionId,
        subscription_details: { items: changedItems(found, price), proration_behavior: "always_invoice" },
      }),
    );
    const { lines, asset } = recurring.toInvoice(preview);
    return { lines, amountDue: preview.amount_due, asset };
  },

  async changeNow(ctx, { key, subscriptionId, price }) {
    await ensureProducts(ctx, price);
    const found = await retrieve(ctx, subscriptionId);
    await release(ctx, found, key);
    const changed = await write(ctx, recurring.subscription, {
      key,
      call: async (client, options) =>
        client.subscriptions.update(
          subscriptionId,
          {
            items: changedItems(found, price),
            cancel_at_period_end: false,
            proration_behavior: "always_invoice",
            // What cannot be paid is not changed: the old plan stays.
            payment_behavior: "error_if_incomplete",
          },
          options,
        ),
    });
    return recurring.toSubscription(changed);
  },

  changeAtPeriodEnd,

  async cancel(ctx, { key, subscriptionId, atPeriodEnd }) {
    const found = await retrieve(ctx, subscriptionId);
    if (found.status === "canceled") return recurring.toSubscription(found);
    await release(ctx, found, key);
    const ended = await write(ctx, recurring.subscription, {
      key,
      call: async (client, options) =>
        atPeriodEnd
          ? client.subscriptions.update(subscriptionId, { cancel_at_period_end: true }, options)
          : client.subscriptions.cancel(subscriptionId, {}, options),
    });
    return recurring.toSubscription(ended);
  },

  async resume(ctx, { key, subscriptionId }) {
    const found = await retrieve(ctx, subscriptionId);
    await release(ctx, found, key);
    const going = await write(ctx, recurring.subscription, {
      key,
      call: async (client, options) =>
        found.status === "paused"
          ? client.subscriptions.resume(subscriptionId, {}, options)
          : client.subscriptions.update(subscriptionId, { cancel_at_period_end: false }, options),
    });
    return recurring.toSubscription(going);
  },

  readInvoice: async (ctx, id) =>
    recurring.toInvoice(
      await read(ctx, recurring.invoice, async (client) => client.invoices.retrieve(id, { expand: ["payments"] })),
    ),

  async listPaymentMethods(ctx, customerId) {
    const [owner, methods] = await Promise.all([
      read(ctx, shapes.customer, async (client) => client.customers.retrieve(customerId)),
      read(ctx, shapes.listOf(shapes.method), async (client) =>
        client.paymentMethods.list({ customer: customerId, limit: 100 }),
      ),
    ]);
    const chosen = owner.invoice_settings?.default_payment_method ?? null;
    return methods.data.map(({ id, type, card }) => ({
      id,
      kind: type,
      brand: card?.brand ?? null,
      last4: card?.last4 ?? null,
      expiryMonth: card?.exp_month ?? null,
      expiryYear: card?.exp_year ?? null,
      isDefault: id === chosen,
    }));
  },

  async removePaymentMethod(ctx, { id }) {
    await write(ctx, shapes.anyObject, {
      key: `detach.${id}`,
      call: async (client, options) => client.paymentMethods.detach(id, {}, options),
    });
  },

  async setDefaultPaymentMethod(ctx, { customerId, id }) {
    const params = { invoice_settings: { default_payment_method: id } };
    await write(ctx, shapes.customer, {
      // The same choice may be made again later: it is the state that is sent, not a step.
      key: `default.${customerId}.${id}.${ctx.now()}`,
      call: async (client, options) => client.customers.update(customerId, params, options),
    });
  },

  async openPortal(ctx, customerId, returnUrl) {
    const params = { customer: customerId, return_url: returnUrl };
    const opened = await make(ctx, shapes.link, {
      key: `portal.${customerId}.${ctx.now()}`,
      call: async (client, options) => client.billingPortal.sessions.create(params, options),
    });
    return opened.url;
  },
};
