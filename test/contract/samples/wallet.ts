import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aHolder } from "../../support/wallets.ts";
import type { Example, Samples } from "./sample.ts";

const ofAsset = { params: { asset: "USDT" }, shared: true } as const;

async function aDeposit(app: TestApp): Promise<Pick<Example, "as" | "params">> {
  const as = await aHolder(app);
  const { data } = await bodyOf<{ data: { id: string }[] }>(await app.call("GET /api/v1/deposits", { as }));
  return { as, params: { id: data[0]?.id ?? "" } };
}

export const wallet: Samples = {
  listAssets: () => ({ status: 200 }),
  listWallets: async (app) => ({ as: await aHolder(app), status: 200 }),
  createWallet: () => ({ json: { asset: "BTC" }, status: 201 }),
  getWallet: async (app) => ({ as: await aHolder(app), ...ofAsset, status: 200 }),
  listWalletEntries: async (app) => ({ as: await aHolder(app), ...ofAsset, query: "limit=1", status: 200 }),
  listDeposits: async (app) => ({ as: await aHolder(app), query: "limit=1", status: 200 }),
  getDeposit: async (app) => ({ ...(await aDeposit(app)), status: 200 }),
};
