import type { Id } from "#kernel/ids";
import type { Problem } from "#kernel/problem";
import { given } from "#kernel/given";
import { readWallet } from "#modules/wallet";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { problems } from "./errors.ts";
import * as repository from "./repository.ads.ts";
import type { Ad } from "./repository.ads.ts";
import type { PaymentMethod } from "./repository.methods.ts";
import { listMethods } from "./repository.methods.ts";
import { listTraders } from "./repository.traders.ts";
import { isFunded } from "./service.funding.ts";
import type { ShownAd } from "./service.search.ts";
import { showAds } from "./service.search.ts";

const ADS_MAX = 50;
const NEW_STANDING = 50;

/** What an owner says of an ad, amounts in minor units. */
export type AdTerms = Pick<
  Ad,
  | "priceType"
  | "price"
  | "marginBps"
  | "minFiat"
  | "maxFiat"
  | "stock"
  | "paymentMethods"
  | "paymentWindowMinutes"
  | "terms"
>;

export type CreateAd = AdTerms & Pick<Ad, "side" | "asset" | "fiat">;

export const createAd = once(async (ctx: Ctx, input: CreateAd): Promise<ShownAd> => {
  const userId = customerOf(ctx);
  await assertTerms(ctx, input);
  const at = ctx.now();
  const standing = (await listTraders(ctx, [userId])).get(userId)?.standing ?? NEW_STANDING;
  const status = { status: "active", exhausted: false, funded: await fundedNow(ctx, userId, input) } as const;
  const ad: Ad = {
    id: ctx.newId("ad"),
    userId,
    ...input,
    ...status,
    standing,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  const result = await show(ctx, ad);
  await commit(ctx, repository.insertAd(ctx, ad, ADS_MAX), {
    result,
    refusals: { p2p_ad_limit: () => problems.adLimitReached({ detail: `An account has at most ${ADS_MAX} ads.` }) },
  });
  return result;
});

/** An ad for whoever may take it; one that is closed is there for its owner alone. */
export async function getAd(ctx: Ctx, id: Id<"ad">): Promise<ShownAd> {
  const ad = await repository.findAd(ctx, id);
  if (!ad || (ad.status === "closed" && ad.userId !== customerOf(ctx))) throw problems.adNotFound();
  return await show(ctx, ad);
}

export type AdChanges = { readonly [K in keyof AdTerms]?: AdTerms[K] | undefined } & {
  readonly status?: "active" | "paused" | undefined;
};

/** Changes what an owner says of an ad. Trades that are under way keep what they began with. */
export async function updateAd(ctx: Ctx, before: Ad, changes: AdChanges): Promise<ShownAd> {
  const after: Ad = { ...before, ...given(changes) };
  await assertTerms(ctx, after);
  const funded = await fundedNow(ctx, before.userId, after);
  const ad: Ad = { ...after, funded, exhausted: false, version: before.version + 1, updatedAt: ctx.now() };
  const { id: _id, userId: _userId, version: _version, ...rest } = ad;
  await commit(ctx, repository.updateAd(ctx, before, rest), {
    refusals: { p2p_ad_changed: () => problems.adChanged() },
  });
  return await show(ctx, ad);
}

/** Closes an ad for good. Trades that are under way go on. */
export async function deleteAd(ctx: Ctx, id: Id<"ad">): Promise<void> {
  const ad = await ownAd(ctx, id);
  await commit(ctx, repository.updateAd(ctx, ad, { status: "closed" }), {
    refusals: { p2p_ad_changed: () => problems.adChanged() },
  });
}

/** One's own ad that is not closed. */
export async function ownAd(ctx: Ctx, id: Id<"ad">): Promise<Ad> {
  const ad = await repository.findAd(ctx, id);
  if (ad?.userId !== customerOf(ctx) || ad.status === "closed") throw problems.adNotFound();
  return ad;
}

async function show(ctx: Ctx, ad: Ad): Promise<ShownAd> {
  const [shown] = await showAds(ctx, [ad]);
  if (!shown) throw problems.adNotFound();
  return shown;
}

async function fundedNow(
  ctx: Ctx,
  userId: Id<"user">,
  ad: AdTerms & Pick<Ad, "side" | "asset" | "fiat">,
): Promise<boolean> {
  if (ad.side === "buy") return true;
  return await isFunded(ctx, ad, (await readWallet(ctx, userId, ad.asset)).available);
}

/** Refuses terms that do not fit together, or not with the payment methods that they name. */
async function assertTerms(ctx: Ctx, ad: AdTerms & Pick<Ad, "fiat">): Promise<void> {
  if (ad.maxFiat < ad.minFiat) throw invalid("maxAmount", "range_invalid", "This must not be below the minimum.");
  const known = new Map((await listMethods(ctx, ad.fiat)).map((method) => [method.method, method]));
  for (const name of ad.paymentMethods) assertMethod(ad, name, known.get(name));
}

function assertMethod(ad: AdTerms & Pick<Ad, "fiat">, name: string, method: PaymentMethod | undefined): void {
  if (method?.active !== true) {
    throw invalid("paymentMethods", "payment_method_unknown", `There is no payment method ${name} in ${ad.fiat}.`);
  }
  if (ad.minFiat > method.maxAmount) {
    throw invalid("minAmount", "payment_method_limit", `${method.name} does not carry as much as the minimum.`);
  }
  const { minWindowMinutes: least, maxWindowMinutes: most } = method;
  if (ad.paymentWindowMinutes < least || ad.paymentWindowMinutes > most) {
    const message = `${method.name} takes ${least} to ${most} minutes.`;
    throw invalid("paymentWindowMinutes", "payment_window_invalid", message);
  }
}

function invalid(path: string, code: string, message: string): Problem {
  return http.validationFailed({ detail: message, code, errors: [{ path, code, message }] });
}
