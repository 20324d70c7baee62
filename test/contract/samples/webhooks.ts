import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { aDelivery, aReceiver, aWebhook } from "../../support/receiver.ts";
import type { Samples } from "./sample.ts";

async function aHook(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  return { as, params: { id: (await aWebhook(app, as)).id } };
}

export const webhooks: Samples = {
  listWebhooks: async (app) => ({ as: (await aHook(app)).as, query: "limit=1", status: 200 }),
  createWebhook: () => ({ json: { url: aReceiver().url }, status: 201 }),
  getWebhook: async (app) => ({ ...(await aHook(app)), status: 200 }),
  updateWebhook: async (app) => ({ ...(await aHook(app)), json: { description: "Desk" }, status: 200 }),
  deleteWebhook: async (app) => ({ ...(await aHook(app)), status: 204 }),
  rotateWebhookSecret: async (app) => ({ ...(await aHook(app)), status: 200 }),
  testWebhook: async (app) => ({ ...(await aHook(app)), status: 202 }),
  listWebhookDeliveries: async (app) => {
    const { as, params } = await aHook(app);
    await aDelivery(app, as, params.id);
    return { as, params, query: "limit=1", status: 200 };
  },
  redeliverWebhook: async (app) => {
    const { as, params } = await aHook(app);
    const { id: deliveryId } = await aDelivery(app, as, params.id);
    return { as, params: { ...params, deliveryId }, status: 202 };
  },
};
