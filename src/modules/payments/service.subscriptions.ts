import type { Id } from "#kernel/ids";
import type {
  ChangePreview,
  ChangeRequest,
  GatewayName,
  InvoiceState,
  PaymentMethodState,
  SubscriptionGateway,
  SubscriptionState,
} from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import * as repository from "./repository.ts";
import { asking, gatewayFor } from "./service.customers.ts";

/**
 * What vendors do for subscriptions, for the module that keeps them. Each call asks the vendor and stores nothing here; a
 * `key` is stored by the caller before the call, and the same key again has no second effect.
 */

function subscriptionsOf(ctx: Ctx, provider: GatewayName): SubscriptionGateway {
  const { subscriptions } = gatewayFor(ctx, provider);
  if (!subscriptions) throw problems.providerUnavailable({ detail: `\`${provider}\` has no subscriptions here.` });
  return subscriptions;
}

export async function readSubscription(ctx: Ctx, provider: GatewayName, id: string): Promise<SubscriptionState> {
  return await asking(subscriptionsOf(ctx, provider).readSubscription(ctx, id));
}

export async function readInvoice(ctx: Ctx, provider: GatewayName, id: string): Promise<InvoiceState> {
  return await asking(subscriptionsOf(ctx, provider).readInvoice(ctx, id));
}

export async function previewChange(
  ctx: Ctx,
  provider: GatewayName,
  request: Omit<ChangeRequest, "key">,
): Promise<ChangePreview> {
  return await asking(subscriptionsOf(ctx, provider).previewChange(ctx, request));
}

/** Changes at once and collects the difference; where that is declined the old plan stays, and this throws. */
export async function changeNow(ctx: Ctx, provider: GatewayName, request: ChangeRequest): Promise<SubscriptionState> {
  return await asking(subscriptionsOf(ctx, provider).changeNow(ctx, request));
}

export async function changeAtPeriodEnd(
  ctx: Ctx,
  provider: GatewayName,
  request: ChangeRequest,
): Promise<SubscriptionState> {
  return await asking(subscriptionsOf(ctx, provider).changeAtPeriodEnd(ctx, request));
}

export interface CancelRequest {
  readonly key: string;
  readonly subscriptionId: string;
  readonly atPeriodEnd: boolean;
}

export async function cancelSubscription(
  ctx: Ctx,
  provider: GatewayName,
  request: CancelRequest,
): Promise<SubscriptionState> {
  return await asking(subscriptionsOf(ctx, provider).cancel(ctx, request));
}

/** Takes back a cancellation or change that is still to come, or wakes what is paused. */
export async function resumeSubscription(
  ctx: Ctx,
  provider: GatewayName,
  request: Omit<CancelRequest, "atPeriodEnd">,
): Promise<SubscriptionState> {
  return await asking(subscriptionsOf(ctx, provider).resume(ctx, request));
}

export interface Owner {
  readonly provider: GatewayName;
  readonly userId: Id<"user">;
}

/** A user's payment methods at a vendor; none for whoever is not known there. */
export async function listPaymentMethods(ctx: Ctx, { provider, userId }: Owner): Promise<PaymentMethodState[]> {
  const customerId = await repository.findCustomer(ctx, userId, provider);
  if (customerId === null) return [];
  return await asking(subscriptionsOf(ctx, provider).listPaymentMethods(ctx, customerId));
}

export async function removePaymentMethod(ctx: Ctx, owner: Owner, id: string): Promise<void> {
  const method = await methodOf(ctx, owner, id);
  await asking(subscriptionsOf(ctx, owner.provider).removePaymentMethod(ctx, method));
}

export async function setDefaultPaymentMethod(ctx: Ctx, owner: Owner, id: string): Promise<void> {
  const method = await methodOf(ctx, owner, id);
  await asking(subscriptionsOf(ctx, owner.provider).setDefaultPaymentMethod(ctx, method));
}

/** Somebody's own payment method; anybody else's is as good as absent. */
async function methodOf(ctx: Ctx, owner: Owner, id: string): Promise<{ customerId: string; id: string }> {
  const customerId = await repository.findCustomer(ctx, owner.userId, owner.provider);
  const own = await listPaymentMethods(ctx, owner);
  if (customerId === null || !own.some((method) => method.id === id)) throw problems.methodNotFound();
  return { customerId, id };
}

/** A link to the vendor's own pages, where the customer sees invoices and cards. */
export async function openPortal(ctx: Ctx, { provider, userId }: Owner, returnPath: string): Promise<string> {
  const customerId = await repository.findCustomer(ctx, userId, provider);
  if (customerId === null) throw problems.customerNotFound();
  const returnUrl = `${ctx.config.publicOrigin}${returnPath}`;
  return await asking(subscriptionsOf(ctx, provider).openPortal(ctx, customerId, returnUrl));
}
