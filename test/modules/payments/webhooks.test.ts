import { describe, expect, inject, it } from "vitest";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { parseConfig } from "#platform/env";
import { consumeBatch, count, rows } from "../../support/platform.ts";
import {
  bookedFor,
  open,
  published,
  paymentNow,
  purchase,
  STRIPE_SECRET_BEFORE,
  stripeHeader,
  Vendor,
} from "../../support/payments/vendor.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");

interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly object: { readonly id: string; readonly object: string } };
}

/** A thousand in the nightly run. */
const MANY = inject("random").nightly ? 1_000 : 200;
const vectors = inject("vectors");
const envelopes = vectors
  ? (JSON.parse(vectors["stripe/events_derived.json"] ?? "{}") as { events: Envelope[] }).events
  : [];

/** An event that nobody has sent before. */
function anEvent(type = "customer.created", rest: Readonly<Record<string, unknown>> = {}): string {
  const id = `evt_${crypto.randomUUID()}`;
  return JSON.stringify({
    id,
    object: "event",
    type,
    livemode: false,
    data: { object: { id: "cus_1", object: "customer" } },
    ...rest,
  });
}

async function post(body: BodyInit, headers: Readonly<Record<string, string>>, extra: object = {}): Promise<Response> {
  return await stripe.call("POST /webhooks/stripe", { body, headers, env: extra as Partial<Env> });
}

async function stored(): Promise<number> {
  return await count("gateways_webhooks");
}

const now = (): number => Math.floor(Date.now() / 1_000);

describe.skipIf(!vectors)("the published envelopes of Stripe", () => {
  it("are accepted, stored once and handled or filed as ignored", async () => {
    expect(envelopes.length).toBe(32);
    for (const envelope of envelopes) {
      const body = JSON.stringify(envelope);
      const headers = { "Stripe-Signature": await stripeHeader(body) };
      expect((await post(body, headers)).status).toBe(200);
      expect((await post(body, headers)).status).toBe(200);
    }
    expect(await stored()).toBe(32);
    await stripe.settle();
    await stripe.settle();
    const states = await rows<{ type: string; state: string; reason: string | null }>(
      "select type, state, reason from gateways_webhooks order by event_id",
    );
    expect(states.filter(({ state }) => state === "received")).toEqual([]);
    const unknown = states.filter(({ reason }) => reason === "unknown_type").map(({ type }) => type);
    expect(unknown).toEqual([
      "charge.succeeded",
      "charge.refunded",
      "customer.created",
      "customer.deleted",
      "payout.paid",
      "payout.failed",
      "account.updated",
      "radar.early_fraud_warning.created",
    ]);
    // Nothing of them is known at this account: they are looked for, and filed.
    expect(states.filter(({ reason }) => reason === "object_missing").length).toBe(23);
    expect(states.filter(({ reason }) => reason === "not_ours").length).toBe(1);
    expect(await count("platform_deliveries", "state = 'dead'")).toBe(0);
  });

  it("are refused when a byte was changed, and have no effect", async () => {
    const before = await stored();
    for (const envelope of envelopes) {
      const body = JSON.stringify({ ...envelope, id: `${envelope.id}_tampered` });
      const headers = { "Stripe-Signature": await stripeHeader(body) };
      expect((await post(body.replace("_tampered", "_tampereD"), headers)).status).toBe(400);
    }
    expect(await stored()).toBe(before);
  });
});

