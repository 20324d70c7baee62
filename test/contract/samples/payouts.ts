import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPayee, aPayout, anEarner, BANK, decide } from "../../support/payouts.ts";
import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import { noteDifference } from "../../../src/modules/payouts/repository.sending.ts";
import { testCtx } from "../../support/ctx.ts";
import { rows } from "../../support/platform.ts";
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

const SCHEDULE = { interval: "weekly", least: "1000.00" };

/** One that holds nothing, since others are under test beside it. */
async function aDifference(app: TestApp): Promise<Id<"diff">> {
  const subject = crypto.randomUUID();
  const ctx = testCtx(app);
  await commit(ctx, [noteDifference(ctx, { kind: "overdue", subject, detail: "on its way" })]);
  const [row] = await rows<{ id: Id<"diff"> }>("select id from payouts_differences where subject = ?", subject);
  if (!row) throw new Error("There is no difference.");
  return row.id;
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
  importPayoutResults: async (app) => ({
    ...(await aBatch(app)),
    body: "payoutId,amount,status\n",
    contentType: "text/csv",
  }),
  getPayoutSchedule: async (app) => {
    const as = await aPayee(app);
    await app.call("PUT /api/v1/affiliate/payout-schedule", { as, json: SCHEDULE });
    return { as, status: 200 };
  },
  putPayoutSchedule: async (app) => ({ as: await aPayee(app), json: SCHEDULE, status: 200 }),
  deletePayoutSchedule: async (app) => ({ as: await aPayee(app), status: 204 }),
  listPayoutDifferences: async (app) => {
    await aDifference(app);
    return { query: "limit=1", status: 200 };
  },
  resolvePayoutDifference: async (app) => ({
    params: { id: await aDifference(app) },
    json: { reason: "Salaries." },
    status: 200,
  }),
};
