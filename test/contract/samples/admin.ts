import { anOperator, aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { HeldQueue, rows } from "../../support/platform.ts";
import type { Samples } from "./sample.ts";

/** An event whose handler was given up on. */
async function aDeadLetter(app: TestApp): Promise<{ id: string }> {
  const held = { EVENTS: new HeldQueue().binding };
  const json = { subject: "Export", body: "It does not arrive." };
  await app.call("POST /api/v1/support/tickets", { as: aUser(), json, env: held });
  const [letter] = await rows<{ eventId: string; handler: string }>(
    "select event_id as eventId, handler from platform_deliveries where state = 'pending' order by event_id desc limit 1",
  );
  if (!letter) throw new Error("The ticket's event must wait for its handler.");
  await rows("update platform_deliveries set state = 'dead' where event_id = ?", letter.eventId);
  return { id: `${letter.eventId}.${letter.handler}` };
}

const flag = { description: "The checkout with saved cards.", percentage: 25, plans: ["pro"], users: [] };

async function aFlag(app: TestApp): Promise<{ name: string }> {
  const name = `flag-${crypto.randomUUID().slice(0, 8)}`;
  await app.call(`PUT /api/v1/admin/flags/${name}`, { as: anOperator(), json: flag });
  return { name };
}

export const admin: Samples = {
  getStatistics: () => ({ status: 200 }),
  listMoneyPlaces: () => ({ status: 200 }),
  getHealthScore: () => ({ status: 200 }),
  getReport: () => ({ params: { month: "2026-10" }, status: 200, shared: true }),
  getAnalytics: () => ({ status: 200 }),
  getMaintenance: () => ({ status: 200 }),
  updateMaintenance: () => ({ json: { enabled: false, message: "We are back.", until: null }, status: 200 }),
  listFlags: () => ({ status: 200 }),
  getFlag: async (app) => ({ params: await aFlag(app), status: 200 }),
  updateFlag: () => ({ params: { name: "new-checkout" }, json: flag, status: 200, creates: true }),
  listJobs: async (app) => {
    await aDeadLetter(app);
    return { query: "limit=1", status: 200 };
  },
  retryJob: async (app) => ({ params: await aDeadLetter(app), status: 202 }),
};
