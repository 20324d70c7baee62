import { runDurableObjectAlarm } from "cloudflare:test";
import type { Example, Samples } from "./sample.ts";
import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { anAd, UNLIMITED } from "../../support/p2p.ts";
import type { Deal, User } from "../../support/trades.ts";
import { aDeal, aDispute, aSeller, aTrader, command, PNG, tradeStub } from "../../support/trades.ts";

type Part = Pick<Example, "as" | "params">;

const side = (deal: Deal, as: User): Part => ({ as, params: { id: deal.id } });

async function paid(app: TestApp): Promise<Deal> {
  const deal = await aDeal(app);
  await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
  return deal;
}

async function withEvidence(app: TestApp, deal: Deal): Promise<string> {
  const answer = await app.call(`POST /api/v1/p2p/trades/${deal.id}/evidence`, {
    as: deal.buyer,
    body: PNG,
    headers: { "Content-Type": "image/png" },
  });
  return (await bodyOf<{ id: string }>(answer)).id;
}

async function assigned(app: TestApp): Promise<{ as: User; id: string; deal: Deal; fileId: string }> {
  const { id, deal } = await aDispute(app);
  const fileId = await withEvidence(app, deal);
  const as = anOperator();
  await app.call(`POST /api/v1/admin/disputes/${id}/assign`, { as });
  return { as, id, deal, fileId };
}

const shares = { sellerShare: "40", buyerShare: "60", reason: "Part of it was shown." };

export const trades: Samples = {
  createTrade: async (app) => {
    const seller = await aSeller(app);
    const ad = await anAd(app, { userId: seller.userId });
    const json = { fiatAmount: "900.00", paymentMethod: "upi" };
    return { as: aTrader(), params: { id: ad.id }, json, env: UNLIMITED, status: 201, shared: true };
  },
  listTrades: async (app) => ({ as: (await aDeal(app)).buyer, query: "limit=1&state=escrowed", status: 200 }),
  getTrade: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.seller), status: 200 };
  },
  markTradePaid: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.buyer), json: { payerName: "Ada Lovelace", expectedVersion: 1 }, status: 200 };
  },
  releaseTrade: async (app) => {
    const deal = await paid(app);
    return { ...side(deal, deal.seller), json: { expectedVersion: 2 }, status: 200 };
  },
  cancelTrade: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.buyer), json: { expectedVersion: 1 }, status: 200 };
  },
  extendTrade: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.seller), json: { minutes: 15 }, status: 200 };
  },
  disputeTrade: async (app) => {
    const deal = await paid(app);
    await runDurableObjectAlarm(tradeStub(deal.id));
    return { ...side(deal, deal.seller), json: { reason: "Nothing has come." }, status: 200 };
  },
  giveTradeFeedback: async (app) => {
    const deal = await aDeal(app);
    await command(app, { id: deal.id, as: deal.buyer, name: "cancel" });
    return { ...side(deal, deal.seller), json: { rating: 3, comment: "Changed their mind." }, status: 201 };
  },
  addTradeEvidence: async (app) => {
    const deal = await paid(app);
    return { ...side(deal, deal.buyer), query: "name=receipt.png", body: PNG, contentType: "image/png", status: 201 };
  },
  listTradeEvidence: async (app) => {
    const deal = await paid(app);
    await withEvidence(app, deal);
    return { ...side(deal, deal.seller), status: 200 };
  },
  getTradeEvidence: async (app) => {
    const deal = await paid(app);
    return { as: deal.seller, params: { id: deal.id, fileId: await withEvidence(app, deal) }, status: 200 };
  },
  listTradeMessages: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.seller), query: "limit=1", status: 200 };
  },
  createTradeTicket: async (app) => {
    const deal = await aDeal(app);
    return { ...side(deal, deal.seller), status: 201 };
  },
  listDisputes: async (app) => {
    await aDispute(app);
    return { query: "limit=1&state=open", status: 200 };
  },
  listDisputeQueue: async (app) => {
    await aDispute(app);
    return { status: 200 };
  },
  getDispute: async (app) => {
    const { as, id } = await assigned(app);
    return { as, params: { id }, status: 200, shared: true };
  },
  assignDispute: async (app) => {
    const { user } = await anAccount(app, { role: "admin", mfa: true });
    return { params: { id: (await aDispute(app)).id }, json: { to: user.id }, status: 200 };
  },
  resolveDispute: async (app) => {
    const { as, id } = await assigned(app);
    return { as, params: { id }, json: shares, status: 200 };
  },
  confirmDispute: async (app) => {
    const { id, deal } = await aDispute(app, true);
    const as = anOperator();
    await app.call(`POST /api/v1/admin/disputes/${id}/assign`, { as });
    const json = { sellerShare: "0", buyerShare: deal.body.assetAmount, reason: "It was shown." };
    await app.call(`POST /api/v1/admin/disputes/${id}/resolve`, { as, json });
    return { params: { id }, status: 200 };
  },
  addDisputeNote: async (app) => ({
    params: { id: (await aDispute(app)).id },
    json: { body: "Asked the bank." },
    status: 201,
  }),
  getDisputeEvidence: async (app) => {
    const { as, id, fileId } = await assigned(app);
    return { as, params: { id, fileId }, status: 200 };
  },
};
