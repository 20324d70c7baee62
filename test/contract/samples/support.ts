import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

async function aTicket(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const json = { subject: "Export", body: "It does not arrive." };
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/support/tickets", { as, json }));
  return { as, params: { id } };
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
};
