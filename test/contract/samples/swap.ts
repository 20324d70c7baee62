import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPair, aReserve, askQuote, swap as make } from "../../support/swaps.ts";
import { aHolder } from "../../support/wallets.ts";
import type { Samples } from "./sample.ts";

async function aQuote(app: TestApp) {
  await aPair(app);
  await aReserve(app, "BTC", 1_000_000);
  const as = await aHolder(app);
  return { as, quoteId: await askQuote(app, as) };
}

async function aSwap(app: TestApp) {
  const { as, quoteId } = await aQuote(app);
  const { id } = await bodyOf<{ id: string }>(await make(app, as, quoteId));
  return { as, params: { id } };
}

const PAIR = { spreadBps: 50, minAmount: "0.1", maxAmount: "1000000", active: true };

export const swap: Samples = {
  listSwapPairs: () => ({ status: 200 }),
  createSwapQuote: async (app) => {
    await aPair(app);
    return { json: { from: "USDT", to: "BTC", amount: "65" }, status: 201 };
  },
  createSwap: async (app) => {
    const { as, quoteId } = await aQuote(app);
    return { as, json: { quoteId }, status: 201 };
  },
  listSwaps: async (app) => ({ as: (await aSwap(app)).as, query: "limit=1", status: 200 }),
  getSwap: async (app) => ({ ...(await aSwap(app)), status: 200 }),
  listAllSwapPairs: () => ({ status: 200 }),
  putSwapPair: () => ({ params: { from: "USDT", to: "BTC" }, json: PAIR, status: 200 }),
  listSwapReserves: () => ({ status: 200 }),
  moveSwapLiquidity: () => ({ json: { asset: "BTC", amount: "1", direction: "fund", reason: "A test." }, status: 201 }),
};
