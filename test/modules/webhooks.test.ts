import { env } from "cloudflare:workers";
import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "#kernel/time";
import { drain } from "#platform/drain";
import { announce } from "#modules/webhooks";
import { commit } from "#platform/commit";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aContact, outboxOf } from "../support/messages.ts";
import { inJob, rows } from "../support/platform.ts";
import type { Webhook } from "../support/receiver.ts";
import { aDelivery, aReceiver, aWebhook, deliveriesOf, held, quick } from "../support/receiver.ts";

const app = testApp();

/** Works off what is due at a moment, by default now. */
async function workOff(at = Date.now()): Promise<void> {
  await inJob(app, { env: quick, now: () => at }, async (ctx) => drain(ctx));
}

describe("a webhook", () => {
  it("shows its secret once, and signs as Standard Webhooks verifies, with both secrets while they change over", async () => {
    const as = aUser();
    const receiver = aReceiver();
    const created = await aWebhook(app, as, receiver.url);
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await bodyOf(await app.call(`GET /api/v1/webhooks/${created.id}`, { as }))).not.toHaveProperty("secret");
    expect(JSON.stringify(await rows("select * from webhooks_endpoints"))).not.toContain(created.secret.slice(6));
    await aDelivery(app, as, created.id);
    await workOff();
    const rotated = await bodyOf<Webhook>(await app.call(`POST /api/v1/webhooks/${created.id}/rotate`, { as }));
    expect(rotated.secret).not.toBe(created.secret);
    await aDelivery(app, as, created.id);
    await workOff();
    const [first, second] = await receiver.calls();
    expect(verified(created.secret, first)).toMatchObject({ type: "webhook.test", data: { webhookId: created.id } });
    expect(() => verified(rotated.secret, first)).toThrow();
    expect(verified(created.secret, second)).toEqual(verified(rotated.secret, second));
    await env.DB.prepare("update webhooks_endpoints set previous_until = 1 where id = ?").bind(created.id).run();
    await aDelivery(app, as, created.id);
    await workOff();
    const [, , third] = await receiver.calls();
    expect(verified(rotated.secret, third)).toMatchObject({ type: "webhook.test" });
    expect(() => verified(created.secret, third)).toThrow();
  });

  it("repeats what was not taken under one id and with one body, later and later, until it is", async () => {
    const as = aUser();
    const receiver = aReceiver();
    const { id } = await aWebhook(app, as, receiver.url);
    await receiver.plan("refuse", "hang", "hang-up", "redirect", "busy");
    await aDelivery(app, as, id);
    let at = Date.now();
    for (let time = 0; time < 6; time += 1) {
      await workOff(at);
      await workOff(at);
      const [row] = await rows<{ next: number | null }>(
        "select next_attempt_at as next from webhooks_deliveries where endpoint_id = ?",
        id,
      );
      at = row?.next ?? at;
    }
    const [delivery] = await deliveriesOf(app, as, id);
    expect(delivery?.state).toBe("delivered");
    expect(delivery?.attempts.map(({ error }) => error)).toEqual([
      "refused",
      "timed_out",
      "unreachable",
      "redirected",
      "refused",
      null,
    ]);
    const calls = await receiver.calls();
    expect(calls.length).toBe(6);
    expect(new Set(calls.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([delivery?.id]));
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(at).toBeGreaterThan(Date.now() + 4 * HOUR);
  });

  it("is not held up by an answer that never ends, and reads none of it", async () => {
    const as = aUser();
    const receiver = aReceiver();
    const { id } = await aWebhook(app, as, receiver.url);
    await receiver.plan("drip");
    await aDelivery(app, as, id);
    const began = Date.now();
    await workOff();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect((await deliveriesOf(app, as, id))[0]).toMatchObject({ state: "delivered", attempts: [{ status: 200 }] });
  });

  it("gives a delivery up after its last try, and sends it again when asked, under the same id", async () => {
    const as = aUser();
    const receiver = aReceiver();
    const { id } = await aWebhook(app, as, receiver.url);
    await receiver.plan("refuse");
    const { id: deliveryId } = await aDelivery(app, as, id);
    await env.DB.prepare("update webhooks_deliveries set tries = 7 where id = ?").bind(deliveryId).run();
    await workOff();
    expect((await deliveriesOf(app, as, id))[0]).toMatchObject({ state: "failed", attempts: [{ status: 500 }] });
    const again = `POST /api/v1/webhooks/${id}/deliveries/${deliveryId}/redeliver`;
    expect((await app.call(again, { as: aUser() })).status).toBe(404);
    expect((await app.call(again, { as, env: held })).status).toBe(202);
    await workOff();
    await workOff();
    expect((await deliveriesOf(app, as, id))[0]).toMatchObject({ state: "delivered", attempts: [{}, { status: 204 }] });
    expect((await receiver.calls()).map(({ headers }) => headers["webhook-id"])).toEqual([deliveryId, deliveryId]);
  });

  it("that has taken nothing for five days is switched off and its owner told, once", async () => {
    const as = aUser();
    const contact = aContact({ userId: as.userId });
    await env.DB.prepare(
      "insert into messaging_contacts (user_id, email, locale, time_zone, updated_at) values (?, ?, 'en', 'UTC', 0)",
    )
      .bind(as.userId, contact.email)
      .run();
    const receiver = aReceiver();
    const { id } = await aWebhook(app, as, receiver.url);
    await receiver.plan("refuse", "refuse", "refuse");
    await aDelivery(app, as, id);
    await workOff();
    const failing = await bodyOf<Webhook>(await app.call(`GET /api/v1/webhooks/${id}`, { as }));
    expect(failing).toMatchObject({ enabled: true, failingSince: expect.any(String) as string });
    await workOff(Date.now() + 5 * DAY);
    const off = { enabled: false, disabledBy: "failures" };
    expect(await bodyOf(await app.call(`GET /api/v1/webhooks/${id}`, { as }))).toMatchObject(off);
    expect((await deliveriesOf(app, as, id))[0]?.state).toBe("failed");
    expect((await app.call(`POST /api/v1/webhooks/${id}/test`, { as })).status).toBe(409);
    const mails = (await outboxOf(app, contact.email)).filter(({ subject }) => subject?.includes("switched off"));
    expect(mails.length).toBe(1);
    const on = await app.call(`PATCH /api/v1/webhooks/${id}`, { as, json: { enabled: true } });
    expect(await bodyOf(on)).toMatchObject({ enabled: true, failingSince: null });
  });

  it("that says it is gone is switched off at once", async () => {
    const as = aUser();
    const receiver = aReceiver();
    const { id } = await aWebhook(app, as, receiver.url);
    await receiver.plan("gone");
    await aDelivery(app, as, id);
    await workOff();
    const found = await bodyOf(await app.call(`GET /api/v1/webhooks/${id}`, { as }));
    expect(found).toMatchObject({ enabled: false, disabledBy: "gone" });
    await workOff(Date.now() + DAY);
    expect((await receiver.calls()).length).toBe(1);
  });

  it("gets an event once, however often it is announced, and only while it is switched on", async () => {
    const as = aUser({ plan: "pro" });
    const receivers = [aReceiver(), aReceiver()] as const;
    const [first, second] = await Promise.all(receivers.map(async ({ url }) => aWebhook(app, as, url)));
    await app.call(`PATCH /api/v1/webhooks/${second?.id}`, { as, json: { enabled: false } });
    for (let time = 0; time < 3; time += 1) {
      await inJob(app, { env: held }, async (ctx) => {
        const { userId } = as;
        const told = await announce(ctx, { userId, type: "scan.alert", data: { n: 1 }, dedupeKey: "run_1" });
        await commit(ctx, told.statements, { events: told.events });
      });
    }
    await workOff();
    expect((await receivers[0].calls()).length).toBe(1);
    expect((await receivers[1].calls()).length).toBe(0);
    expect((await deliveriesOf(app, as, first?.id ?? "")).length).toBe(1);
  });

  it("is bounded by the plan, however many ask at once", async () => {
    const as = aUser({ plan: "basic" });
    const json = { url: aReceiver().url };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => app.call("POST /api/v1/webhooks", { as, json })),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBe(3);
    expect(answers.filter(({ status }) => status === 402).length).toBe(13);
  });

  it("is given to its owner without its secret, and leaves nothing behind when the person goes", async () => {
    const as = aUser();
    const { id } = await aWebhook(app, as);
    await aDelivery(app, as, id);
    await workOff();
    await inJob(app, {}, async (ctx) => {
      const { webhooks } = await app.composition.exportUser(ctx, as.userId);
      expect(webhooks).toMatchObject({ endpoints: [{ id }], deliveries: [{ endpointId: id }] });
      expect(JSON.stringify(webhooks)).not.toContain('"secret"');
      await ctx.db.batch(await app.composition.eraseUser(ctx, as.userId));
    });
    for (const table of ["webhooks_endpoints", "webhooks_deliveries"])
      expect(await rows(`select id from ${table} where user_id = ?`, as.userId)).toEqual([]);
    expect(
      await rows("select 1 from webhooks_attempts where delivery_id not in (select id from webhooks_deliveries)"),
    ).toEqual([]);
  });
});

interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a receiver reads with the reference library; throws where it would refuse. */
function verified(secret: string, call: Received | undefined): unknown {
  return new Verifier(secret).verify(call?.body ?? "", { ...call?.headers });
}
