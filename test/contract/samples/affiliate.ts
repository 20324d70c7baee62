import { aReferral, affiliateOf } from "../../support/affiliate.ts";
import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

async function aMember(app: TestApp) {
  return { as: await aReferral(app, null), status: 200 };
}

/** Somebody who was brought in from the device of whoever did. */
async function aSuspect(app: TestApp): Promise<string> {
  const device = crypto.randomUUID();
  const first = await aReferral(app, null, device);
  return (await aReferral(app, (await affiliateOf(app, first)).code, device)).userId;
}

export const affiliate: Samples = {
  getAffiliate: aMember,
  updateAffiliate: async (app) => ({ ...(await aMember(app)), json: { onLeaderboard: true } }),
  listReferrals: async (app) => ({ ...(await aMember(app)), query: "limit=1" }),
  listCommissions: async (app) => ({ ...(await aMember(app)), query: "limit=1" }),
  listAffiliateDays: async (app) => ({ ...(await aMember(app)), query: "from=2026-11-01" }),
  listLeaders: async (app) => ({ ...(await aMember(app)), query: "asset=INR" }),
  getStatement: async (app) => ({ ...(await aMember(app)), params: { month: "2026-11" }, shared: true, creates: true }),
  listAffiliateReviews: async (app) => {
    await aSuspect(app);
    return { query: "limit=1", status: 200 };
  },
  decideAffiliateReview: async (app) => ({
    as: anOperator(),
    params: { id: await aSuspect(app) },
    json: { decision: "cleared", reason: "Two people." },
    status: 200,
  }),
};
