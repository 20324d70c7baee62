import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { Customer } from "../../support/billing.ts";
import type { Samples } from "./sample.ts";

/** The plan `pro` of the migration. */
const params = { id: "plan_01m6a6ft00f7282x1p4qcjhrqp" };

/** Somebody whose calls are many: the suite asks more of one caller in a minute than money is moved. */
const busy = () => aUser({ plan: "enterprise" });

/** Somebody who has paid for a plan. */
async function aSubscriber(app: TestApp, plan = "basic"): Promise<{ as: Actor; customer: Customer }> {
  const customer = new Customer(app, busy());
  await customer.subscribe({ plan });
  return { as: customer.as, customer };
}

async function aCard(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const { as, customer } = await aSubscriber(app);
  const answer = await customer.call("GET /api/v1/billing/payment-methods");
  const { data } = await bodyOf<{ data: { id: string }[] }>(answer);
  return { as, params: { id: data[0]?.id ?? "" } };
}

const pro = { plan: "pro", interval: "month" };

export const billing: Samples = {
  listPlans: () => ({ status: 200 }),
  getUsage: () => ({ status: 200 }),
  getPlan: () => ({ params, status: 200 }),
  updatePlan: () => ({ params, json: { limits: { savedScans: 100 } }, status: 200 }),
  listPlanVersions: () => ({ params, query: "limit=1", status: 200 }),
  createBillingCheckout: () => ({ as: busy(), json: { ...pro, provider: "sandbox" }, status: 201 }),
  getSubscription: async (app) => ({ as: (await aSubscriber(app)).as, status: 200 }),
  previewSubscriptionChange: async (app) => ({ as: (await aSubscriber(app)).as, json: pro, status: 200 }),
  changeSubscription: async (app) => ({ as: (await aSubscriber(app)).as, json: pro, status: 200 }),
  cancelSubscription: async (app) => ({ as: (await aSubscriber(app)).as, json: { atPeriodEnd: true }, status: 200 }),
  resumeSubscription: async (app) => ({ as: (await aSubscriber(app)).as, status: 200 }),
  listPaymentMethods: async (app) => ({ as: (await aSubscriber(app)).as, status: 200 }),
  addPaymentMethod: () => ({ as: busy(), json: { asset: "USD" }, status: 201 }),
  deletePaymentMethod: async (app) => ({ ...(await aCard(app)), status: 204 }),
  setDefaultPaymentMethod: async (app) => ({ ...(await aCard(app)), status: 200 }),
  openBillingPortal: async (app) => ({ as: (await aSubscriber(app)).as, status: 201 }),
};