describe("a signature of Stripe", () => {
  const refused: readonly (readonly [string, (body: string) => Promise<string>])[] = [
    ["that is missing", async () => await Promise.resolve("")],
    ["that is garbage", async () => await Promise.resolve("t=abc,v1=zzz")],
    ["without a time", async (body) => (await stripeHeader(body)).replace(/t=[0-9]+,/, "")],
    ["of another scheme", async (body) => (await stripeHeader(body)).replace("v1=", "v0=")],
    ["under another secret", async (body) => await stripeHeader(body, { secret: "whsec_other" })],
    ["301 seconds old", async (body) => await stripeHeader(body, { timestamp: now() - 302 })],
    ["301 seconds ahead", async (body) => await stripeHeader(body, { timestamp: now() + 303 })],
    ["far ahead", async (body) => await stripeHeader(body, { timestamp: now() + 86_400 })],
    [
      "with another time put in",
      async (body) => (await stripeHeader(body, { timestamp: now() - 400 })).replace(/t=[0-9]+/, `t=${now()}`),
    ],
  ];
  it.each(refused)("%s is refused without an effect", async (_name, header) => {
    const before = await stored();
    const body = anEvent();
    const answer = await post(body, { "Stripe-Signature": await header(body) });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject({ code: "signature_invalid" });
    expect(await stored()).toBe(before);
  });

  const taken: readonly (readonly [string, (body: string) => Promise<string>])[] = [
    ["by the secret before", async (body) => await stripeHeader(body, { secret: STRIPE_SECRET_BEFORE })],
    ["299 seconds old", async (body) => await stripeHeader(body, { timestamp: now() - 298 })],
    ["299 seconds ahead", async (body) => await stripeHeader(body, { timestamp: now() + 298 })],
    ["among others", async (body) => `${await stripeHeader(body)},v1=${"0".repeat(64)},v0=${"1".repeat(64)}`],
  ];
  it.each(taken)("%s is taken", async (_name, header) => {
    const before = await stored();
    const body = anEvent();
    expect((await post(body, { "Stripe-Signature": await header(body) })).status).toBe(200);
    expect(await stored()).toBe(before + 1);
  });

  it("is of the bytes as they came: written again, they are refused", async () => {
    const odd =
      '{ "id": "evt_odd", "type" : "customer.created",\n "n": 1.0, "data": {"object": {"id": "caf\\u00e9"}} }\n';
    const headers = { "Stripe-Signature": await stripeHeader(odd) };
    expect((await post(JSON.stringify(JSON.parse(odd)), headers)).status).toBe(400);
    expect((await post(odd.trimEnd(), headers)).status).toBe(400);
    expect((await post(odd, headers)).status).toBe(200);
  });

  it("opens nothing while no secret is set", async () => {
    const body = anEvent();
    const none = { STRIPE_WEBHOOK_SECRET: "", STRIPE_WEBHOOK_SECRET_PREVIOUS: "" };
    expect((await post(body, { "Stripe-Signature": await stripeHeader(body) }, none)).status).toBe(400);
  });

  it.each(["not json", "[]", "{}", '{"id":"evt_1"}'])("does not make an event of %s", async (body) => {
    const answer = await post(body, { "Stripe-Signature": await stripeHeader(body) });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject({ code: "body_invalid" });
  });

  it("does not help a body that is too large", async () => {
    const body = anEvent("customer.created", { filler: "x".repeat(600 * 1024) });
    expect((await post(body, { "Stripe-Signature": await stripeHeader(body) })).status).toBe(413);
  });
});

