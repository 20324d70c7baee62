import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import { stripeHeader, Vendor } from "../../support/payments/vendor.ts";
import { count } from "../../support/platform.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");

/** A session of the database whose batches take their time. */
function slowed(session: D1DatabaseSession): D1DatabaseSession {
  const batch = async <T>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> => {
    await scheduler.wait(800);
    return await session.batch<T>(statements);
  };
  return { batch, prepare: (query) => session.prepare(query), getBookmark: () => session.getBookmark() };
}

const SLOW = {
  withSession: (...args: Parameters<D1Database["withSession"]>) => slowed(env.DB.withSession(...args)),
};

describe("an event that comes while the database is slow", () => {
  it("is answered with 503 in time, and is stored once when it comes again", async () => {
    const id = `evt_${crypto.randomUUID()}`;
    const object = { id: "cus_1", object: "customer" };
    const body = JSON.stringify({ id, object: "event", type: "customer.created", livemode: false, data: { object } });
    const headers = { "Stripe-Signature": await stripeHeader(body) };
    const bindings = { DB: SLOW, WEBHOOK_ACKNOWLEDGE_MS: "200" } as unknown as Partial<Env>;
    const answer = await stripe.call("POST /webhooks/stripe", { body, headers, env: { ...bindings } });
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "10"]);
    expect(await bodyOf(answer)).toMatchObject({ code: "event_not_stored" });
    expect((await stripe.call("POST /webhooks/stripe", { body, headers })).status).toBe(200);
    expect(await count("gateways_webhooks", "event_id = ?", id)).toBe(1);
  });
});
