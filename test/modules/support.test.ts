import { describe, expect, it } from "vitest";
import { anApiKey, anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";

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
