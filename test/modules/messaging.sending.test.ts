import { describe, expect, it } from "vitest";
import type { DeliveryMessage } from "#platform/outbox";
import { anOperator, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact, aPhone, outboxOf, tell } from "../support/messages.ts";
import { consumeBatch, HeldQueue, rows } from "../support/platform.ts";
import { planFor, seenBy, settings } from "../support/vendors.ts";

const app = testApp();
const code = { code: "739104", expiresAt: 0 };
const changed = { at: 0, path: "/app/security" };

interface Row {
  state: string;
  reason: string | null;
  provider: string | null;
  content: string | null;
  attempts: number;
}

async function rowOf(recipient: string | null): Promise<Row | undefined> {
  const query = "select state, reason, provider, content, attempts from messaging_messages where recipient = ?";
  return (await rows<Row>(`${query} order by id desc`, recipient ?? ""))[0];
}

/** What the queue would carry for a recipient's messages. */
async function queueMessagesOf(recipient: string | null): Promise<DeliveryMessage[]> {
  const events = await rows<{ eventId: string }>(
    `select e.id as eventId from messaging_messages m join platform_events e
     on e.type = 'message.queued' and e.data ->> 'messageId' = m.id where m.recipient = ?`,
    recipient ?? "",
  );
  return events.map(({ eventId }) => ({ v: 1, eventId, handler: "messaging.sendMessage" }));
}

/**
 * The product with other settings, and no queue that would work messages off under the usual ones; `settle` does, and
 * tries again at once instead of later.
 */
function productWith(vars: Readonly<Record<string, string>>) {
  const env = { ...vars, EVENTS: new HeldQueue().binding };
  const ctx = testCtx(app, { env });
  const settle = async (): Promise<{ delivered: number; dead: number }> =>
    await bodyOf<{ delivered: number; dead: number }>(await app.call("POST /dev/jobs/drain", { env }));
  return { ctx, settle, env };
}

