import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

async function aConversation(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const json = { title: "Saving for a house" };
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/assistant/conversations", { as, json }));
  return { as, params: { id } };
}

export const assistant: Samples = {
  listConversations: async (app) => ({ as: (await aConversation(app)).as, query: "limit=1", status: 200 }),
  createConversation: () => ({ json: { title: "Saving for a house" }, status: 201 }),
  getConversation: async (app) => ({ ...(await aConversation(app)), status: 200 }),
  updateConversation: async (app) => ({ ...(await aConversation(app)), json: { title: "A flat" }, status: 200 }),
  deleteConversation: async (app) => ({ ...(await aConversation(app)), status: 204 }),
  listMessages: async (app) => ({ ...(await aConversation(app)), query: "limit=1", status: 200 }),
  createChatTicket: async (app) => {
    const { as, params } = await aConversation(app);
    return { as, json: { conversationId: params.id }, status: 201 };
  },
  getAssistantUsage: () => ({ status: 200 }),
};
