import { describe, expect, it } from "vitest";
import { upsertContact } from "#modules/messaging";
import { commit } from "#platform/commit";
import { signTicket } from "#platform/tickets";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact, outboxOf, tell } from "../support/messages.ts";
import { HeldQueue, consumeBatch, count, rows } from "../support/platform.ts";
import { seenBy, settings } from "../support/vendors.ts";

interface Broadcast {
  id: string;
  state: string;
  recipients: number;
  sent: number;
  dropped: number;
  waiting: number;
}

const app = testApp();
const news = { subject: "New payment methods", body: "You can now pay by UPI.\n\nNothing else changes.", path: "/app" };
const report = { month: "2026-11", facts: [{ label: "Spent", value: "€10.00" }], path: "/app/reports" };

/** Whatever is worked off here, the test asks for: no queue does it behind its back. */
const quiet = { EVENTS: new HeldQueue().binding };
const ctx = testCtx(app, { env: quiet });

async function contacts(many: number) {
  const list = Array.from({ length: many }, () => aContact());
  await commit(
    ctx,
    list.map((contact) => upsertContact(ctx, contact)),
  );
  return list;
}

const start = async (): Promise<Broadcast> =>
  await bodyOf<Broadcast>(
    await app.call("POST /api/v1/admin/broadcasts", { as: anOperator(), json: news, env: quiet }),
  );

const progressOf = async ({ id }: Broadcast): Promise<Broadcast> =>
  await bodyOf<Broadcast>(await app.call(`GET /api/v1/admin/broadcasts/${id}`, { as: anOperator("support") }));

/** Works off one page of a broadcast's recipients, as the queue would. */
async function writePage(broadcast: Broadcast): Promise<void> {
  const [due] = await rows<{ eventId: string; handler: string }>(
    `select event_id as eventId, handler from platform_deliveries d join platform_events e on e.id = d.event_id
     where e.type = 'broadcast.pageDue' and e.data ->> 'broadcastId' = ? and d.state = 'pending'`,
    broadcast.id,
  );
  await Promise.all([1, 2, 3].map(async () => await consumeBatch(app, [{ v: 1, ...due }], { env: quiet })));
}

describe("a broadcast", () => {
  it("reaches everybody once, page by page, except who does not want it", async () => {
    const people = await contacts(104);
    const [first, second] = people;
    const refuser = aUser({ userId: first?.userId ?? "" } as Parameters<typeof aUser>[0]);
    const choice = { preferences: [{ kind: "broadcast", channel: "email", enabled: false }] };
    await app.call("PATCH /api/v1/notifications/preferences", { as: refuser, json: choice });

    const broadcast = await start();
    await writePage(broadcast);
    const onTheWay = await progressOf(broadcast);
    expect(onTheWay).toMatchObject({ state: "running", sent: 0, dropped: 0 });
    expect(onTheWay.recipients).toBe(onTheWay.waiting);
    expect(onTheWay.recipients).toBeGreaterThanOrEqual(99);
    await writePage(broadcast);
    expect(await progressOf(broadcast)).toMatchObject({ state: "done", recipients: 103, waiting: 103 });

    await app.call("POST /dev/jobs/drain", { env: quiet });
    expect(await progressOf(broadcast)).toMatchObject({ state: "done", sent: 103, waiting: 0 });
    expect(await count("messaging_development_outbox", "subject = ?", news.subject)).toBe(103);
    expect(await count("messaging_notifications", "dedupe_key = ?", broadcast.id)).toBe(104);
    expect(await outboxOf(app, first?.email ?? null)).toEqual([]);
    const [mail] = await outboxOf(app, second?.email ?? null);
    expect(mail?.text).toContain("Nothing else changes.");
    expect(mail?.text).toContain("/unsubscribe?token=");
  });

  it("that is stopped sends no more, and says how far it came", async () => {
    await contacts(3);
    const broadcast = await start();
    await writePage(broadcast);
    const stop = async (): Promise<Response> =>
      await app.call(`POST /api/v1/admin/broadcasts/${broadcast.id}/stop`, { as: anOperator() });
    expect((await bodyOf<Broadcast>(await stop())).state).toBe("stopped");
    expect((await stop()).status).toBe(200);
    await app.call("POST /dev/jobs/drain", { env: quiet });
    const { sent, dropped, recipients, state } = await progressOf(broadcast);
    expect([sent, dropped, state]).toEqual([0, recipients, "stopped"]);
  });

  it("that has reached everybody cannot be stopped", async () => {
    await app.call("POST /dev/jobs/drain", { env: quiet });
    await rows("delete from messaging_contacts");
    const broadcast = await start();
    await app.call("POST /dev/jobs/drain", { env: quiet });
    const answer = await app.call(`POST /api/v1/admin/broadcasts/${broadcast.id}/stop`, { as: anOperator() });
    expect([answer.status, (await bodyOf(answer))["code"]]).toEqual([409, "broadcast_finished"]);
    const missing = broadcast.id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect((await app.call(`GET /api/v1/admin/broadcasts/${missing}`, { as: anOperator() })).status).toBe(404);
  });

  it("waits for its backlog before it writes to more people", async () => {
    await contacts(301);
    const broadcast = await start();
    for (let page = 0; page < 5; page += 1) await writePage(broadcast);
    expect(await progressOf(broadcast)).toMatchObject({ state: "running", waiting: 300 });
    await rows("update messaging_messages set state = 'sent', content = null where broadcast_id = ?", broadcast.id);
    await writePage(broadcast);
    expect(await progressOf(broadcast)).toMatchObject({ state: "done", sent: 300, waiting: 1 });
  });

  it("is an admin's to start, in one line and on our own origin", async () => {
    const call = async (as: Parameters<typeof aUser>[0] & object, json: object): Promise<number> =>
      (await app.call("POST /api/v1/admin/broadcasts", { as: as as ReturnType<typeof aUser>, json })).status;
    expect(await call(anOperator("support"), news)).toBe(403);
    expect(await call(anOperator(), { ...news, subject: "Hello\r\nBcc: eve@example.com" })).toBe(422);
    expect(await call(anOperator(), { ...news, path: "//evil.example" })).toBe(422);
  });
});

