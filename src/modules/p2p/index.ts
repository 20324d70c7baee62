import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { closeAds, exportAds } from "./repository.ads.ts";
import { eraseTrader, exportTrader } from "./repository.traders.ts";
import { adRoutes } from "./routes.ads.ts";
import { traderRoutes } from "./routes.traders.ts";
import { seed } from "./seed.ts";

export { assetsOf } from "./assets.ts";
export { sellerFundsMoved } from "./events.ts";
export { findAd } from "./repository.ads.ts";
export type { Ad } from "./repository.ads.ts";
export type { PaymentMethod } from "./repository.methods.ts";
export type { Side } from "./rules.reputation.ts";
export { assetFor, fiatFor } from "./rules.price.ts";
export type { Admission, Quote, Take } from "./service.taking.ts";
export {
  assertMayTrade,
  feeFor,
  quoteAd,
  retakeFromAd,
  returnToAd,
  scalesOf,
  takeFromAd,
  takeRefusals,
} from "./service.taking.ts";
export type { TradeEnd, TraderSummary } from "./service.traders.ts";
export {
  feedbackRefusals,
  listFeedbackOf,
  recordFeedback,
  recordTradeEnd,
  traderSummary,
  undoTradeEnd,
} from "./service.traders.ts";

async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  return { ads: await exportAds(ctx, userId), ...(await exportTrader(ctx, userId)) };
}

/** Ads, payment methods and what is known of traders. Trades themselves are the business of `trades`. */
export const p2p = {
  name: "p2p",
  routes: [...adRoutes, ...traderRoutes],
  tags: { "P2P market": "Ads of people who buy and sell from each other, and what is known of them." },
  jobs,
  crons,
  seed,
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve([...closeAds(ctx, userId), ...eraseTrader(ctx, userId)]),
} as const satisfies Module;
