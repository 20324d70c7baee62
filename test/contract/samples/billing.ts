import type { Samples } from "./sample.ts";

/** The plan `pro` of the migration. */
const params = { id: "plan_01m6a6ft00f7282x1p4qcjhrqp" };

export const billing: Samples = {
  listPlans: () => ({ status: 200 }),
  getUsage: () => ({ status: 200 }),
  getPlan: () => ({ params, status: 200 }),
  updatePlan: () => ({ params, json: { limits: { savedScans: 100 } }, status: 200 }),
  listPlanVersions: () => ({ params, query: "limit=1", status: 200 }),
};
