import { HOUR } from "#kernel/time";
import type { Price } from "#modules/payments";
import { createCheckout as openAtGateway } from "#modules/payments";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Signup } from "./repository.signups.ts";
import * as repository from "./repository.signups.ts";
import { findLive } from "./repository.subscriptions.ts";
import { TRIAL_DAYS } from "./rules.subscription.ts";
import type { Priced, SubscriptionGateway } from "./service.terms.ts";
import { defaultGateway, priceFor } from "./service.terms.ts";
import { hasTried } from "./service.trials.ts";

/** An open checkout is given out again as long as this; the gateway keeps it a little longer. */
const OPEN_MS = 23 * HOUR;

export interface NewCheckout extends Priced {
  readonly gateway?: SubscriptionGateway;
  readonly trial: boolean;
}

export interface Checkout {
  readonly checkoutId: string;
  readonly checkoutUrl: string;
}

/**
 * Opens the checkout of a plan. Somebody who has the very same one open gets it again, so that two windows lead to one
 * page; should two be paid all the same, the second subscription is ended and its payment goes back.
 */
export const createCheckout = once(async (ctx: Ctx, input: NewCheckout): Promise<Checkout> => {
  const userId = customerOf(ctx);
  const gateway = input.gateway ?? defaultGateway(ctx);
  if (await findLive(ctx, userId)) {
    throw problems.subscriptionExists({ detail: "Change it with POST /api/v1/billing/subscription/change." });
  }
  const price = await priceFor(ctx, userId, input);
  if (input.trial && (await hasTried(ctx, userId))) {
    throw problems.trialUsed({ detail: "A trial is for once. Leave `trial` out to subscribe right away." });
  }
  const open = await repository.findSignup(ctx, userId);
  if (open?.url && open.checkoutId && isSame(open, { ...input, gateway }) && open.expiresAt > ctx.now()) {
    return { checkoutId: open.checkoutId, checkoutUrl: open.url };
  }
  return await openNew(ctx, { ...input, gateway }, price);
});

function isSame(open: Signup, { level, interval, asset, trial, gateway }: NewCheckout): boolean {
  return (
    open.level === level &&
    open.interval === interval &&
    open.asset === asset &&
    open.trial === trial &&
    open.gateway === gateway
  );
}

async function openNew(
  ctx: Ctx,
  { gateway, level, interval, asset, trial }: NewCheckout & { readonly gateway: SubscriptionGateway },
  price: Price,
): Promise<Checkout> {
  const now = ctx.now();
  const signup: Signup = {
    userId: customerOf(ctx),
    subscriptionId: ctx.newId("sub"),
    gateway,
    level,
    interval,
    asset,
    trial,
    checkoutId: null,
    url: null,
    begunAt: now,
    expiresAt: now + OPEN_MS,
  };
  const request = {
    provider: gateway,
    mode: "subscription",
    userId: signup.userId,
    purpose: "subscription",
    reference: signup.subscriptionId,
    revenue: "revenue:subscription",
    amount: trial ? 0 : price.net + price.tax,
    tax: trial ? 0 : price.tax,
    asset,
    description: `${price.name}, each ${interval}`,
    price,
    trialDays: trial ? TRIAL_DAYS : 0,
    successPath: "/app/billing",
    cancelPath: "/app/billing",
  } as const;
  try {
    const { checkoutId, checkoutUrl } = await openAtGateway(ctx, request, repository.claimSignup(ctx, signup));
    const result = { checkoutId, checkoutUrl: checkoutUrl ?? "" };
    await commit(ctx, [repository.openSignup(ctx, { ...signup, checkoutId, url: checkoutUrl })], { result });
    return result;
  } catch (error) {
    if (!isRefusedBy(error, repository.SIGNUP_OPENING)) throw error;
    throw problems.checkoutInProgress({ detail: "Repeat this in a moment.", cause: error });
  }
}
