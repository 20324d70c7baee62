import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

const reason = "Asked for by the owner.";

async function somebody(app: TestApp) {
  const { user } = await anAccount(app);
  return { params: { id: user.id }, status: 200 };
}

export const operators: Samples = {
  listUsers: async (app) => {
    await somebody(app);
    return { query: "limit=1", status: 200 };
  },
  viewUser: somebody,
  suspendUser: async (app) => ({ ...(await somebody(app)), json: { reason } }),
  activateUser: async (app) => {
    const { params, status } = await somebody(app);
    await app.call(`POST /api/v1/admin/users/${params.id}/suspend`, { as: anOperator(), json: { reason } });
    return { params, status, json: { reason } };
  },
  setUserRole: async (app) => ({ ...(await somebody(app)), json: { role: "support", reason: "Joins the team." } }),
  unlockUser: async (app) => ({ ...(await somebody(app)), json: { reason } }),
  forceLogout: async (app) => ({ ...(await somebody(app)), json: { reason } }),
};
