import type { Actor } from "#platform/ctx";
import { anAccount } from "../../support/accounts.ts";
import { anOperator, aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

async function aTicket(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const json = { subject: "Export", body: "It does not arrive." };
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/support/tickets", { as, json }));
  return { as, params: { id } };
}

async function anAnswered(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const ticket = await aTicket(app);
  const json = { body: "It left this morning." };
  await app.call(`POST /api/v1/admin/tickets/${ticket.params.id}/messages`, { as: anOperator("support"), json });
  return ticket;
}

async function aCannedAnswer(app: TestApp): Promise<{ params: { name: string } }> {
  const json = { body: "It takes a minute." };
  await app.call("PUT /api/v1/admin/canned-answers/a-minute", { as: anOperator("support"), json });
  return { params: { name: "a-minute" } };
}

async function seeded(app: TestApp): Promise<void> {
  await app.call("POST /dev/seed");
}

export const support: Samples = {
  listHelpArticles: async (app) => {
    await seeded(app);
    return { status: 200 };
  },
  getHelpArticle: async (app) => {
    await seeded(app);
    return { params: { slug: "first-steps" }, status: 200 };
  },
  createTicket: () => ({ json: { subject: "Export", body: "It does not arrive." }, status: 201 }),
  listTickets: async (app) => ({ as: (await aTicket(app)).as, query: "limit=1", status: 200 }),
  getTicket: async (app) => ({ ...(await aTicket(app)), status: 200 }),
  addTicketMessage: async (app) => ({ ...(await aTicket(app)), json: { body: "Still nothing." }, status: 201 }),
  listTicketQueue: async (app) => {
    await aTicket(app);
    return { query: "limit=1", status: 200 };
  },
  answerTicket: async (app) => ({
    params: (await aTicket(app)).params,
    json: { body: "It left this morning." },
    status: 201,
  }),
  closeTicket: async (app) => ({ params: (await aTicket(app)).params, status: 200 }),
  rateTicket: async (app) => ({ ...(await anAnswered(app)), json: { stars: 5 }, status: 200 }),
  assignTicket: async (app) => {
    const { user } = await anAccount(app, { role: "support", mfa: true });
    return { params: (await aTicket(app)).params, json: { to: user.id }, status: 200 };
  },
  addTicketNote: async (app) => ({ params: (await aTicket(app)).params, json: { body: "Third time." }, status: 201 }),
  listTicketNotes: async (app) => ({ params: (await aTicket(app)).params, status: 200 }),
  listCannedAnswers: async (app) => {
    await aCannedAnswer(app);
    return { status: 200 };
  },
  putCannedAnswer: async (app) => ({
    ...(await aCannedAnswer(app)),
    json: { body: "Two minutes." },
    status: 200,
    creates: true,
  }),
  deleteCannedAnswer: async (app) => ({ ...(await aCannedAnswer(app)), status: 204 }),
};
