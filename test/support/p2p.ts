import type { Ad, Quote, Take } from "#modules/p2p";
import { commit } from "#platform/commit";
import { insertAd } from "../../src/modules/p2p/repository.ads.ts";
import type { PaymentMethod } from "../../src/modules/p2p/repository.methods.ts";
import { putMethod } from "../../src/modules/p2p/repository.methods.ts";
import { aUser, freshId } from "./actors.ts";
import type { App } from "../../src/app.ts";
import { testCtx } from "./ctx.ts";

/** Limits of newcomers a thousandfold, as `npm start` has them: for tests about something else. */
export const UNLIMITED = { RATE_LIMIT_SCALE: "1000" } as const;

/** A way to pay in rupees, as the market starts with it. */
export async function aMethod(app: App, more: Partial<PaymentMethod> = {}): Promise<PaymentMethod> {
  const ctx = testCtx(app);
  const row: PaymentMethod = {
    fiat: "INR",
    method: "upi",
    name: "UPI",
    minWindowMinutes: 15,
    maxWindowMinutes: 360,
    releaseWindowMinutes: 60,
    maxAmount: 10_000_000,
    newcomerMaxAmount: 10_000_000,
    active: true,
    updatedAt: ctx.now(),
    ...more,
  };
  await commit(ctx, [putMethod(ctx, row)]);
  return row;
}

/** An ad that sells USDT at 90 INR, up to 50,000 INR at a time, as it stands in the database. */
export async function anAd(app: App, more: Partial<Ad> = {}): Promise<Ad> {
  const ctx = testCtx(app);
  await aMethod(app);
  const at = ctx.now();
  const ad: Ad = {
    id: freshId("ad"),
    userId: aUser().userId,
    side: "sell",
    asset: "USDT",
    fiat: "INR",
    priceType: "fixed",
    price: 9_000_000_000,
    marginBps: null,
    minFiat: 10_000,
    maxFiat: 5_000_000,
    stock: null,
    paymentMethods: ["upi"],
    paymentWindowMinutes: 30,
    terms: "",
    status: "active",
    funded: true,
    exhausted: false,
    standing: 50,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
  await commit(ctx, insertAd(ctx, ad, 1_000));
  return ad;
}

/** What somebody new to everybody wants of an ad: 10 USDT, unless told otherwise. */
export function aTake(ad: Ad, more: Partial<Take> = {}): Take {
  const quote: Quote = { price: ad.price ?? 0, indexPrice: null, quotedAt: Date.now() };
  const wanted = { ad, quote, takerId: aUser().userId, assetAmount: 10_000_000, fiatAmount: 90_000 };
  return { ...wanted, paymentMethod: "upi", ...more };
}
