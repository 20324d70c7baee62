import type { Module } from "#platform/module";
import { depositRoutes } from "./routes.deposits.ts";
import { developmentRoutes } from "./routes.development.ts";
import { walletRoutes } from "./routes.wallets.ts";
import { seed } from "./seed.ts";
import { eraseBlockers, exportUser } from "./service.privacy.ts";

export { depositCredited } from "./events.ts";
export { fundWallet } from "./service.deposits.ts";
export { insertWallet, readWallet, readWallets, walletAccountId, walletAsset } from "./service.wallets.ts";
export type { Wallet } from "./service.wallets.ts";
export { findWalletAsset, listWalletAssets } from "./terms.ts";
export type { WalletAsset } from "./terms.ts";

const tags = { Wallets: "What you have of each asset, and how it comes in and goes out." } as const;

/** Wallets over the ledger, deposits and withdrawals. */
export const wallet = {
  name: "wallet",
  routes: [...walletRoutes, ...depositRoutes],
  rootRoutes: developmentRoutes,
  tags,
  seed,
  exportUser,
  eraseBlockers,
} as const satisfies Module;
