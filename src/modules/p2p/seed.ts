import { findAccountByEmail } from "#modules/identity";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Ad } from "./repository.ads.ts";
import { insertAd, listAdsOf } from "./repository.ads.ts";
import { seedMethod } from "./repository.methods.ts";
import { STARTING_METHODS } from "./methods.ts";

type Demo = Pick<Ad, "side" | "asset" | "fiat" | "price" | "marginBps" | "minFiat" | "maxFiat" | "paymentMethods">;

/** The ads of the demonstration, all of its trader. */
const ADS: readonly Demo[] = [
  {
    side: "sell",
    asset: "USDT",
    fiat: "INR",
    price: 8_450_000_000,
    marginBps: null,
    minFiat: 50_000,
    maxFiat: 5_000_000,
    paymentMethods: ["upi", "imps"],
  },
  {
    side: "sell",
    asset: "USDT",
    fiat: "INR",
    price: null,
    marginBps: 120,
    minFiat: 100_000,
    maxFiat: 10_000_000,
    paymentMethods: ["imps"],
  },
  {
    side: "buy",
    asset: "USDT",
    fiat: "INR",
    price: 8_250_000_000,
    marginBps: null,
    minFiat: 50_000,
    maxFiat: 2_500_000,
    paymentMethods: ["upi"],
  },
  {
    side: "sell",
    asset: "BTC",
    fiat: "INR",
    price: null,
    marginBps: 200,
    minFiat: 100_000,
    maxFiat: 10_000_000,
    paymentMethods: ["upi", "bank_transfer"],
  },
  {
    side: "sell",
    asset: "ETH",
    fiat: "USD",
    price: null,
    marginBps: 90,
    minFiat: 2_000,
    maxFiat: 100_000,
    paymentMethods: ["bank_transfer"],
  },
];

/** The ways to pay, and in a demonstration some ads. */
export async function seed(ctx: Ctx, { demo }: { readonly demo: boolean }): Promise<void> {
  const updatedAt = ctx.now();
  const methods = STARTING_METHODS.map((row) =>
    seedMethod(ctx, { ...row, minWindowMinutes: 15, maxWindowMinutes: 360, active: true, updatedAt }),
  );
  await commit(ctx, methods);
  const trader = demo && ctx.config.development ? await findAccountByEmail(ctx, "trader@bourse.test") : null;
  if (!trader || (await listAdsOf(ctx, trader.id, { limit: 1, after: null })).length > 0) return;
  const common = { stock: null, paymentWindowMinutes: 30, status: "active", funded: true, exhausted: false } as const;
  for (const ad of ADS) {
    const priceType = ad.price === null ? ("floating" as const) : ("fixed" as const);
    const kept = {
      standing: 50,
      version: 1,
      createdAt: updatedAt,
      updatedAt,
      terms: "Pay from an account in your own name.",
    };
    await commit(
      ctx,
      insertAd(ctx, { id: ctx.newId("ad"), userId: trader.id, ...ad, ...common, priceType, ...kept }, 100),
    );
  }
}
