import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { assetRoutes } from "./routes.assets.ts";
import { addressRoutes } from "./routes.addresses.ts";
import { eraseAddresses } from "./repository.addresses.ts";
import { depositRoutes } from "./routes.deposits.ts";
import { developmentRoutes } from "./routes.development.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { switchRoutes } from "./routes.switches.ts";
import { walletRoutes } from "./routes.wallets.ts";
import { withdrawalRoutes } from "./routes.withdrawals.ts";
import { seed } from "./seed.ts";
import { eraseBlockers, exportUser } from "./service.privacy.ts";

export { findAssetNow } from "./service.terms.ts";
export { depositCredited, withdrawalRequested } from "./events.ts";
export { fundWallet } from "./service.deposits.ts";
export { insertWallet, readWallet, readWallets, walletAccountId, walletAsset } from "./service.wallets.ts";
export type { Wallet } from "./service.wallets.ts";
export { findWalletAsset, listWalletAssets } from "./terms.ts";
export type { WalletAsset } from "./terms.ts";

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      `select (select count(*) from wallet_withdrawals where status in ('requested', 'approved', 'broadcast')) as open,
         (select count(*) from wallet_deposits where status in ('detected', 'confirming')) as incoming`,
    )
    .first<{ open: number; incoming: number }>();
  return { openWithdrawals: row?.open ?? 0, incomingDeposits: row?.incoming ?? 0 };
}

const tags = { Wallets: "What you have of each asset, and how it comes in and goes out." } as const;

/** Wallets over the ledger, deposits and withdrawals. */
export const wallet = {
  name: "wallet",
  routes: [
    ...walletRoutes,
    ...assetRoutes,
    ...depositRoutes,
    ...addressRoutes,
    ...withdrawalRoutes,
    ...operatorRoutes,
    ...switchRoutes,
  ],
  rootRoutes: developmentRoutes,
  tags,
  jobs,
  crons,
  readiness,
  seed,
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve([eraseAddresses(ctx, userId)]),
  eraseBlockers,
  statistics,
} as const satisfies Module;
