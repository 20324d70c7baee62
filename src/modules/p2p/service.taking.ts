import type { Id } from "#kernel/ids";
import { applyBps, formatAmount } from "#kernel/money";
import type { Problem } from "#kernel/problem";
import { findAccount, shareDevice } from "#modules/identity";
import type { LedgerAsset } from "#modules/ledger";
import { getIndexPrice } from "#modules/market";
import { shareBankAccount } from "#modules/payouts";
import { tierOf } from "#modules/verification";
import type { WalletAsset } from "#modules/wallet";
import { findAssetNow } from "#modules/wallet";
import type { Ctx } from "#platform/ctx";
import { withGatheredReads } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { http } from "#platform/http/problems";
import { assetsOf } from "./assets.ts";
import { problems } from "./errors.ts";
import * as repository from "./repository.ads.ts";
import type { Ad } from "./repository.ads.ts";
import type { PaymentMethod } from "./repository.methods.ts";
import { findMethod } from "./repository.methods.ts";
import * as traders from "./repository.traders.ts";
import type { Admitted } from "./repository.traders.ts";
import { cancelsTooMuch, traderLimits } from "./rules.limits.ts";
import type { TraderLimits } from "./rules.limits.ts";
import type { Scales } from "./rules.price.ts";
import { assetFor, priceWithMargin } from "./rules.price.ts";

/** What a trade needs of an ad: its price, who may take it, and taking it. */

export interface Quote {
  /** 1e-8 of the fiat for one unit of the asset. */
  readonly price: number;
  /** The index price that a floating one was made from. */
  readonly indexPrice: number | null;
  readonly quotedAt: number;
}

/** The price of an ad now, to be frozen in the trade. Refused where a floating one has no index price. */
export async function quoteAd(ctx: Ctx, ad: Pick<Ad, "asset" | "fiat" | "price" | "marginBps">): Promise<Quote> {
  const quotedAt = ctx.now();
  if (ad.price !== null) return { price: ad.price, indexPrice: null, quotedAt };
  const index = await getIndexPrice(ctx, ad.asset, ad.fiat);
  return { price: priceWithMargin(index.price, ad.marginBps ?? 0), indexPrice: index.price, quotedAt };
}

/** The decimals of what an ad trades. */
export function scalesOf(ctx: Ctx, ad: Pick<Ad, "asset" | "fiat">): Scales {
  const { asset, fiat } = assetsOf(ctx, ad);
  return { asset: asset.ledger.scale, fiat: fiat.scale };
}

/** What the seller pays for a trade, on top of the asset: maker's and taker's part, half to even. */
export function feeFor(ctx: Ctx, assetAmount: number): number {
  const { makerFeeBps, takerFeeBps } = ctx.config.p2p;
  return applyBps(assetAmount, makerFeeBps + takerFeeBps);
}

/** What somebody wants of an ad, in minor units. */
export interface Take {
  readonly ad: Ad;
  readonly quote: Quote;
  readonly takerId: Id<"user">;
  readonly assetAmount: number;
  readonly fiatAmount: number;
  readonly paymentMethod: string;
}

/** A take that may go ahead. */
export interface Admission {
  readonly take: Take;
  readonly method: PaymentMethod;
  /** What to tell the parties and the arbitrators: `shared_device`, `shared_bank_account`. */
  readonly hints: readonly string[];
  readonly taker: Admitted;
  readonly maker: Admitted;
}

/**
 * Decides whether somebody may take so much of an ad; throws the problem of the first reason against it. All that it has
 * to know is one look at the database.
 */
export async function assertMayTrade(ctx: Ctx, take: Take): Promise<Admission> {
  const { ad, takerId } = take;
  assertOpen(ad, takerId);
  const gathered = withGatheredReads(ctx);
  const [asset, found, blocked, taker, maker, hints] = await Promise.all([
    findAssetNow(gathered, ad.asset),
    findMethod(gathered, ad.fiat, take.paymentMethod),
    traders.areBlocked(gathered, ad.userId, takerId),
    limitsOf(gathered, takerId),
    limitsOf(gathered, ad.userId),
    listHints(gathered, ad.userId, takerId),
  ]);
  const method = methodOf(take, found);
  assertWithinAd(ctx, take);
  if (blocked) throw problems.traderBlocked();
  if (taker.cancelsTooMuch) {
    throw problems.cancellationLimitReached({ detail: "Thirty days after the last of them you can take ads again." });
  }
  if (hints.length > 0 && ctx.config.p2p.refuseLinked) throw problems.linkedAccount();
  const admission = { take, method, hints, taker: admit(take, asset, taker), maker: admit(take, asset, maker) };
  assertWithinMethod(ctx, admission, taker.limits.newcomer || maker.limits.newcomer);
  return admission;
}

/** The statements by which an ad is taken. Refusals are `takeRefusals`. */
export function takeFromAd(ctx: Ctx, { take, taker, maker }: Admission): Statement[] {
  const { ad, assetAmount, quote } = take;
  const minAsset = assetFor(ad.minFiat, quote.price, scalesOf(ctx, ad));
  return [
    ...repository.takeStock(ctx, { ad, assetAmount, minAsset }),
    ...traders.countStart(ctx, taker, "p2p_taker_limit"),
    ...traders.countStart(ctx, maker, "p2p_maker_limit"),
  ];
}

