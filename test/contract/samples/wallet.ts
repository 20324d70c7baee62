import { commit } from "#platform/commit";
import { openIncident } from "../../../src/modules/wallet/repository.watch.ts";
import { freshId } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aHolder, aLargeWithdrawal, anAddress, askWithdrawal, aWithdrawal } from "../../support/wallets.ts";
import type { Example, Samples } from "./sample.ts";

const ofAsset = { params: { asset: "USDT" }, shared: true } as const;

async function aDeposit(app: TestApp): Promise<Pick<Example, "as" | "params">> {
  const as = await aHolder(app);
  const { data } = await bodyOf<{ data: { id: string }[] }>(await app.call("GET /api/v1/deposits", { as }));
  return { as, params: { id: data[0]?.id ?? "" } };
}

async function booked(app: TestApp): Promise<Pick<Example, "as" | "params">> {
  const as = await aHolder(app);
  return { as, params: { id: (await anAddress(app, as.userId)).id } };
}

async function asked(app: TestApp): Promise<Pick<Example, "as" | "params">> {
  const { as, id } = await aLargeWithdrawal(app);
  return { as, params: { id } };
}

async function anIncident(app: TestApp): Promise<{ id: string }> {
  const ctx = testCtx(app);
  const id = freshId("inc");
  const incident = { id, network: "elsewhere", kind: "outcome_unknown", subject: freshId("wdr"), openedAt: 1 } as const;
  await commit(ctx, [openIncident(ctx, incident)]);
  return { id };
}

const reason = { reason: "The owner does not know of it." };

export const wallet: Samples = {
  listAssets: () => ({ status: 200 }),
  listAllAssets: () => ({ status: 200 }),
  putAsset: () => ({
    params: { asset: "INR" },
    json: {
      limits: {
        tier0: { perDay: "100000", per30Days: "1000000" },
        tier1: { perDay: "2000000", per30Days: "20000000" },
        tier2: { perDay: "50000000", per30Days: "500000000" },
      },
      operatorFrom: "1000000",
      fourEyesFrom: "10000000",
      networks: [],
    },
    status: 200,
  }),
  listWallets: async (app) => ({ as: await aHolder(app), status: 200 }),
  createWallet: () => ({ json: { asset: "BTC" }, status: 201 }),
  getWallet: async (app) => ({ as: await aHolder(app), ...ofAsset, status: 200 }),
  listWalletEntries: async (app) => ({ as: await aHolder(app), ...ofAsset, query: "limit=1", status: 200 }),
  listDeposits: async (app) => ({ as: await aHolder(app), query: "limit=1", status: 200 }),
  getDeposit: async (app) => ({ ...(await aDeposit(app)), status: 200 }),
  createDepositAddress: () => ({ ...ofAsset, json: { network: "ethereum" }, status: 201 }),
  listWithdrawalAddresses: async (app) => ({ as: (await booked(app)).as ?? (await aHolder(app)), status: 200 }),
  createWithdrawalAddress: async (app) => ({
    as: await aHolder(app),
    json: { network: "ethereum", address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", label: "Mine" },
    status: 201,
  }),
  deleteWithdrawalAddress: async (app) => ({ ...(await booked(app)), status: 204 }),
  createWithdrawal: async (app) => {
    const as = await aHolder(app);
    const { id } = await anAddress(app, as.userId);
    return { as, json: { asset: "USDT", network: "sandbox", amount: "10", addressId: id }, status: 201 };
  },
  listWithdrawals: async (app) => {
    const as = await aHolder(app);
    await askWithdrawal(app, as);
    return { as, query: "limit=1", status: 200 };
  },
  getWithdrawal: async (app) => ({ ...(await asked(app)), status: 200 }),
  cancelWithdrawal: async (app) => ({ ...(await asked(app)), status: 200 }),
  listWithdrawalQueue: async (app) => {
    await asked(app);
    return { query: "limit=1&status=requested", status: 200 };
  },
  approveWithdrawal: async (app) => ({ params: { id: (await aLargeWithdrawal(app)).id }, status: 200 }),
  rejectWithdrawal: async (app) => ({ params: { id: (await aLargeWithdrawal(app)).id }, json: reason, status: 200 }),
  exportWithdrawals: async (app) => {
    await aWithdrawal(app);
    return { json: { network: "bitcoin" }, status: 200 };
  },
  markWithdrawalSent: async (app) => {
    const { id } = await aWithdrawal(app, { status: "broadcast", waitsFor: "txid" });
    const txid = crypto.randomUUID().replaceAll("-", "").padEnd(64, "0");
    return { params: { id }, json: { txid }, status: 200 };
  },
  resolveWithdrawal: async (app) => {
    const { id } = await aWithdrawal(app, { status: "broadcast", waitsFor: "unknown_outcome" });
    return { params: { id }, json: { outcome: "unpaid", ...reason }, status: 200 };
  },
  listWalletIncidents: async (app) => {
    await anIncident(app);
    return { query: "limit=1", status: 200 };
  },
  closeWalletIncident: async (app) => ({ params: await anIncident(app), json: reason, status: 200 }),
  listAssetSwitches: () => ({ status: 200 }),
  switchAsset: () => ({
    params: { asset: "USD" },
    json: { deposits: true, withdrawals: true, reason: "The network is back." },
    status: 200,
    shared: true,
  }),
};