describe("an event", () => {
  it("of test mode or of another account moves nothing in production", async () => {
    const production = {
      ENVIRONMENT: "production",
      PUBLIC_ORIGIN: "https://bourse.test",
      STRIPE_ACCOUNT_ID: "acct_own",
    };
    const send = async (body: string) =>
      (await post(body, { "Stripe-Signature": await stripeHeader(body), "X-Forwarded-Proto": "https" }, production))
        .status;
    const data = { object: { id: "pi_1", object: "payment_intent" } };
    const test = anEvent("payment_intent.succeeded", { data });
    const foreign = anEvent("payment_intent.succeeded", { data, livemode: true, account: "acct_other" });
    expect([await send(test), await send(foreign)]).toEqual([200, 200]);
    const reasons = await rows<{ reason: string }>(
      "select reason from gateways_webhooks where object_id = 'pi_1' order by id",
    );
    expect(reasons.map(({ reason }) => reason)).toEqual(["test_mode", "foreign_account"]);
  });

  it("that comes twenty times at once is stored once, and answered each time", async () => {
    const body = anEvent();
    const headers = { "Stripe-Signature": await stripeHeader(body) };
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await post(body, headers)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await count("gateways_webhooks", "event_id = ?", (JSON.parse(body) as { id: string }).id)).toBe(1);
  });

  it("is one of many at once: all are answered, and each is handled once", async () => {
    const { vendorId, paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
    await stripe.told();
    await stripe.happens("pay", { id: vendorId });
    const intent = (await stripe.told()).find(({ type }) => type === "payment_intent.succeeded");
    const bodies = Array.from({ length: MANY }, (_, index) => JSON.stringify({ ...intent, id: `evt_storm_${index}` }));
    const signed = await Promise.all(bodies.map(async (body) => ({ body, header: await stripeHeader(body) })));
    stripe.queue.take();
    const answers = await Promise.all(
      signed.map(async ({ body, header }) => (await post(body, { "Stripe-Signature": header })).status),
    );
    expect(answers.every((status) => status === 200)).toBe(true);
    expect(await count("gateways_webhooks", "event_id like 'evt_storm_%'")).toBe(MANY);
    await stripe.plan("GET /v1/payment_intents/:id", "fail", "hang", "fail");
    let waiting = stripe.queue.take();
    const tries: number[] = [];
    while (waiting.length > 0 && tries.length < 6) {
      const again: typeof waiting = [];
      for (let start = 0; start < waiting.length; start += 50) {
        const batch = waiting.slice(start, start + 50);
        const { retried } = await consumeBatch(app, batch, { env: stripe.env });
        again.push(...retried.flatMap((place) => batch[Number(place)] ?? []));
      }
      tries.push(waiting.length);
      waiting = again;
    }
    expect(tries.length).toBeGreaterThan(1);
    expect(waiting).toEqual([]);
    expect(await count("gateways_webhooks", "event_id like 'evt_storm_%' and state = 'handled'")).toBe(MANY);
    expect(await count("platform_deliveries", "handler = 'payments.handleWebhook' and state <> 'done'")).toBe(0);
    expect(await published("payment.captured", paymentId ?? "")).toBe(1);
    expect(await bookedFor(paymentId ?? "")).toEqual({ captured: 10_000, "captured.tax": 1_800, fee_kept: 59 });
  }, 120_000);

  it("is answered with 5xx while it cannot be stored, and taken when it comes again", async () => {
    const body = anEvent();
    const headers = { "Stripe-Signature": await stripeHeader(body) };
    const broken = {
      DB: {
        withSession: () => ({
          prepare: () => ({ bind: () => ({}) }),
          batch: async () => await Promise.reject(new Error("D1_ERROR: Network connection lost.")),
        }),
      },
    };
    expect((await post(body, headers, broken)).status).toBeGreaterThanOrEqual(500);
    expect((await post(body, headers)).status).toBe(200);
  });

  it("is handled again on an operator's word, without counting twice", async () => {
    const { vendorId, paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
    await stripe.happens("pay", { id: vendorId });
    await stripe.deliver();
    const as = anOperator();
    const page = await bodyOf<{ data: { id: string; state: string }[] }>(
      await stripe.call("GET /api/v1/admin/gateway-events?state=handled&provider=stripe&limit=1", { as }),
    );
    const [event] = page.data;
    const opened = await bodyOf(await stripe.call(`GET /api/v1/admin/gateway-events/${event?.id ?? ""}`, { as }));
    expect(JSON.parse(String(opened["payload"]))).toMatchObject({ object: "event" });
    const before = await paymentNow(paymentId);
    expect((await stripe.call(`POST /api/v1/admin/gateway-events/${event?.id ?? ""}/replay`, { as })).status).toBe(202);
    await stripe.settle();
    expect(await paymentNow(paymentId)).toEqual(before);
    expect(await count("gateways_webhooks", "id = ? and state = 'handled'", event?.id ?? "")).toBe(1);
  });

  it("of a gateway that has no keys here is filed, and a stand-in needs none in development", async () => {
    const env = { STRIPE_WEBHOOK_SECRET: "whsec_present", EVENTS: stripe.queue.binding };
    const body = anEvent("payment_intent.succeeded", {
      data: { object: { id: "pi_keyless", object: "payment_intent" } },
    });
    const headers = { "Stripe-Signature": await stripeHeader(body) };
    expect((await app.call("POST /webhooks/stripe", { body, headers, env })).status).toBe(200);
    await app.call("POST /dev/jobs/drain", { env });
    expect(await rows("select reason from gateways_webhooks where object_id = 'pi_keyless'")).toEqual([
      { reason: "gateway_not_configured" },
    ]);
    const configOf = (name: string, base: object) =>
      parseConfig({ ...stripe.ctx().env, STRIPE_SECRET_KEY: "", ...base, ENVIRONMENT: name }).payments;
    const bases = {
      STRIPE_API_BASE: "http://127.0.0.1:1/",
      RAZORPAY_API_BASE: "http://127.0.0.1:2",
      RAZORPAY_KEY_SECRET: "",
    };
    expect(configOf("development", bases)).toMatchObject({
      stripe: { base: "http://127.0.0.1:1" },
      razorpay: { base: "http://127.0.0.1:2" },
    });
    expect(configOf("production", bases)).toMatchObject({ stripe: null, razorpay: null });
    expect(configOf("development", { STRIPE_API_BASE: "" })).toMatchObject({ stripe: null, razorpay: null });
  });

  it("keeps its body encrypted, and for ninety days", async () => {
    const body = anEvent("customer.created", { canary: "canary-4711" });
    await post(body, { "Stripe-Signature": await stripeHeader(body) });
    expect(await count("gateways_webhooks", "instr(body, 'canary') > 0")).toBe(0);
    await rows("update gateways_webhooks set received_at = received_at - 91 * 86400000");
    const cron = app.composition.crons.find(({ name }) => name === "gateways.forgetBodies");
    await cron?.run(stripe.ctx(), Date.now());
    expect(await count("gateways_webhooks", "body is not null")).toBe(0);
  });
});
