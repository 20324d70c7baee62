import { draftEvent } from "#kernel/event";
import type { Gateway, GatewayName, SubscriptionState } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Effects } from "./effects.ts";
import { carryOut, ignoredAs, NOTHING } from "./effects.ts";
import { subscriptionChanged } from "./events.ts";
import type { SubscriptionRow } from "./repository.ts";
import * as repository from "./repository.ts";

/** That a subscription has changed, and whose it is: whoever keeps subscriptions asks for its state. */
export async function subscriptionEffects(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<Effects> {
  if (!gateway.subscriptions) return ignoredAs("not_ours");
  const provider = gateway.name;
  const known = await repository.findSubscription(ctx, provider, vendorId);
  if (known) return changed(known, vendorId);
  const state = await gateway.subscriptions.readSubscription(ctx, vendorId);
  const row = await claimed(ctx, provider, state);
  if (!row) return ignoredAs("not_ours");
  return { ...changed(row, vendorId), statements: [repository.insertSubscription(ctx, row)] };
}

/** Whose a subscription is: the customer's, whatever its metadata says, and the checkout's that began it. */
async function claimed(
  ctx: Ctx,
  provider: GatewayName,
  { id: vendorId, customerId, checkoutKey }: SubscriptionState,
): Promise<Omit<SubscriptionRow, "createdAt"> | null> {
  const userId = await repository.findUserOf(ctx, provider, customerId);
  const checkout = checkoutKey === null ? null : await repository.findCheckout(ctx, provider, checkoutKey);
  if (userId === null) return null;
  if (!checkout) return { provider, vendorId, userId, checkoutId: null, reference: vendorId };
  if (checkout.userId !== userId) return null;
  return { provider, vendorId, userId, checkoutId: checkout.id, reference: checkout.reference };
}

function changed(of: Omit<SubscriptionRow, "createdAt" | "vendorId">, subscriptionId: string): Effects {
  const { provider, userId, checkoutId, reference } = of;
  const told = { provider, userId, subscriptionId, checkoutId, reference };
  return { ...NOTHING, userId, events: [draftEvent(subscriptionChanged, told)] };
}

/** Sees to it that a subscription is known before what it pays for. */
export async function bringSubscription(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<void> {
  if (await repository.findSubscription(ctx, gateway.name, vendorId)) return;
  await carryOut(ctx, async () => await subscriptionEffects(ctx, gateway, vendorId), {
    options: () => ({ partial: true }),
  });
}
