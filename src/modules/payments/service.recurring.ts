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
  const seen = await seeSubscription(ctx, gateway, vendorId);
  return seen ? { ...NOTHING, userId: seen.row.userId, ...seen } : ignoredAs("not_ours");
}

interface Seen extends Pick<Effects, "statements" | "events"> {
  readonly row: Found;
  /** Whether it is otherwise than when it was last looked at. */
  readonly isChanged: boolean;
}

/** Looks at a subscription at its vendor; null where it is nobody's here. */
export async function seeSubscription(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<Seen | null> {
  if (!gateway.subscriptions) return null;
  const provider = gateway.name;
  const state = await gateway.subscriptions.readSubscription(ctx, vendorId);
  const known = await repository.findSubscription(ctx, provider, vendorId);
  const owner = known ?? (await claimed(ctx, provider, state));
  if (!owner) return null;
  const { userId, checkoutId, reference } = owner;
  const row = { provider, vendorId, userId, checkoutId, reference, seen: digest(state), ended: state.endedAt !== null };
  const told = { provider, userId, subscriptionId: vendorId, checkoutId, reference };
  return {
    row,
    isChanged: known?.seen !== row.seen,
    statements: [repository.upsertSubscription(ctx, row)],
    events: [draftEvent(subscriptionChanged, told)],
  };
}

/** What of a subscription anybody could act on, in one text. */
function digest(state: SubscriptionState): string {
  const { status, plan, interval, currentPeriodEnd, cancelAtPeriodEnd, scheduled } = state;
  return JSON.stringify([status, plan, interval, currentPeriodEnd, cancelAtPeriodEnd, scheduled?.plan ?? null]);
}

type Found = Omit<SubscriptionRow, "createdAt" | "checkedAt">;
type Owner = Pick<SubscriptionRow, "userId" | "checkoutId" | "reference">;

/** Whose a subscription is: the customer's, whatever its metadata says, and the checkout's that began it. */
async function claimed(
  ctx: Ctx,
  provider: GatewayName,
  { id, customerId, checkoutKey }: SubscriptionState,
): Promise<Owner | null> {
  const userId = await repository.findUserOf(ctx, provider, customerId);
  const checkout = checkoutKey === null ? null : await repository.findCheckout(ctx, provider, checkoutKey);
  if (userId === null) return null;
  if (!checkout) return { userId, checkoutId: null, reference: id };
  return checkout.userId === userId ? { userId, checkoutId: checkout.id, reference: checkout.reference } : null;
}

/** Sees to it that a subscription is known before what it pays for. */
export async function bringSubscription(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<void> {
  if (await repository.findSubscription(ctx, gateway.name, vendorId)) return;
  await carryOut(ctx, async () => await subscriptionEffects(ctx, gateway, vendorId), {
    options: () => ({ partial: true }),
  });
}
