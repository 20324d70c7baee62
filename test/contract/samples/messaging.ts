import type { Actor } from "#platform/ctx";
import { anOperator, aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aContact, tell } from "../../support/messages.ts";
import type { Samples } from "./sample.ts";

async function aNotification(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const contact = aContact({ userId: as.userId });
  await tell(testCtx(app), { contact, kind: "welcome", data: { path: "/app" } });
  const [first] = (await bodyOf<{ data: { id: string }[] }>(await app.call("GET /api/v1/notifications", { as }))).data;
  if (!first) throw new Error("A welcome is also a notification.");
  return { as, params: { id: first.id } };
}

const news = { subject: "New payment methods", body: "You can now pay by UPI.", path: "/app" };

async function aBroadcast(app: TestApp): Promise<{ params: { id: string } }> {
  const answer = await app.call("POST /api/v1/admin/broadcasts", { as: anOperator(), json: news });
  return { params: { id: (await bodyOf<{ id: string }>(answer)).id } };
}

export const messaging: Samples = {
  listNotifications: async (app) => ({ as: (await aNotification(app)).as, query: "limit=1", status: 200 }),
  readNotification: async (app) => ({ ...(await aNotification(app)), status: 200 }),
  readAllNotifications: async (app) => ({ as: (await aNotification(app)).as, status: 200 }),
  getNotificationPreferences: () => ({ status: 200 }),
  updateNotificationPreferences: () => ({
    json: { preferences: [{ kind: "scanAlert", channel: "email", enabled: false }] },
    status: 200,
  }),
  listBroadcasts: async (app) => {
    await aBroadcast(app);
    return { query: "limit=1", status: 200 };
  },
  previewBroadcast: () => ({ json: { subject: "News", body: "You can now pay by UPI." }, status: 200 }),
  createBroadcast: () => ({ json: news, status: 201 }),
  getBroadcast: async (app) => ({ ...(await aBroadcast(app)), status: 200 }),
  stopBroadcast: async (app) => ({ ...(await aBroadcast(app)), status: 200 }),
};
