import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DAY } from "#kernel/time";
import { audit } from "#modules/ledger";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { Customer, drain, passDays, setClock } from "../support/billing.ts";
import type { Subscription } from "../support/billing.ts";
import { testCtx } from "../support/ctx.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();

beforeAll(() => setClock(Date.UTC(2027, 0, 31, 10)));
afterAll(() => vi.useRealTimers());

const aCustomer = async (): Promise<Customer> => await Customer.signUp(app);

describe("a subscription", () => {
  it("begins with a paid checkout, gives the plan at once, and is invoiced", async () => {
    const customer = await aCustomer();
    const asked = await customer.checkout({ plan: "pro" });
    expect(asked.status).toBe(201);
    const { checkoutId, checkoutUrl } = await bodyOf<{ checkoutId: string; checkoutUrl: string }>(asked);
    expect(checkoutUrl).toContain(checkoutId);
    expect(await customer.plan()).toBe("free");
    await customer.pay(checkoutId);
    await drain(app);
    expect(await customer.subscription()).toMatchObject({
      plan: "pro",
      interval: "month",
      status: "active",
      amount: "29.00",
      cancelAtPeriodEnd: false,
      trialEnd: null,
      scheduledPlan: null,
    });
    expect(await customer.plan()).toBe("pro");
    expect(await customer.invoices()).toMatchObject([{ status: "paid", total: "29.00" }]);
    expect(await customer.movements()).toEqual(["new 2900"]);
    const subjects = await customer.mails();
    expect(subjects.filter((subject) => subject.startsWith("Receipt INV-2027-"))).toHaveLength(1);
    expect(subjects).toContain("Your subscription has started");
  });

  it("is renewed each month on its day, the last one where a month is shorter", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "basic" });
    const ends: string[] = [];
    for (let month = 0; month < 3; month += 1) {
      const { currentPeriodEnd } = await customer.subscription();
      ends.push(currentPeriodEnd.slice(0, 10));
      vi.setSystemTime(Date.parse(currentPeriodEnd) + 1_000);
      await drain(app);
    }
    expect(ends).toEqual(["2027-02-28", "2027-03-31", "2027-04-30"]);
    expect(await customer.paid()).toBe(4 * 900);
    expect(await customer.invoices()).toHaveLength(4);
    expect(await customer.movements()).toEqual(["new 900"]);
  });

  it("goes up at once for what the preview said, and down when the period is over", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "basic" });
    await passDays(app, 10);
    const preview = await customer.preview("pro");
    expect(preview.lines.length).toBeGreaterThan(1);
    const before = await customer.paid();
    const up = await customer.change("pro");
    expect(up.status).toBe(200);
    expect(await bodyOf<Subscription>(up)).toMatchObject({ plan: "pro", status: "active" });
    await drain(app);
    expect(((await customer.paid()) - before) / 100).toBe(Number(preview.amountDue));
    expect(await customer.plan()).toBe("pro");
    expect((await customer.preview("basic")).amountDue).toBe("0.00");
    const down = await bodyOf<Subscription>(await customer.change("basic"));
    expect(down).toMatchObject({ plan: "pro", scheduledPlan: "basic" });
    expect((await customer.change("basic")).status).toBe(409);
    expect(await customer.plan()).toBe("pro");
    vi.setSystemTime(Date.parse(down.currentPeriodEnd) + 1_000);
    await drain(app);
    expect(await customer.subscription()).toMatchObject({ plan: "basic", scheduledPlan: null, status: "active" });
    expect(await customer.plan()).toBe("basic");
    expect(await customer.movements()).toEqual(["new 900", "expansion 2000", "contraction -2000"]);
    const subjects = await customer.mails();
    expect(subjects).toEqual(
      expect.arrayContaining(["Your subscription was upgraded", "Your subscription will be smaller"]),
    );
  });

  it("is left as it was when the difference is declined", async () => {
    const customer = await aCustomer();
    const before = await customer.subscribe({ plan: "basic" }, "fails_later");
    await passDays(app, 3);
    const paid = await customer.paid();
    const declined = await customer.change("pro");
    expect(declined.status).toBe(409);
    expect(await bodyOf(declined)).toMatchObject({ code: "gateway_declined" });
    await drain(app);
    expect(await customer.subscription()).toEqual(before);
    expect([await customer.paid(), await customer.plan()]).toEqual([paid, "basic"]);
    expect((await customer.change("pro")).status).toBe(409);
    expect(await count("billing_operations", "state = 'begun'")).toBe(0);
  });

  it("that is cancelled runs to its end, and can be taken back until then", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "pro" });
    expect(await bodyOf<Subscription>(await customer.cancel(true))).toMatchObject({
      cancelAtPeriodEnd: true,
      status: "active",
    });
    expect((await customer.cancel(true)).status).toBe(200);
    expect(await bodyOf<Subscription>(await customer.resume())).toMatchObject({ cancelAtPeriodEnd: false });
    const { currentPeriodEnd } = await bodyOf<Subscription>(await customer.change("free"));
    expect(await customer.plan()).toBe("pro");
    vi.setSystemTime(Date.parse(currentPeriodEnd) + 1_000);
    await drain(app);
    expect(await customer.subscription()).toMatchObject({ status: "canceled" });
    expect(await customer.plan()).toBe("free");
    expect((await customer.resume()).status).toBe(409);
    expect((await customer.change("pro")).status).toBe(409);
    expect(await customer.movements()).toEqual(["new 2900", "churn -2900"]);
    expect((await customer.subscribe({ plan: "basic" })).status).toBe("active");
    expect(await customer.movements()).toEqual(["new 2900", "churn -2900", "reactivation 900"]);
  });

  it("that is cancelled at once ends at once, and a repeat changes nothing", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "pro" });
    expect(await bodyOf<Subscription>(await customer.cancel(false))).toMatchObject({ status: "canceled" });
    expect((await customer.cancel(false)).status).toBe(200);
    await drain(app);
    expect(await customer.plan()).toBe("free");
  });

  it("keeps the plan while a payment is owed, until the grace or the retries are over", async () => {
    const customer = await aCustomer();
    const { currentPeriodEnd } = await customer.subscribe({ plan: "pro" }, "fails_later");
    vi.setSystemTime(Date.parse(currentPeriodEnd) + 1_000);
    await drain(app);
    expect(await customer.subscription()).toMatchObject({ status: "past_due" });
    expect(await customer.plan()).toBe("pro");
    expect(await customer.movements()).toEqual(["new 2900"]);
    const mails = await customer.mails();
    expect(mails.filter((subject) => subject === "A payment did not go through")).toHaveLength(1);
    expect((await customer.change("enterprise")).status).toBe(409);
    for (const days of [4, 6, 8]) await passDays(app, days);
    expect(await customer.subscription()).toMatchObject({ status: "unpaid" });
    expect(await customer.plan()).toBe("free");
    expect(await customer.movements()).toEqual(["new 2900", "churn -2900"]);
    expect((await customer.invoices())[0]).toMatchObject({ status: "open" });
  });
});

