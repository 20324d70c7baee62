import { describe, expect, it } from "vitest";
import { anApiKey, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact, outboxOf, tell } from "../support/messages.ts";

interface List {
  data: { id: string; kind: string; title: string; body: string; link: string | null; readAt: string | null }[];
  nextCursor: string | null;
  unreadCount: number;
}

interface Preferences {
  data: { kind: string; category: string; locked: boolean; channels: Record<string, boolean> }[];
}

const app = testApp();
const ctx = testCtx(app);
const PATH = "/api/v1/notifications";

async function aReader(notices = 1) {
  const as = aUser();
  const contact = aContact({ userId: as.userId });
  for (let count = 0; count < notices; count += 1)
    await tell(ctx, { contact, kind: "ticketAnswered", data: { subject: `Ticket ${count}`, path: "/app/support" } });
  return { as, contact };
}

const listOf = async (as: ReturnType<typeof aUser>, query = ""): Promise<List> =>
  await bodyOf<List>(await app.call(`GET ${PATH}${query}`, { as }));

describe("a notification", () => {
  it("is shown newest first, page by page, with how many are unread", async () => {
    const { as } = await aReader(3);
    const first = await listOf(as, "?limit=2");
    expect(first.data.map(({ body }) => body)).toEqual(["Ticket 2", "Ticket 1"]);
    expect(first.unreadCount).toBe(3);
    const second = await listOf(as, `?limit=2&cursor=${first.nextCursor}`);
    expect(second.data).toMatchObject([
      { kind: "ticketAnswered", title: "We have answered you", body: "Ticket 0", link: "/app/support", readAt: null },
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it("is read once, and keeps its time", async () => {
    const { as } = await aReader(2);
    const [newest] = (await listOf(as)).data;
    const read = await bodyOf<{ readAt: string }>(await app.call(`POST ${PATH}/${newest?.id}/read`, { as }));
    const again = await bodyOf<{ readAt: string }>(await app.call(`POST ${PATH}/${newest?.id}/read`, { as }));
    expect(again.readAt).toBe(read.readAt);
    expect((await listOf(as)).unreadCount).toBe(1);
    expect(await bodyOf(await app.call(`POST ${PATH}/read-all`, { as }))).toEqual({ unreadCount: 0 });
    expect((await listOf(as)).unreadCount).toBe(0);
  });

  it("is nobody else's", async () => {
    const { as } = await aReader();
    const { as: other } = await aReader();
    const [mine] = (await listOf(as)).data;
    expect((await app.call(`POST ${PATH}/${mine?.id}/read`, { as: other })).status).toBe(404);
    await app.call(`POST ${PATH}/read-all`, { as: other });
    expect((await listOf(as)).unreadCount).toBe(1);
    const key = anApiKey(["notifications:read"], { userId: as.userId });
    expect((await app.call(`GET ${PATH}`, { as: key })).status).toBe(200);
    expect((await app.call(`POST ${PATH}/read-all`, { as: key })).status).toBe(403);
  });

  it("leaves with its person", async () => {
    const { as } = await aReader();
    expect(await app.composition.exportUser(ctx, as.userId)).toMatchObject({
      messaging: { notifications: [{ title: "We have answered you" }], messages: [{ kind: "ticketAnswered" }] },
    });
    await ctx.db.batch(await app.composition.eraseUser(ctx, as.userId));
    expect((await listOf(as)).data).toEqual([]);
  });
});

describe("a preference", () => {
  const change = async (as: ReturnType<typeof aUser>, ...preferences: object[]): Promise<Response> =>
    await app.call(`PATCH ${PATH}/preferences`, { as, json: { preferences } });

  it("ends a kind on one channel and leaves the other", async () => {
    const { as, contact } = await aReader(0);
    const answer = await change(as, { kind: "ticketAnswered", channel: "email", enabled: false });
    const changed = (await bodyOf<Preferences>(answer)).data.find(({ kind }) => kind === "ticketAnswered");
    expect(changed).toEqual({
      kind: "ticketAnswered",
      category: "service",
      locked: false,
      channels: { email: false, inApp: true },
    });
    await tell(ctx, { contact, kind: "ticketAnswered", data: { subject: "Mine", path: "/app/support" } });
    expect(await outboxOf(app, contact.email)).toEqual([]);
    expect((await listOf(as)).data).toHaveLength(1);
    await change(as, { kind: "ticketAnswered", channel: "email", enabled: true });
    await tell(ctx, { contact, kind: "ticketAnswered", data: { subject: "Mine", path: "/app/support" } });
    expect(await outboxOf(app, contact.email)).toHaveLength(1);
  });

  it("cannot end what concerns the safety of an account", async () => {
    const { as, contact } = await aReader(0);
    const refused = await change(as, { kind: "passwordChanged", channel: "email", enabled: false });
    expect([refused.status, (await bodyOf(refused))["code"]]).toEqual([422, "kind_locked"]);
    const all = (await bodyOf<Preferences>(await app.call(`GET ${PATH}/preferences`, { as }))).data;
    expect(all.map(({ kind }) => kind)).not.toContain("operatorAlert");
    const security = all.filter(({ category }) => category === "security");
    expect(security.length).toBeGreaterThan(10);
    expect(security.every(({ locked, channels }) => locked && Object.values(channels).every(Boolean))).toBe(true);
    await tell(ctx, { contact, kind: "passwordChanged", data: { at: 0, path: "/app/security" } });
    expect(await outboxOf(app, contact.email)).toHaveLength(1);
  });

  it("names a kind and a channel that there are", async () => {
    const { as } = await aReader(0);
    const byPhone = await change(as, { kind: "receipt", channel: "sms", enabled: true });
    expect([byPhone.status, (await bodyOf(byPhone))["code"]]).toEqual([422, "channel_unavailable"]);
    expect((await change(as, { kind: "nonsense", channel: "email", enabled: true })).status).toBe(422);
  });
});
