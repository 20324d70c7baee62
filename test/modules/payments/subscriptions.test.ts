import { describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { HOUR } from "#kernel/time";
import { audit } from "#modules/ledger";
import type { SubscriptionState } from "#modules/payments";
import * as payments from "#modules/payments";
import { deliver } from "#platform/deliver";
import { freshId } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { count, inJob, rows } from "../../support/platform.ts";
import { bookedFor, open, PRO, published, subscribing, TOP, Vendor } from "../../support/payments/vendor.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");

/** Somebody who has subscribed by Stripe. */
async function subscribed(
  rest: Partial<payments.NewCheckout> = {},
): Promise<{ userId: Id<"user">; id: string; checkoutId: string }> {
  const { vendorId, userId, checkoutId } = await open(stripe, (user) => subscribing("stripe", user, rest));
  await stripe.happens("pay", { id: vendorId });
  await stripe.deliver((events) => events.toReversed());
  return { userId, checkoutId, id: await idOf(userId) };
}

/** The vendor's id of somebody's subscription. */
async function idOf(userId: string): Promise<string> {
  const [row] = await rows<{ vendor_id: string }>(
    "select vendor_id from payments_subscriptions where user_id = ?",
    userId,
  );
  return row?.vendor_id ?? "none";
}

const read = async (id: string): Promise<SubscriptionState> =>
  await payments.readSubscription(stripe.ctx(), "stripe", id);