describe("a first payment that is declined", () => {
  it("is told of once for each try, and another try may succeed", async () => {
    const customer = await aCustomer();
    const { checkoutId } = await bodyOf<{ checkoutId: string }>(await customer.checkout({ plan: "pro" }));
    const declined = async (): Promise<number> =>
      (await customer.mails()).filter((subject) => subject === "A payment did not go through").length;
    expect((await app.call(`POST /sandbox/checkout/${checkoutId}/fail`)).status).toBe(200);
    await drain(app);
    expect(await declined()).toBe(1);
    const [hook] = await rows<{ id: string }>("select id from gateways_webhooks order by id desc limit 1");
    await app.call(`POST /api/v1/admin/gateway-events/${hook?.id}/replay`, { as: anOperator() });
    expect(await declined()).toBe(1);
    expect(await count("platform_events", "type = 'checkout.declined' and instr(data, ?) > 0", checkoutId)).toBe(1);
    await app.call(`POST /sandbox/checkout/${checkoutId}/fail`);
    expect(await declined()).toBe(2);
    expect([await customer.plan(), await customer.movements()]).toEqual(["free", []]);
    await customer.pay(checkoutId);
    await drain(app);
    expect([await customer.plan(), await customer.movements()]).toEqual(["pro", ["new 2900"]]);
  });
});

