import type { PaymentMethodState } from "#modules/payments";
import * as payments from "#modules/payments";
import { once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { findLatest } from "./repository.subscriptions.ts";
import type { Checkout } from "./service.checkout.ts";
import { defaultGateway } from "./service.terms.ts";

const PATH = "/app/billing";

/** Where somebody's payment methods are: at the gateway of the subscription, or at the usual one. */
async function ownerOf(ctx: Ctx) {
  const userId = customerOf(ctx);
  const provider = (await findLatest(ctx, userId))?.gateway ?? defaultGateway(ctx);
  return { userId, provider };
}

export async function listPaymentMethods(ctx: Ctx): Promise<readonly PaymentMethodState[]> {
  return await payments.listPaymentMethods(ctx, await ownerOf(ctx));
}

/** Opens the gateway's page where a payment method is left; no card passes through here. */
export const addPaymentMethod = once(async (ctx: Ctx, { asset }: { readonly asset: string }): Promise<Checkout> => {
  const { userId, provider } = await ownerOf(ctx);
  const { checkoutId, checkoutUrl } = await payments.createCheckout(ctx, {
    provider,
    mode: "setup",
    userId,
    purpose: "payment_method",
    reference: userId,
    revenue: "revenue:subscription",
    amount: 0,
    tax: 0,
    asset,
    description: "A payment method",
    successPath: PATH,
    cancelPath: PATH,
  });
  return { checkoutId, checkoutUrl: checkoutUrl ?? "" };
});

export async function removePaymentMethod(ctx: Ctx, id: string): Promise<void> {
  await payments.removePaymentMethod(ctx, await ownerOf(ctx), id);
}

export const setDefaultPaymentMethod = once(async (ctx: Ctx, id: string): Promise<readonly PaymentMethodState[]> => {
  const owner = await ownerOf(ctx);
  await payments.setDefaultPaymentMethod(ctx, owner, id);
  return await payments.listPaymentMethods(ctx, owner);
});

/** A link to the gateway's own pages for this customer. */
export const openPortal = once(async (ctx: Ctx, _input: null): Promise<{ readonly url: string }> => {
  return { url: await payments.openPortal(ctx, await ownerOf(ctx), PATH) };
});