describe("a subscription at Stripe", () => {
  it("is told of with its checkout and reference, and its invoice is booked with its tax", async () => {
    const { userId, id, checkoutId } = await subscribed();
    expect(await read(id)).toMatchObject({
      status: "active",
      plan: "pro",
      interval: "month",
      net: 2_900,
      tax: 522,
      asset: "USD",
      checkoutKey: checkoutId,
    });
    const [payment] = await rows<{ id: string }>("select * from payments_payments where user_id = ?", userId);
    expect(payment).toMatchObject({
      status: "captured",
      amount: 3_422,
      tax: 522,
      purpose: "subscription",
      reference: "pro",
      subscription_id: id,
    });
    expect(await bookedFor(payment?.id ?? "")).toEqual({ captured: 2_900, "captured.tax": 522, fee_kept: 59 });
    expect(await published("gateway.subscriptionChanged", `"checkoutId":"${checkoutId}"`)).toBeGreaterThan(0);
    expect(await published("gateway.invoiceChanged", id)).toBeGreaterThan(0);
    expect(await published("payment.captured", id)).toBe(1);
  });

  it("costs nothing during its trial, and tells of its end", async () => {
    const { userId, id } = await subscribed({ trialDays: 14, amount: 0, tax: 0 });
    expect(await read(id)).toMatchObject({ status: "trialing" });
    expect(await count("payments_payments", "user_id = ?", userId)).toBe(0);
    await stripe.happens("trialWillEnd", { id });
    await stripe.deliver((events) => [...events, ...events]);
    expect(await published("gateway.trialEnding", id)).toBe(1);
  });

  it("renews, and a payment that fails is told of and may succeed later", async () => {
    const { userId, id } = await subscribed();
    await stripe.happens("renew", { id });
    await stripe.happens("renew", { id, declined: "true" });
    await stripe.deliver((events) => [...events.toReversed(), ...events]);
    const states = await rows<{ status: string; n: number }>(
      "select status, count(*) as n from payments_payments where user_id = ? group by status order by status",
      userId,
    );
    expect(states).toEqual([
      { status: "captured", n: 2 },
      { status: "failed", n: 1 },
    ]);
    expect(await published("payment.failed", id)).toBe(1);
    expect(await read(id)).toMatchObject({ status: "past_due" });
  });

  it("converges within one comparison when no event of it ever came", async () => {
    const { vendorId, userId } = await open(stripe, (user) => subscribing("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    await stripe.told();
    await stripe.reconcile();
    const id = await idOf(userId);
    expect(await count("payments_payments", "user_id = ? and status = 'captured'", userId)).toBe(1);
    await stripe.settle();
    const before = await published("gateway.subscriptionChanged", id);
    expect(before).toBe(1);
    await stripe.reconcile();
    expect(await published("gateway.subscriptionChanged", id)).toBe(before);
    await stripe.happens("renew", { id });
    const cancelling = { key: freshId("job"), subscriptionId: id, atPeriodEnd: false };
    await payments.cancelSubscription(stripe.ctx(), "stripe", cancelling);
    await stripe.told();
    await stripe.reconcile();
    expect(await published("gateway.subscriptionChanged", id)).toBe(before + 1);
    expect(await count("payments_payments", "user_id = ? and status = 'captured'", userId)).toBe(2);
    expect(await count("payments_subscriptions", "vendor_id = ? and ended = 1", id)).toBe(1);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });

  it("changes at once, at the period's end, and back", async () => {
    const { id } = await subscribed();
    const preview = await payments.previewChange(stripe.ctx(), "stripe", { subscriptionId: id, price: TOP });
    expect(preview).toMatchObject({ amountDue: 4_130, asset: "USD" });
    expect(preview.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["proration", -1_450],
      ["tax", -261],
      ["proration", 4_950],
      ["tax", 891],
    ]);
    const changed = await payments.changeNow(stripe.ctx(), "stripe", {
      key: freshId("job"),
      subscriptionId: id,
      price: TOP,
    });
    expect(changed).toMatchObject({ plan: "enterprise", net: 9_900, tax: 1_782 });
    const planned = await payments.changeAtPeriodEnd(stripe.ctx(), "stripe", {
      key: freshId("job"),
      subscriptionId: id,
      price: { ...PRO, tax: 0 },
    });
    expect(planned).toMatchObject({ plan: "enterprise", scheduled: { plan: "pro", interval: "month" } });
    const kept = await payments.resumeSubscription(stripe.ctx(), "stripe", { key: freshId("job"), subscriptionId: id });
    expect(kept.scheduled).toBeNull();
    expect((await read(id)).scheduled).toBeNull();
    await stripe.deliver();
  });

  it("keeps its plan when the change is declined", async () => {
    const { id } = await subscribed();
    const { customerId } = await read(id);
    await stripe.happens("set", { id: customerId, declines: true });
    const change = payments.changeNow(stripe.ctx(), "stripe", { key: freshId("job"), subscriptionId: id, price: TOP });
    await expect(change).rejects.toMatchObject({
      kind: { code: "gateway_declined" },
      options: { extra: { reason: "insufficient_funds" } },
    });
    expect(await read(id)).toMatchObject({ plan: "pro" });
  });

  it("ends at the period's end or at once", async () => {
    const { id } = await subscribed();
    const request = { key: freshId("job"), subscriptionId: id };
    expect(await payments.cancelSubscription(stripe.ctx(), "stripe", { ...request, atPeriodEnd: true })).toMatchObject({
      cancelAtPeriodEnd: true,
    });
    const going = await payments.resumeSubscription(stripe.ctx(), "stripe", { ...request, key: freshId("job") });
    expect(going).toMatchObject({ cancelAtPeriodEnd: false, status: "active" });
    const ended = await payments.cancelSubscription(stripe.ctx(), "stripe", {
      ...request,
      key: freshId("job"),
      atPeriodEnd: false,
    });
    expect(ended).toMatchObject({ status: "canceled" });
    const again = await payments.cancelSubscription(stripe.ctx(), "stripe", {
      ...request,
      key: freshId("job"),
      atPeriodEnd: false,
    });
    expect(again).toMatchObject({ status: "canceled" });
  });

  it("shows its customer's cards and a portal, and nobody else's", async () => {
    const { id, userId } = await subscribed();
    const { customerId } = await read(id);
    const card = await stripe.happens("addMethod", { customer: customerId });
    const owner = { provider: "stripe", userId } as const;
    const stranger = { provider: "stripe", userId: freshId("user") } as const;
    expect(await payments.listPaymentMethods(stripe.ctx(), owner)).toMatchObject([
      { id: card.id, brand: "visa", last4: "4242", isDefault: false },
    ]);
    await payments.setDefaultPaymentMethod(stripe.ctx(), owner, card.id);
    expect(await payments.listPaymentMethods(stripe.ctx(), owner)).toMatchObject([{ isDefault: true }]);
    await expect(payments.removePaymentMethod(stripe.ctx(), stranger, card.id)).rejects.toMatchObject({
      kind: { code: "method_not_found" },
    });
    await payments.removePaymentMethod(stripe.ctx(), owner, card.id);
    expect(await payments.listPaymentMethods(stripe.ctx(), owner)).toEqual([]);
    expect(await payments.openPortal(stripe.ctx(), owner, "/app")).toContain("billing.stripe.test");
    await expect(payments.openPortal(stripe.ctx(), stranger, "/app")).rejects.toMatchObject({
      kind: { code: "customer_not_found" },
    });
  });

  it("is its customer's, whatever its metadata says", async () => {
    const victim = await open(stripe, (user) => subscribing("stripe", user));
    const thief = await open(stripe, (user) => subscribing("stripe", user));
    await stripe.happens("pay", { id: thief.vendorId });
    const { id } = await stripe.newest("sub");
    await stripe.happens("set", { id, metadata: { checkoutId: victim.checkoutId, userId: victim.userId } });
    await stripe.deliver();
    await stripe.reconcile();
    expect(await count("payments_subscriptions", "vendor_id = ?", id)).toBe(0);
    expect(await published("gateway.subscriptionChanged", id)).toBe(0);
    expect(await count("payments_payments", "user_id = ?", victim.userId)).toBe(0);
    expect(await count("payments_payments", "user_id = ? and status = 'captured'", thief.userId)).toBe(1);
    const [captured] = await rows<{ id: string }>(
      "select id from platform_events where type = 'payment.captured' and instr(data, ?) > 0",
      id,
    );
    const ref = { eventId: captured?.id ?? "", handler: "billing.returnSurplus" };
    const later = { env: stripe.env as Partial<Env>, now: () => Date.now() + 2 * HOUR };
    // What waits for that subscription does not wait for ever.
    expect(await inJob(app, later, async (ctx) => await deliver(ctx, ref, { force: true }))).toEqual({ state: "dead" });
  });

  it("of a customer whom nobody here knows is not taken in", async () => {
    const { id } = await subscribed();
    await rows("delete from payments_subscriptions where vendor_id = ?", id);
    await rows("delete from payments_customers where provider = 'stripe'");
    await stripe.happens("renew", { id });
    await stripe.deliver();
    const [event] = await rows(
      "select state, reason from gateways_webhooks where type = 'customer.subscription.updated' order by id desc limit 1",
    );
    expect(event).toEqual({ state: "ignored", reason: "not_ours" });
  });
});
