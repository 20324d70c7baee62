import { aUser } from "../../support/actors.ts";
import { anAccount } from "../../support/accounts.ts";
import type { TestApp } from "../../support/app.ts";
import { aMethod, anAd } from "../../support/p2p.ts";
import type { Samples } from "./sample.ts";

const AD = {
  side: "sell",
  asset: "USDT",
  fiat: "INR",
  price: "90.50",
  minAmount: "500",
  maxAmount: "50000",
  paymentMethods: ["upi"],
};

async function anOwnAd(app: TestApp) {
  const as = aUser();
  const { id } = await anAd(app, { userId: as.userId });
  return { as, params: { id } };
}

async function someone(app: TestApp): Promise<string> {
  return (await anAccount(app)).user.id;
}

const METHOD = {
  name: "UPI",
  minWindowMinutes: 15,
  maxWindowMinutes: 60,
  releaseWindowMinutes: 60,
  maxAmount: "100000",
  newcomerMaxAmount: "100000",
  active: true,
};

export const p2p: Samples = {
  listAds: async (app) => {
    await anAd(app);
    return { query: "side=sell&asset=USDT&fiat=INR&limit=1", status: 200 };
  },
  createAd: async (app) => {
    await aMethod(app);
    return { json: AD, status: 201 };
  },
  // Whoever may take an ad may see it, so it is nobody's own.
  getAd: async (app) => ({ params: { id: (await anAd(app)).id }, status: 200, shared: true }),
  updateAd: async (app) => ({ ...(await anOwnAd(app)), json: { status: "paused" }, status: 200 }),
  deleteAd: async (app) => ({ ...(await anOwnAd(app)), status: 204 }),
  getTrader: async (app) => ({ params: { id: await someone(app) }, status: 200, shared: true }),
  listBlockedTraders: () => ({ status: 200 }),
  blockTrader: async (app) => ({ json: { traderId: await someone(app) }, status: 201 }),
  unblockTrader: async (app) => {
    const as = aUser();
    const traderId = await someone(app);
    await app.call("POST /api/v1/p2p/blocks", { as, json: { traderId } });
    return { as, params: { id: traderId }, status: 204 };
  },
  listTradePaymentMethods: async (app) => {
    await aMethod(app);
    return { query: "fiat=INR", status: 200 };
  },
  listAllTradePaymentMethods: () => ({ status: 200 }),
  putTradePaymentMethod: () => ({ params: { fiat: "INR", method: "upi" }, json: METHOD, status: 200, creates: true }),
};