describe("a payment in dispute", () => {
  const disputed = async (order: { plan: string }): Promise<[Customer, (outcome?: string) => Promise<number>]> => {
    const customer = await aCustomer();
    const { checkoutId } = await bodyOf<{ checkoutId: string }>(await customer.checkout(order));
    expect((await app.call(`POST /sandbox/checkout/${checkoutId}/dispute`)).status).toBe(409);
    await customer.pay(checkoutId);
    await drain(app);
    const dispute = async (outcome?: string): Promise<number> => {
      const json = outcome === undefined ? {} : { outcome };
      const { status } = await app.call(`POST /sandbox/checkout/${checkoutId}/dispute`, { json });
      await drain(app);
      return status;
    };
    expect(await dispute()).toBe(200);
    return [customer, dispute];
  };
  const status = async ({ as }: Customer): Promise<unknown> =>
    (await bodyOf<{ data: { status: string }[] }>(await app.call("GET /api/v1/payments", { as }))).data[0]?.status;

  it("keeps the plan while the bank decides, and ends it once when it is lost", async () => {
    const [customer, dispute] = await disputed({ plan: "pro" });
    expect([await customer.plan(), await status(customer), await dispute()]).toEqual(["pro", "disputed", 409]);
    expect([await dispute("lost"), await dispute("lost"), await dispute("won")]).toEqual([200, 409, 409]);
    expect([await customer.plan(), (await customer.subscription()).status]).toEqual(["free", "canceled"]);
    expect(await customer.movements()).toEqual(["new 2900", "churn -2900"]);
    expect(await customer.mails()).toContain("Your subscription has ended");
    vi.setSystemTime(Date.now() + 40 * DAY);
    await drain(app);
    expect(await count("payments_payments", "user_id = ?", customer.as.userId)).toBe(1);
    const lost = await rows<{ n: number }>(
      "select count(*) as n from ledger_transfers where id like (select id from payments_disputes where payment_id in (select id from payments_payments where user_id = ?)) || '.%'",
      customer.as.userId,
    );
    expect(lost).toEqual([{ n: 3 }]);
    expect((await audit(testCtx(app))).ok).toBe(true);
  });

  it("is as if nothing had been when it is won", async () => {
    const [customer, dispute] = await disputed({ plan: "basic" });
    expect(await dispute("won")).toBe(200);
    expect([await customer.plan(), await status(customer)]).toEqual(["basic", "captured"]);
    expect(await customer.movements()).toEqual(["new 900"]);
  });

  it("is lost at once where only the end is heard", async () => {
    const customer = await aCustomer();
    const { checkoutId } = await bodyOf<{ checkoutId: string }>(await customer.checkout({ plan: "basic" }));
    await customer.pay(checkoutId);
    await app.call(`POST /sandbox/checkout/${checkoutId}/dispute`, { json: { outcome: "lost" } });
    await drain(app);
    expect([await customer.plan(), await status(customer)]).toEqual(["free", "disputed"]);
    const elsewhere = { ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://bourse.test" };
    expect((await app.call(`POST /sandbox/checkout/${checkoutId}/dispute`, { env: elsewhere })).status).toBe(404);
  });
});

describe("a trial", () => {
  it("without a card pauses at its end, and goes on with one", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "pro", trial: true });
    const cards = await bodyOf<{ data: { id: string }[] }>(await customer.call("GET /api/v1/billing/payment-methods"));
    const card = `DELETE /api/v1/billing/payment-methods/${cards.data[0]?.id}`;
    expect((await customer.call(card)).status).toBe(204);
    await passDays(app, 12);
    await passDays(app, 3);
    expect(await customer.subscription()).toMatchObject({ status: "paused", plan: "pro" });
    expect([await customer.plan(), await customer.paid(), await customer.movements()]).toEqual(["free", 0, []]);
    expect(await customer.mails()).toContain("Your subscription is paused");
    expect((await customer.change("enterprise")).status).toBe(409);
    expect((await customer.checkout({ plan: "basic" })).status).toBe(409);
    expect((await customer.resume()).status).toBe(409);
    await passDays(app, 60);
    expect((await customer.subscription()).status).toBe("paused");
    const added = await customer.call("POST /api/v1/billing/payment-methods", {});
    await customer.pay((await bodyOf<{ checkoutId: string }>(added)).checkoutId);
    await drain(app);
    expect(await bodyOf<Subscription>(await customer.resume())).toMatchObject({ status: "active", plan: "pro" });
    await drain(app);
    expect([await customer.plan(), await customer.paid(), await customer.movements()]).toEqual([
      "pro",
      2_900,
      ["new 2900"],
    ]);
    expect(await customer.mails()).toContain("Your subscription goes on");
  });

  it("gives the plan for nothing, is announced three days before its end, and is paid for then", async () => {
    const customer = await aCustomer();
    const { trialEnd } = await customer.subscribe({ plan: "pro", trial: true });
    expect(Date.parse(trialEnd ?? "")).toBe(Date.now() + 14 * DAY);
    expect([await customer.plan(), await customer.paid(), await customer.movements()]).toEqual(["pro", 0, []]);
    await passDays(app, 10);
    const announced = async (): Promise<number> =>
      (await customer.mails()).filter((subject) => subject === "Your trial ends soon").length;
    expect(await announced()).toBe(0);
    await passDays(app, 2);
    expect(await announced()).toBe(1);
    await passDays(app, 3);
    expect(await announced()).toBe(1);
    expect(await customer.subscription()).toMatchObject({ status: "active" });
    expect([await customer.paid(), await customer.movements()]).toEqual([2_900, ["new 2900"]]);
  });

  it("is had once in a life, also with another account of the same address", async () => {
    const customer = await aCustomer();
    await customer.subscribe({ plan: "basic", trial: true });
    await customer.cancel(false);
    await drain(app);
    const again = await customer.checkout({ plan: "basic", trial: true });
    expect(again.status).toBe(409);
    expect(await bodyOf(again)).toMatchObject({ code: "trial_used" });
    expect((await customer.checkout({ plan: "basic" })).status).toBe(201);
    const [name, domain] = customer.email.split("@");
    const other = await Customer.signUp(app, `${name}+again@${domain}`);
    expect((await other.checkout({ plan: "basic", trial: true })).status).toBe(409);
  });
});
