import { anAccount } from "../../support/accounts.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPng } from "../../support/files.ts";
import { PASSWORD } from "../../support/people.ts";
import type { Samples } from "./sample.ts";

const key = { name: "Spreadsheet", scopes: ["scanner:read"] };

async function aKey(app: TestApp) {
  const { actor } = await anAccount(app);
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/api-keys", { as: actor, json: key }));
  return { as: actor, params: { id } };
}

async function theOwner(app: TestApp) {
  return { as: (await anAccount(app)).actor, status: 200 };
}

export const profile: Samples = {
  getUser: theOwner,
  updateUser: async (app) => ({ ...(await theOwner(app)), json: { name: "Grace Hopper", timeZone: "Asia/Kolkata" } }),
  getPreferences: theOwner,
  updatePreferences: async (app) => ({ ...(await theOwner(app)), json: { theme: "dark" } }),
  getOnboarding: theOwner,
  putOnboarding: async (app) => ({
    ...(await theOwner(app)),
    json: { monthlyIncome: { amount: "85000.00", asset: "INR" }, goals: ["save"], householdSize: 2 },
  }),
  putAvatar: async (app) => ({ ...(await theOwner(app)), body: aPng(), contentType: "image/png" }),
  getAvatar: async (app) => {
    const owner = await theOwner(app);
    const headers = { "Content-Type": "image/png" };
    await app.call("PUT /api/v1/me/avatar", { as: owner.as, body: aPng(), headers });
    return owner;
  },
  listSecurityEvents: async (app) => ({ ...(await theOwner(app)), query: "limit=1" }),
  listApiKeys: async (app) => ({ as: (await aKey(app)).as, query: "limit=1", status: 200 }),
  createApiKey: async (app) => ({ as: (await anAccount(app)).actor, json: key, status: 201 }),
  rotateApiKey: async (app) => ({ ...(await aKey(app)), status: 201 }),
  deleteApiKey: async (app) => ({ ...(await aKey(app)), status: 204 }),
  createExport: async (app) => ({ as: (await anAccount(app)).actor, status: 202 }),
  getExport: async (app) => {
    const { actor } = await anAccount(app);
    const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/me/export", { as: actor }));
    return { as: actor, params: { id }, status: 200 };
  },
  deleteAccount: async (app) => ({ as: (await anAccount(app)).actor, json: { password: PASSWORD }, status: 202 }),
};
