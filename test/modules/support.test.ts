import { describe, expect, it } from "vitest";
import { anAccount } from "../support/accounts.ts";
import { anApiKey, anOperator, aUser, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { count, rows } from "../support/platform.ts";

interface Ticket {
  id: string;
  status: string;
  priority: string;
  messages: { author: string; body: string }[];
}

const app = testApp();

describe("a ticket", () => {
  it("is opened by a customer, acknowledged by a job and answered by support", async () => {
    const customer = aUser({ plan: "pro" });
    const opened = await app.call("POST /api/v1/support/tickets", {
      as: customer,
      json: { subject: "Export", body: "It does not arrive." },
    });
    expect(opened.status).toBe(201);
    const ticket = await bodyOf<Ticket>(opened);
    expect(ticket).toMatchObject({
      status: "open",
      priority: "high",
      messages: [{ author: "customer", body: "It does not arrive." }],
    });

    await app.call("POST /dev/jobs/drain");
    const answered = await app.call(`POST /api/v1/admin/tickets/${ticket.id}/messages`, {
      as: anOperator("support"),
      json: { body: "It left now." },
    });
    expect(answered.status).toBe(201);

    const read = await app.call(`GET /api/v1/support/tickets/${ticket.id}`, { as: customer });
    expect(read.status).toBe(200);
    const seen = await bodyOf<Ticket>(read);
    expect(seen.status).toBe("answered");
    expect(seen.messages.map(({ author }) => author)).toEqual(["customer", "bourse", "support"]);
  });

  it("is nobody else's", async () => {
    const opened = await app.call("POST /api/v1/support/tickets", {
      as: aUser(),
      json: { subject: "Mine", body: "Only mine." },
    });
    const { id } = await bodyOf<Ticket>(opened);
    expect((await app.call(`GET /api/v1/support/tickets/${id}`, { as: aUser() })).status).toBe(404);
    expect((await app.call(`GET /api/v1/support/tickets/${id}`, { as: anApiKey(["support:write"]) })).status).toBe(403);
    expect((await app.call(`GET /api/v1/support/tickets/${id}`)).status).toBe(401);
  });
});

async function aTicket() {
  const customer = aUser({ plan: "pro" });
  const json = { subject: "Export", body: "It does not arrive." };
  const { id } = await bodyOf<Ticket>(await app.call("POST /api/v1/support/tickets", { as: customer, json }));
  return { customer, id };
}

describe("an operator's desk", () => {
  it("keeps notes that the customer never sees, not even in an export", async () => {
    const { customer, id } = await aTicket();
    const operator = anOperator("support");
    const noted = await app.call(`POST /api/v1/admin/tickets/${id}/notes`, {
      as: operator,
      json: { body: "He has written thrice." },
    });
    expect([noted.status, await bodyOf(noted)]).toMatchObject([201, { authorId: operator.userId }]);
    const notes = await app.call(`GET /api/v1/admin/tickets/${id}/notes`, { as: anOperator("support") });
    expect(await bodyOf(notes)).toMatchObject({ data: [{ body: "He has written thrice." }] });
    const seen = await (await app.call(`GET /api/v1/support/tickets/${id}`, { as: customer })).text();
    const exported = JSON.stringify(await app.composition.exportUser(testCtx(app), customer.userId));
    expect([seen.includes("thrice"), exported.includes("thrice"), exported.includes("It does not arrive.")]).toEqual([
      false,
      false,
      true,
    ]);
    expect((await app.call(`GET /api/v1/admin/tickets/${id}/notes`, { as: customer })).status).toBe(403);
  });

  it("gives a ticket to oneself or to another operator, and finds it so", async () => {
    const { id } = await aTicket();
    const [me, customer] = [anOperator("support"), await anAccount(app)];
    const waiting = async (assignedTo: string) => {
      const query = `status=open&assignedTo=${assignedTo}&limit=100`;
      const { data } = await bodyOf<{ data: Ticket[] }>(
        await app.call(`GET /api/v1/admin/tickets?${query}`, { as: me }),
      );
      return data.some((ticket) => ticket.id === id);
    };
    expect([await waiting("nobody"), await waiting("me")]).toEqual([true, false]);
    expect((await app.call(`POST /api/v1/admin/tickets/${id}/assign`, { as: me })).status).toBe(200);
    expect([await waiting("nobody"), await waiting("me")]).toEqual([false, true]);
    for (const to of [customer.user.id, freshId("user"), "somebody"])
      expect((await app.call(`POST /api/v1/admin/tickets/${id}/assign`, { as: me, json: { to } })).status).toBe(422);
  });

  it("has answers ready by name, each in the audit", async () => {
    const as = anOperator("support");
    const put = (body: string) => app.call("PUT /api/v1/admin/canned-answers/a-minute", { as, json: { body } });
    expect((await put("It takes a minute.")).status).toBe(200);
    expect(await bodyOf(await put("It takes two minutes."))).toMatchObject({ body: "It takes two minutes." });
    const { data } = await bodyOf<{ data: { name: string; body: string }[] }>(
      await app.call("GET /api/v1/admin/canned-answers", { as }),
    );
    expect(data.filter(({ name }) => name === "a-minute")).toMatchObject([{ body: "It takes two minutes." }]);
    expect(await count("platform_audit_entries", "action = 'cannedAnswer.updated' and target = 'a-minute'")).toBe(2);
    const gone = () => app.call("DELETE /api/v1/admin/canned-answers/a-minute", { as });
    expect([(await gone()).status, (await gone()).status]).toEqual([204, 404]);
  });

  it("counts who was answered in time, and how that was rated", async () => {
    const { customer, id } = await aTicket();
    const rate = (json: object) => app.call(`POST /api/v1/support/tickets/${id}/rating`, { as: customer, json });
    expect((await rate({ stars: 5 })).status).toBe(409);
    const as = anOperator("support");
    await app.call(`POST /api/v1/admin/tickets/${id}/messages`, { as, json: { body: "It left now." } });
    expect((await rate({ stars: 6 })).status).toBe(422);
    expect((await rate({ stars: 2 })).status).toBe(200);
    expect(await bodyOf(await rate({ stars: 4, comment: "Quick." }))).toMatchObject({ stars: 4, comment: "Quick." });
    expect(
      (await app.call(`POST /api/v1/support/tickets/${id}/rating`, { as: aUser(), json: { stars: 1 } })).status,
    ).toBe(404);
    expect(await count("support_ratings", "ticket_id = ?", id)).toBe(1);
    const stats = await bodyOf<Record<string, number>>(await app.call("GET /api/v1/admin/stats", { as: anOperator() }));
    expect(JSON.stringify(stats)).toMatch(/"ticketsInTimeBps30d":\d+/);
    expect(JSON.stringify(stats)).toMatch(/"ticketStarsHundredths30d":\d+/);
  });

  it("sets a new target when a customer writes after an answer", async () => {
    const { customer, id } = await aTicket();
    const as = anOperator("support");
    await rows("update support_tickets set respond_by = 1 where id = ?", id);
    await app.call(`POST /api/v1/support/tickets/${id}/messages`, { as: customer, json: { body: "Hello?" } });
    expect(await rows("select respond_by as by from support_tickets where id = ?", id)).toEqual([{ by: 1 }]);
    await app.call(`POST /api/v1/admin/tickets/${id}/messages`, { as, json: { body: "It left now." } });
    await app.call(`POST /api/v1/support/tickets/${id}/messages`, { as: customer, json: { body: "It did not." } });
    const [row] = await rows<{ by: number }>("select respond_by as by from support_tickets where id = ?", id);
    expect(row?.by).toBeGreaterThan(Date.now());
  });
});
