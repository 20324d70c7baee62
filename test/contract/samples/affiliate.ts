import { aReferral, affiliateOf } from "../../support/affiliate.ts";
import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
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

async function aRate(app: TestApp): Promise<string> {
  const json = { package: "sample", level1Bps: 100, level2Bps: 50 };
  const response = await app.call("POST /api/v1/admin/affiliate/rates", { as: anOperator(), json });
  return (await bodyOf<{ id: string }>(response)).id;
}

export const affiliate: Samples = {
  getAffiliate: aMember,
  updateAffiliate: async (app) => ({ ...(await aMember(app)), json: { onLeaderboard: true } }),
  listReferrals: async (app) => ({ ...(await aMember(app)), query: "limit=1" }),
  listCommissions: async (app) => ({ ...(await aMember(app)), query: "limit=1" }),
  listAffiliateDays: async (app) => ({ ...(await aMember(app)), query: "from=2026-11-01" }),
  listLeaders: async (app) => ({ ...(await aMember(app)), query: "asset=INR" }),
  getStatement: async (app) => ({ ...(await aMember(app)), params: { month: "2026-11" }, shared: true, creates: true }),
  listAffiliateRates: async (app) => {
    await aRate(app);
    return { query: "limit=1", status: 200 };
  },
  createAffiliateRate: () => ({ json: { package: "sample", level1Bps: 100, level2Bps: 50 }, status: 201 }),
  endAffiliateRate: async (app) => ({ params: { id: await aRate(app) }, status: 200 }),
  listAffiliateCaps: async (app) => {
    await app.call("POST /api/v1/admin/affiliate/caps", { as: anOperator(), json: { asset: "BTC", month: "1.00" } });
    return { query: "limit=1", status: 200 };
  },
  createAffiliateCap: () => ({ json: { asset: "BTC", month: "1.00" }, status: 201 }),
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