/** Gives back to its ad what a trade that came to nothing had taken. */
export function returnToAd(ctx: Ctx, adId: Id<"ad">, assetAmount: number): Statement[] {
  return repository.returnStock(ctx, adId, assetAmount);
}

/** Takes from its ad again what an expired trade had given back, once the buyer's appeal has locked it again. */
export function retakeFromAd(ctx: Ctx, adId: Id<"ad">, assetAmount: number): Statement[] {
  return repository.retakeStock(ctx, adId, assetAmount);
}

/** What `commit` needs beside `takeFromAd`. */
export const takeRefusals: Readonly<Record<string, () => Problem>> = {
  p2p_ad_inactive: () => problems.adChanged(),
  p2p_ad_exhausted: () => problems.adExhausted(),
  p2p_taker_limit: () => problems.tradingLimitReached(),
  p2p_maker_limit: () => problems.traderLimitReached(),
};

interface Person {
  readonly userId: Id<"user">;
  readonly tier: 0 | 1 | 2;
  readonly limits: TraderLimits;
  readonly cancelsTooMuch: boolean;
}

async function limitsOf(ctx: Ctx, userId: Id<"user">): Promise<Person> {
  const [tier, account, known] = await Promise.all([
    tierOf(ctx, userId),
    findAccount(ctx, userId),
    traders.listTraders(ctx, [userId]),
  ]);
  const { completed30d = 0, cancelled30d = 0 } = known.get(userId) ?? {};
  const standing = { tier, since: account?.createdAt ?? ctx.now(), completed30d, cancelled30d };
  const scale = ctx.config.rateLimitScale;
  const limits = traderLimits(standing, ctx.now(), scale);
  return { userId, tier, limits, cancelsTooMuch: cancelsTooMuch(standing, scale) };
}

function admit({ ad, assetAmount }: Take, asset: WalletAsset, { userId, tier, limits }: Person): Admitted {
  const volumePerDay = Math.min(asset.limits[tier].perDay * limits.volumeFactor, Number.MAX_SAFE_INTEGER);
  const { openTrades, tradesPerDay } = limits;
  return { userId, asset: ad.asset, assetAmount, openTrades, tradesPerDay, volumePerDay };
}

async function listHints(ctx: Ctx, one: Id<"user">, other: Id<"user">): Promise<string[]> {
  const [device, bank] = await Promise.all([shareDevice(ctx, one, other), shareBankAccount(ctx, one, other)]);
  return [...(device ? ["shared_device"] : []), ...(bank ? ["shared_bank_account"] : [])];
}

function assertOpen(ad: Ad, takerId: Id<"user">): void {
  if (ad.userId === takerId) throw problems.ownAd();
  if (ad.status === "closed") throw problems.adClosed();
  if (ad.status === "paused") throw problems.adPaused();
}

function methodOf({ ad, paymentMethod }: Take, found: PaymentMethod | null): PaymentMethod {
  if (found?.active === true && ad.paymentMethods.includes(paymentMethod)) return found;
  throw invalid("paymentMethod", "payment_method_unknown", "The ad does not take this payment method.");
}

function assertWithinAd(ctx: Ctx, { ad, assetAmount, fiatAmount }: Take): void {
  if (assetAmount < 1 || fiatAmount < 1) throw invalid("", "amount_too_small", "This buys nothing.");
  if (fiatAmount < ad.minFiat || fiatAmount > ad.maxFiat) {
    const { fiat } = assetsOf(ctx, ad);
    throw invalid(
      "fiatAmount",
      "amount_out_of_range",
      `The ad takes ${show(ad.minFiat, fiat)} to ${show(ad.maxFiat, fiat)}.`,
    );
  }
  if (ad.stock !== null && ad.stock < assetAmount) {
    throw problems.adExhausted({ detail: `There are ${show(ad.stock, assetsOf(ctx, ad).asset.ledger)} left.` });
  }
}

function assertWithinMethod(ctx: Ctx, { take, method }: Admission, newcomer: boolean): void {
  const { ad, fiatAmount } = take;
  const scaled = Math.min(method.newcomerMaxAmount * Math.max(1, ctx.config.rateLimitScale), method.maxAmount);
  const most = newcomer ? scaled : method.maxAmount;
  if (fiatAmount <= most) return;
  const detail = `By ${method.name} at most ${show(most, assetsOf(ctx, ad).fiat)} in one trade${newcomer ? " with somebody new" : ""}.`;
  throw problems.tradingLimitReached({ detail });
}

function show(minor: number, asset: LedgerAsset): string {
  return `${formatAmount(minor, asset.scale)} ${asset.code}`;
}

function invalid(path: string, code: string, message: string): Problem {
  return http.validationFailed({ detail: message, code, errors: [{ path, code, message }] });
}
