import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPayee, aPayout, anEarner, BANK, decide } from "../../support/payouts.ts";
import type { Samples } from "./sample.ts";

async function anApproved(app: TestApp): Promise<{ params: { id: string }; status: number }> {
  const { id } = await aPayout(app);
  await decide(app, `${id}/approve`);
  return { params: { id }, status: 200 };
}

async function aBatch(app: TestApp): Promise<{ params: { id: string }; status: number }> {
  await anApproved(app);
  const response = await app.call("POST /api/v1/admin/payout-batches", {
    as: anOperator(),
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  return { params: { id: (await bodyOf<{ id: string }>(response)).id }, status: 200 };
}

export const payouts: Samples = {
  getBankAccount: async (app) => ({ as: await aPayee(app), status: 200 }),
  putBankAccount: async (app) => ({ as: await anEarner(app), json: BANK, status: 200 }),
  listPayouts: async (app) => ({ as: (await aPayout(app)).as, query: "limit=1", status: 200 }),
  requestPayout: async (app) => ({ as: await aPayee(app), json: { amount: "1500.00" }, status: 201 }),
  cancelPayout: async (app) => {
    const { as, id } = await aPayout(app);
    return { as, params: { id }, status: 200 };
  },
  listAllPayouts: async (app) => {
    await aPayout(app);
    return { query: "limit=1", status: 200 };
  },
  getPayout: async (app) => ({ params: { id: (await aPayout(app)).id }, status: 200 }),
  approvePayout: async (app) => ({ params: { id: (await aPayout(app)).id }, status: 200 }),
  rejectPayout: async (app) => ({ params: { id: (await aPayout(app)).id }, json: { reason: "No." }, status: 200 }),
  completePayout: async (app) => ({ ...(await anApproved(app)), json: { reference: "UTR 1" } }),
  failPayout: async (app) => ({ ...(await anApproved(app)), json: { reason: "Closed." } }),
  reversePayout: async (app) => {
    const { params, status } = await anApproved(app);
    await decide(app, `${params.id}/complete`, { reference: "UTR 1" });
    return { params, json: { reason: "Closed." }, status };
  },
  previewPayoutBatch: async (app) => {
    await anApproved(app);
    return { status: 200 };
  },
  createPayoutBatch: async (app) => {
    await anApproved(app);
    return { status: 201 };
  },
  getPayoutBatchFile: aBatch,
};
