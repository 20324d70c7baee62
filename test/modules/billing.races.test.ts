import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { HOUR } from "#kernel/time";
import { Customer, drain, passDays, setClock } from "../support/billing.ts";
import { count, inJob, rows } from "../support/platform.ts";

const app = testApp();

beforeAll(() => setClock(Date.UTC(2027, 0, 31, 10)));
afterAll(() => vi.useRealTimers());

const aCustomer = async (): Promise<Customer> => await Customer.signUp(app);

describe("two at once", () => {
  it("lead to one checkout, or are told to wait", async () => {
    const customer = await aCustomer();
    const answers = await Promise.all(Array.from({ length: 16 }, () => customer.checkout({ plan: "pro" })));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const pages = await Promise.all(
      answers
        .filter(({ status }) => status === 201)
        .map(async (answer) => (await bodyOf<{ checkoutId: string }>(answer)).checkoutId),
    );
    expect(new Set(pages).size).toBe(1);
    const again = await bodyOf<{ checkoutId: string }>(await customer.checkout({ plan: "pro" }));
    expect(again.checkoutId).toBe(pages[0]);
  });

  it("that were both paid leave one subscription, and the other's payment goes back", async () => {
    const customer = await aCustomer();
    const first = await bodyOf<{ checkoutId: string }>(await customer.checkout({ plan: "pro" }));
    const second = await bodyOf<{ checkoutId: string }>(await customer.checkout({ plan: "basic" }));
    expect(second.checkoutId).not.toBe(first.checkoutId);
    for (const { checkoutId } of [first, second]) expect(await customer.pay(checkoutId)).toBe(200);
    await drain(app);
    const live = await rows(
      "select * from billing_subscriptions where user_id = ? and status <> 'canceled'",
      customer.as.userId,
    );
    expect(live).toHaveLength(1);
    expect(await customer.paid()).toBe(live[0]?.["amount_minor"]);
    const documents = await customer.invoices();
    expect(documents.map(({ kind }) => kind).toSorted()).toEqual(["credit_note", "invoice", "invoice"]);
    expect((await customer.checkout({ plan: "pro" })).status).toBe(409);
  });

  it("wishes to go up charge the difference once", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "basic" });
    await passDays(app, 5);
    const { amountDue } = await customer.preview("pro");
    const answers = await Promise.all(Array.from({ length: 16 }, () => customer.change("pro")));
    expect(answers.every(({ status }) => status === 200 || status === 409 || status === 503)).toBe(true);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    await drain(app);
    expect(await customer.paid()).toBe(900 + Math.round(Number(amountDue) * 100));
    expect(await customer.movements()).toEqual(["new 900", "expansion 2000"]);
    expect(await count("billing_operations", "state = 'begun'")).toBe(0);
  });

  it("events of the same change, late or doubled, change nothing more", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "pro" });
    const state = async (): Promise<unknown> => [
      await customer.subscription(),
      await customer.paid(),
      await customer.movements(),
      await customer.invoices(),
    ];
    const before = await state();
    const hooks = await rows<{ id: string }>("select id from gateways_webhooks order by id desc");
    for (const { id } of hooks.slice(0, 6)) {
      const replayed = await app.call(`POST /api/v1/admin/gateway-events/${id}/replay`, { as: anOperator() });
      expect(replayed.status).toBe(202);
    }
    await drain(app);
    expect(await state()).toEqual(before);
  });
});