describe("one click in bulk mail", () => {
  async function tokenSentTo(): Promise<{ contact: ReturnType<typeof aContact>; token: string; header: string }> {
    const contact = aContact();
    const env = { ...quiet, ...settings.smtp };
    await tell(testCtx(app, { env }), { contact, kind: "monthlyReport", data: report });
    await app.call("POST /dev/jobs/drain", { env });
    const raw = ((await seenBy(contact.email)).taken[0]?.raw ?? "").replaceAll("\r\n", "\n");
    const header = raw.slice(0, raw.indexOf("\n\n"));
    return { contact, header, token: /^List-Unsubscribe: <.*\?token=(.+)>$/m.exec(header)?.[1] ?? "" };
  }

  it("ends that kind for that person, by a POST alone", async () => {
    const { contact, token, header } = await tokenSentTo();
    expect(header).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    const page = await app.call(`GET /unsubscribe?token=${token}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<form method="post">');
    const still = await rows("select * from messaging_preferences where user_id = ?", contact.userId);
    expect(still).toEqual([]);
    for (let time = 0; time < 2; time += 1) {
      const body = "List-Unsubscribe=One-Click";
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      expect((await app.call(`POST /unsubscribe?token=${token}`, { body, headers })).status).toBe(200);
    }
    await tell(ctx, { contact, kind: "monthlyReport", data: report });
    expect(await outboxOf(app, contact.email)).toHaveLength(1);
    await tell(ctx, { contact, kind: "broadcast", data: news });
    expect(await outboxOf(app, contact.email)).toHaveLength(2);
  });

  it("holds back what was waiting when it came", async () => {
    const { contact, token } = await tokenSentTo();
    await tell(ctx, { contact, kind: "monthlyReport", data: report });
    await app.call(`POST /unsubscribe?token=${token}`);
    expect(await outboxOf(app, contact.email)).toHaveLength(1);
  });

  it("does nothing with a ticket that is not good", async () => {
    const use = { subject: aUser().userId, ttlSeconds: 60 };
    const tickets = [
      await signTicket(ctx, { ...use, purpose: "chat", audience: "messaging", claims: { kind: "broadcast" } }),
      await signTicket(ctx, { ...use, purpose: "unsubscribe", audience: "messaging", claims: { kind: "reset" } }),
      await signTicket(ctx, { ...use, purpose: "unsubscribe", audience: "messaging", claims: { kind: "none" } }),
      await signTicket(ctx, { ...use, purpose: "unsubscribe", audience: "messaging" }),
      "",
    ];
    for (const token of tickets) {
      expect((await app.call(`GET /unsubscribe?token=${token}`)).status).toBe(400);
      expect((await app.call(`POST /unsubscribe?token=${token}`)).status).toBe(400);
    }
  });

  it("is not offered where it would end what concerns safety", async () => {
    const contact = aContact();
    await tell(ctx, { contact, kind: "passwordChanged", data: { at: 0, path: "/app/security" } });
    expect((await outboxOf(app, contact.email))[0]?.html).not.toContain("unsubscribe");
  });
});
