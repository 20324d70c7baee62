import type { Module } from "#platform/module";

export { findAd } from "./repository.ads.ts";
export type { Ad } from "./repository.ads.ts";
export type { PaymentMethod } from "./repository.methods.ts";
export type { Side } from "./rules.reputation.ts";
export { assetFor, fiatFor } from "./rules.price.ts";
export type { Admission, Quote, Take } from "./service.taking.ts";
export { assertMayTrade, feeFor, quoteAd, returnToAd, scalesOf, takeFromAd, takeRefusals } from "./service.taking.ts";
export type { TradeEnd, TraderSummary } from "./service.traders.ts";
export {
  feedbackRefusals,
  listFeedbackOf,
  recordFeedback,
  recordTradeEnd,
  traderSummary,
  undoTradeEnd,
} from "./service.traders.ts";

/** Ads, payment methods and what is known of traders. Trades themselves are the business of `trades`. */
export const p2p = { name: "p2p" } as const satisfies Module;