describe("a message at a provider", () => {
  it("leaves once, though its queue message comes three times, and three times at once", async () => {
    const { ctx, env } = productWith({ ...settings.smtp, ...settings.gateway });
    const contact = aContact({ phone: aPhone() });
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await tell(ctx, { contact, kind: "loginCode", data: code });
    const bodies = [...(await queueMessagesOf(contact.email)), ...(await queueMessagesOf(contact.phone))];
    const options = { env };
    await Promise.all([1, 2, 3].map(async () => await consumeBatch(app, bodies, options)));
    for (let time = 0; time < 3; time += 1) await consumeBatch(app, bodies, options);
    expect((await seenBy(contact.email)).taken).toHaveLength(1);
    expect((await seenBy(contact.phone)).taken).toHaveLength(1);
  });

  it("is tried again, then by the second provider, and arrives once", async () => {
    const contact = aContact();
    const { ctx, settle } = productWith({ ...settings.smtp, ...settings.resend });
    await planFor(contact.email, "refuse", "hang", "hang-up", "refuse");
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await settle();
    const { taken, calls } = await seenBy(contact.email);
    expect(calls).toBe(5);
    expect(taken.map(({ vendor }) => vendor)).toEqual(["resend"]);
    expect(await rowOf(contact.email)).toMatchObject({ state: "sent", provider: "resend", content: null });
  });

  it("passes over a provider that has failed too often, for a while", async () => {
    const { ctx, settle } = productWith({ ...settings.smtp, ...settings.resend });
    const [one, two, three] = [aContact(), aContact(), aContact()];
    for (const contact of [one, two]) {
      await planFor(contact.email, "refuse", "refuse", "refuse");
      await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    }
    await settle();
    await tell(ctx, { contact: three, kind: "passwordChanged", data: changed });
    await settle();
    const vendors = (await seenBy(three.email)).taken.map(({ vendor }) => vendor);
    expect(vendors).toEqual(["resend"]);
    await rows("update messaging_providers set closed_until = 0, failures = 0");
  });

  it("is a dead letter when no provider takes it, and leaves once an operator sends it again", async () => {
    const contact = aContact();
    const { ctx, settle, env } = productWith({ ...settings.smtp, ...settings.resend });
    await planFor(contact.email, ...Array.from({ length: 12 }, () => "refuse"));
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await settle();
    expect(await rowOf(contact.email)).toMatchObject({ state: "queued", attempts: 12 });
    const [letter] = await queueMessagesOf(contact.email);
    const place = `${letter?.eventId}.${letter?.handler}`;
    const again = await app.call(`POST /api/v1/admin/jobs/${place}/retry`, { as: anOperator(), env });
    expect(again.status).toBe(202);
    await settle();
    expect((await seenBy(contact.email)).taken).toHaveLength(1);
  });

  it("goes to no other provider while one may have it, and bears one Message-ID", async () => {
    const contact = aContact();
    const { ctx, settle } = productWith({ ...settings.smtp, ...settings.resend });
    await planFor(contact.email, "lose", "take-and-hang-up");
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await settle();
    const { taken } = await seenBy(contact.email);
    expect(taken.map(({ vendor }) => vendor)).toEqual(["smtp", "smtp"]);
    expect(new Set(taken.map(({ raw }) => /^Message-ID: .*$/m.exec(raw)?.[0])).size).toBe(1);
  });

  it("by Resend arrives once, whatever became of the answers", async () => {
    const contact = aContact();
    const { ctx, settle } = productWith({ ...settings.resend });
    await planFor(contact.email, "take-and-hang", "take-and-hang-up", "refuse", "hang");
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await settle();
    expect((await seenBy(contact.email)).taken).toHaveLength(1);
    expect(await rowOf(contact.email)).toMatchObject({ state: "sent", attempts: 5 });
  });

  it.each(["take-and-hang", "take-and-hang-up", "hang"])(
    "as an SMS met with %s is not sent again, until an operator says so",
    async (behaviour) => {
      const contact = aContact({ phone: aPhone(), email: null });
      const { ctx, settle } = productWith({ ...settings.twilio, ...settings.gateway });
      await planFor(contact.phone, behaviour);
      await tell(ctx, { contact, kind: "loginCode", data: code });
      expect((await settle()).dead).toBe(1);
      await settle();
      expect((await seenBy(contact.phone)).calls).toBe(1);
      expect(await rowOf(contact.phone)).toMatchObject({ state: "unresolved", provider: "twilio" });
    },
  );

  it("as an SMS falls to the second provider when the first is down", async () => {
    const contact = aContact({ phone: aPhone(), email: null });
    const { ctx, settle } = productWith({
      ...settings.twilio,
      ...settings.gateway,
      TWILIO_API_BASE: "http://127.0.0.1:9",
    });
    await tell(ctx, { contact, kind: "loginCode", data: code });
    await settle();
    expect((await seenBy(contact.phone)).taken.map(({ vendor }) => vendor)).toEqual(["gateway"]);
  });

  it("that nobody lives at is never written to again", async () => {
    const contact = aContact();
    const { ctx, settle } = productWith(settings.smtp);
    await planFor(contact.email, "no-such-address");
    for (let time = 0; time < 2; time += 1) {
      await tell(ctx, { contact, kind: "passwordChanged", data: changed });
      await settle();
    }
    expect((await seenBy(contact.email)).calls).toBe(1);
    expect(await rowOf(contact.email)).toMatchObject({ state: "dropped", reason: "recipient_bounced", content: null });
  });

  it("whose process died during the call is asked of nobody else, and an SMS is set aside", async () => {
    const { ctx, settle } = productWith({ ...settings.smtp, ...settings.gateway });
    const contact = aContact({ phone: aPhone() });
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    await tell(ctx, { contact, kind: "loginCode", data: code });
    const died = "update messaging_messages set state = 'sending', attempts = 1, attempted_at = 1";
    await rows(`${died}, provider = 'smtp' where recipient = ?`, contact.email ?? "");
    await rows(`${died}, provider = 'gateway' where recipient = ?`, contact.phone ?? "");
    await rows("update platform_deliveries set attempts = 1 where state = 'pending'");
    await settle();
    expect((await seenBy(contact.email)).taken).toHaveLength(1);
    expect((await seenBy(contact.phone)).calls).toBe(0);
    expect(await rowOf(contact.phone)).toMatchObject({ state: "unresolved" });
  });

  it("is not sent beyond the pace of its provider, and is sent all the same", async () => {
    const { ctx, settle } = productWith({ ...settings.gateway, SMS_PER_SECOND: "1" });
    const contacts = [aPhone(), aPhone(), aPhone()].map((phone) => aContact({ phone, email: null }));
    for (const contact of contacts) await tell(ctx, { contact, kind: "loginCode", data: code });
    const startedAt = Date.now();
    await settle();
    for (const { phone } of contacts) expect((await seenBy(phone)).taken).toHaveLength(1);
    expect(Date.now() - startedAt).toBeGreaterThan(1_000);
  });

  it("as an SMS beyond the day's cap is dropped, and somebody is told once", async () => {
    const { ctx, settle } = productWith({ ...settings.gateway, SMS_DAILY_CAP: "0" });
    const contact = aContact({ phone: aPhone(), email: null });
    for (let time = 0; time < 2; time += 1) await tell(ctx, { contact, kind: "loginCode", data: code });
    await settle();
    expect((await seenBy(contact.phone)).calls).toBe(0);
    expect(await rowOf(contact.phone)).toMatchObject({ state: "dropped", reason: "day_cap" });
    expect(await rows("select id from platform_events where type = 'messaging.capReached'")).toHaveLength(1);
  });

  it("as a mail beyond the day's cap waits, and what concerns safety has a reserve", async () => {
    const { ctx, settle } = productWith({ ...settings.smtp, MAIL_DAILY_CAP: "0" });
    const contact = aContact();
    await tell(ctx, { contact, kind: "welcome", data: { path: "/app" } });
    await settle();
    expect(await rowOf(contact.email)).toMatchObject({ state: "queued", attempts: 0 });
    const [waiting] = await rows<{ attempts: number }>(
      "select attempts from platform_deliveries where state = 'pending'",
    );
    expect(waiting?.attempts).toBe(0);
    await rows("update platform_deliveries set state = 'done' where state = 'pending'");
  });

  it("is no more than a person can want", async () => {
    const contact = aContact({ phone: aPhone(), email: null });
    const { ctx, settle } = productWith({});
    for (let time = 0; time < 12; time += 1) await tell(ctx, { contact, kind: "loginCode", data: code });
    await settle();
    expect(await outboxOf(app, contact.phone)).toHaveLength(10);
    expect(await rowOf(contact.phone)).toMatchObject({ state: "dropped", reason: "recipient_cap" });
  });

  it("waits as a dead letter outside development when nothing is configured, and then leaves nothing behind", async () => {
    const { ctx, env } = productWith({ ENVIRONMENT: "production" });
    const contact = aContact();
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    const { retried } = await consumeBatch(app, await queueMessagesOf(contact.email), { env });
    expect(retried).toHaveLength(1);
    expect(await rowOf(contact.email)).toMatchObject({ state: "queued" });
    expect(await rows("select * from messaging_development_outbox where recipient = ?", contact.email ?? "")).toEqual(
      [],
    );
    await rows("update platform_deliveries set state = 'done' where state = 'pending'");
  });

  it("of somebody who was erased is not sent any more", async () => {
    const { ctx, settle } = productWith(settings.smtp);
    const contact = aContact({ userId: freshId("user") });
    await tell(ctx, { contact, kind: "passwordChanged", data: changed });
    const statements = await app.composition.eraseUser(ctx, contact.userId);
    await ctx.db.batch(statements);
    await settle();
    expect((await seenBy(contact.email)).calls).toBe(0);
  });
});