describe("a payment that was given back", () => {
  const refund = async (customer: Customer, amount?: string): Promise<void> => {
    const [payment] = await rows<{ id: string }>(
      "select id from payments_payments where user_id = ? order by id desc limit 1",
      customer.as.userId,
    );
    const answer = await app.call(`POST /api/v1/admin/payments/${payment?.id}/refund`, {
      as: anOperator(),
      headers: { "Idempotency-Key": crypto.randomUUID() },
      json: { reason: "As agreed", ...(amount === undefined ? {} : { amount }) },
    });
    expect(answer.status).toBe(200);
    await drain(app);
  };

  it("in part leaves the plan, in full ends it, and each has its credit note", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "pro" });
    await refund(customer, "9.00");
    expect(await customer.plan()).toBe("pro");
    await refund(customer);
    expect([await customer.plan(), (await customer.subscription()).status]).toEqual(["free", "canceled"]);
    expect((await customer.invoices()).map(({ total }) => total).toSorted()).toEqual(["-20.00", "-9.00", "29.00"]);
    expect(await customer.movements()).toEqual(["new 2900", "churn -2900"]);
  });
});

describe("a gateway's word that never came", () => {
  it("is asked for: the state is right within one run of the clock", async () => {
    const customer = await aCustomer();
    const { currentPeriodEnd } = await customer.subscribe({ plan: "basic" });
    await customer.cancel(true);
    vi.setSystemTime(Date.parse(currentPeriodEnd) + HOUR);
    await inJob(app, {}, async (ctx) => {
      for (const cron of app.composition.crons.filter(({ name }) => name === "gateways.advanceSandbox"))
        await cron.run(ctx, ctx.now());
    });
    await rows("update platform_deliveries set state = 'done', done_at = 1 where state = 'pending' returning handler");
    expect((await customer.subscription()).status).toBe("active");
    await drain(app);
    expect((await customer.subscription()).status).toBe("canceled");
  });
});

describe("a person with a subscription", () => {
  it("gets everything along, and cannot go before it is cancelled", async () => {
    const customer = await aCustomer();
    const { id } = await customer.subscribe({ plan: "basic" });
    await inJob(app, {}, async (ctx) => {
      expect(JSON.stringify(await app.composition.exportUser(ctx, customer.as.userId))).toContain(id);
      expect(await app.composition.eraseBlockers(ctx, customer.as.userId)).toContain("subscription_open");
    });
    await customer.cancel(true);
    await inJob(app, {}, async (ctx) => {
      expect(await app.composition.eraseBlockers(ctx, customer.as.userId)).toEqual([]);
      await ctx.db.batch(await app.composition.eraseUser(ctx, customer.as.userId));
    });
  });

  it("leaves a card at the gateway and takes it away again", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "basic" });
    const methods = async (): Promise<{ id: string; isDefault: boolean }[]> =>
      (
        await bodyOf<{ data: { id: string; isDefault: boolean }[] }>(
          await customer.call("GET /api/v1/billing/payment-methods"),
        )
      ).data;
    const [card] = await methods();
    expect(card).toMatchObject({ isDefault: true });
    const added = await customer.call("POST /api/v1/billing/payment-methods", {});
    expect(added.status).toBe(201);
    await customer.pay((await bodyOf<{ checkoutId: string }>(added)).checkoutId);
    expect(await methods()).toHaveLength(2);
    expect((await customer.call(`POST /api/v1/billing/payment-methods/${card?.id}/default`)).status).toBe(200);
    const other = (await methods()).find(({ id }) => id !== card?.id);
    expect((await customer.call(`DELETE /api/v1/billing/payment-methods/${other?.id}`)).status).toBe(204);
    expect((await methods()).map(({ id }) => id)).toEqual([card?.id]);
    const stranger = await aCustomer();
    expect((await stranger.call(`DELETE /api/v1/billing/payment-methods/${card?.id}`)).status).toBe(404);
    expect((await customer.call("POST /api/v1/billing/portal")).status).toBe(201);
  });

  it("without one is told so, and the free plan is not sold", async () => {
    const customer = new Customer(app, aUser());
    expect((await customer.call("GET /api/v1/billing/subscription")).status).toBe(404);
    expect((await customer.change("pro")).status).toBe(404);
    expect((await customer.checkout({ plan: "free" })).status).toBe(422);
    expect((await customer.checkout({ plan: "gold" })).status).toBe(422);
    expect((await customer.checkout({ plan: "pro", asset: "JPY" })).status).toBe(422);
  });
});
