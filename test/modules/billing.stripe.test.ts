import { describe, expect, it } from "vitest";
import type { Actor } from "#platform/ctx";
import { audit } from "#modules/ledger";
import { anAccount } from "../support/accounts.ts";
import { bodyOf, testApp } from "../support/app.ts";
import type { Document, Subscription } from "../support/billing.ts";
import { inJob, rows } from "../support/platform.ts";
import { Vendor } from "../support/payments/vendor.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");

interface Subscriber {
  readonly as: Extract<Actor, { kind: "user" }>;
  /** Stripe's id of the subscription. */
  readonly ref: string;
}

/** What any of these calls may answer. */
type Body = Subscription & { readonly checkoutId: string; readonly code: string; readonly data: readonly Document[] };

interface Sent {
  readonly json?: unknown;
  readonly key?: string;
}

async function call(as: Actor, line: string, { json, key }: Sent = {}): Promise<{ status: number; body: Body }> {
  const headers = line.startsWith("POST") ? { "Idempotency-Key": key ?? crypto.randomUUID() } : {};
  const answer = await stripe.call(line, { as, headers, ...(json === undefined ? {} : { json }) });
  return { status: answer.status, body: await bodyOf<Body>(answer) };
}

async function subscription(as: Actor): Promise<Subscription> {
  return (await call(as, "GET /api/v1/billing/subscription")).body;
}

/** Opens a checkout at Stripe, and gives Stripe's id of it. */
async function checkout(as: Actor, plan: string, trial = false): Promise<string> {
  const json = { plan, interval: "month", provider: "stripe", trial };
  const { body } = await call(as, "POST /api/v1/billing/checkout", { json });
  const [row] = await rows<{ vendor_id: string }>(
    "select vendor_id from payments_checkouts where id = ?",
    body.checkoutId,
  );
  return row?.vendor_id ?? "none";
}

async function aSubscriber(plan = "pro"): Promise<Subscriber> {
  const { actor: as } = await anAccount(app);
  await stripe.happens("pay", { id: await checkout(as, plan) });
  await stripe.deliver((events) => [...events.toReversed(), ...events]);
  const [row] = await rows<{ ref: string }>(
    "select gateway_ref as ref from billing_subscriptions where user_id = ?",
    as.userId,
  );
  return { as, ref: row?.ref ?? "none" };
}

async function paid({ as }: Subscriber): Promise<number[]> {
  const found = await rows<{ amount: number }>(
    "select amount from payments_payments where user_id = ? and status = 'captured' order by id",
    as.userId,
  );
  return found.map(({ amount }) => amount);
}

async function catchUp(): Promise<void> {
  const cron = app.composition.crons.find(({ name }) => name === "billing.catchUp");
  const later = (): number => Date.now() + 25 * 3_600_000;
  await inJob(app, { env: stripe.env, now: later }, async (ctx) => await cron?.run(ctx, later()));
}

const change = { plan: "enterprise", interval: "month" };
const CHANGE = "POST /api/v1/billing/subscription/change";

describe("a subscription at Stripe", () => {
  it("is followed from events in any order, and is invoiced once", async () => {
    const subscriber = await aSubscriber();
    expect(await subscription(subscriber.as)).toMatchObject({ plan: "pro", status: "active", provider: "stripe" });
    expect(await paid(subscriber)).toEqual([2_900]);
    const { body } = await call(subscriber.as, "GET /api/v1/billing/invoices");
    expect(body.data).toMatchObject([{ kind: "invoice", status: "paid", total: "29.00" }]);
    await stripe.happens("renew", { id: subscriber.ref });
    await stripe.happens("renew", { id: subscriber.ref, declined: "true" });
    await stripe.deliver((events) => [...events.toReversed(), ...events]);
    expect((await subscription(subscriber.as)).status).toBe("past_due");
    expect(await paid(subscriber)).toEqual([2_900, 2_900]);
    expect(await rows("select kind from billing_movements where user_id = ?", subscriber.as.userId)).toEqual([
      { kind: "new" },
    ]);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });

  it("whose change was answered by nobody is changed once, and the same key gets the answer", async () => {
    const subscriber = await aSubscriber();
    await stripe.plan("POST /v1/subscriptions/:id", "take-and-hang");
    const key = crypto.randomUUID();
    expect((await call(subscriber.as, CHANGE, { json: change, key })).status).toBe(503);
    expect((await call(subscriber.as, CHANGE, { json: change })).status).toBe(409);
    await stripe.deliver((events) => events.toReversed());
    expect((await subscription(subscriber.as)).plan).toBe("enterprise");
    const again = await call(subscriber.as, CHANGE, { json: change, key });
    expect([again.status, again.body.plan]).toEqual([200, "enterprise"]);
    await stripe.deliver();
    expect(await paid(subscriber)).toEqual([2_900, 3_500]);
    expect(
      await rows(
        "select state from billing_operations o where o.subscription_id in (select id from billing_subscriptions where user_id = ?)",
        subscriber.as.userId,
      ),
    ).toEqual([{ state: "done" }]);
  });

  it("whose change failed before it had any effect is as it was, and can be changed later", async () => {
    const subscriber = await aSubscriber();
    await stripe.plan("POST /v1/subscriptions/:id", "fail", "fail", "fail");
    const key = crypto.randomUUID();
    expect((await call(subscriber.as, CHANGE, { json: change, key })).status).toBe(503);
    expect((await subscription(subscriber.as)).plan).toBe("pro");
    await stripe.plan("POST /v1/subscriptions/:id");
    await catchUp();
    expect((await call(subscriber.as, CHANGE, { json: change })).body.plan).toBe("enterprise");
  });

  it("keeps its plan when the difference is declined", async () => {
    const subscriber = await aSubscriber();
    const [row] = await rows<{ id: string }>(
      "select vendor_id as id from payments_customers where user_id = ?",
      subscriber.as.userId,
    );
    await stripe.happens("set", { id: row?.id, declines: true });
    const declined = await call(subscriber.as, CHANGE, { json: change });
    expect([declined.status, declined.body.code]).toEqual([409, "gateway_declined"]);
    await stripe.deliver();
    expect(await subscription(subscriber.as)).toMatchObject({ plan: "pro", status: "active" });
    expect(await paid(subscriber)).toEqual([2_900]);
  });

  it("that ended at Stripe without a word is found out within a run of the clock", async () => {
    const subscriber = await aSubscriber();
    const cancelled = await fetch(`${String(stripe.env["STRIPE_API_BASE"])}/v1/subscriptions/${subscriber.ref}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${stripe.key}` },
    });
    expect(cancelled.ok).toBe(true);
    await stripe.told();
    expect((await subscription(subscriber.as)).status).toBe("active");
    await catchUp();
    expect((await subscription(subscriber.as)).status).toBe("canceled");
  });

  it("that was paid twice at once is kept once, and the other payment goes back", async () => {
    const { actor: as } = await anAccount(app);
    const [first, second] = [await checkout(as, "pro"), await checkout(as, "basic")];
    await Promise.all([stripe.happens("pay", { id: first }), stripe.happens("pay", { id: second })]);
    await stripe.deliver((events) => events.toReversed());
    await stripe.deliver();
    const kept = await rows<{ amount_minor: number }>(
      "select amount_minor from billing_subscriptions where user_id = ? and status <> 'canceled'",
      as.userId,
    );
    const [sum] = await rows<{ paid: number }>(
      "select sum(amount - refunded) as paid from payments_payments where user_id = ?",
      as.userId,
    );
    expect(kept.map(({ amount_minor }) => amount_minor)).toEqual([sum?.paid]);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });

  it("goes down when the period is over, and a trial costs nothing and is announced", async () => {
    const subscriber = await aSubscriber();
    const down = await call(subscriber.as, CHANGE, { json: { plan: "basic", interval: "month" } });
    expect(down.body).toMatchObject({ plan: "pro", scheduledPlan: "basic" });
    expect((await call(subscriber.as, "POST /api/v1/billing/subscription/resume")).body.scheduledPlan).toBeNull();
    const { actor: as, user } = await anAccount(app);
    await stripe.happens("pay", { id: await checkout(as, "pro", true) });
    await stripe.deliver();
    expect(await subscription(as)).toMatchObject({ status: "trialing", plan: "pro" });
    const [row] = await rows<{ ref: string }>(
      "select gateway_ref as ref from billing_subscriptions where user_id = ?",
      as.userId,
    );
    await stripe.happens("trialWillEnd", { id: row?.ref });
    await stripe.deliver((events) => [...events, ...events]);
    const outbox = await stripe.call(`GET /dev/outbox?to=${encodeURIComponent(user.email ?? "")}`);
    const { data } = await bodyOf<{ data: { subject: string }[] }>(outbox);
    expect(data.filter(({ subject }) => subject === "Your trial ends soon")).toHaveLength(1);
  });
});
