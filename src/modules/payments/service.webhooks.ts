import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Gateway, WebhookRow } from "#modules/gateways";
import { findGateway, findOpenWebhook, GatewayFailure, settleWebhook } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Effects } from "./effects.ts";
import { carryOut, ignoredAs, NOTHING, together } from "./effects.ts";
import { invoiceChanged, trialEnding } from "./events.ts";
import * as repository from "./repository.ts";
import { invoicePaymentEffects, ownInvoice, paymentEffects } from "./service.captures.ts";
import { disputeEffects } from "./service.disputes.ts";
import { subscriptionEffects } from "./service.recurring.ts";
import { bringPayment, refundEffects } from "./service.refunds.ts";

/**
 * Handles an event of a vendor: asks for the present state of what it is about, and brings ours up to it. The event's own
 * copy and the order of events are trusted in nothing.
 */
export async function handleWebhook(ctx: Ctx, id: Id<"hook">): Promise<void> {
  const hook = await findOpenWebhook(ctx, id);
  if (!hook) return;
  await carryOut(ctx, async () => await effectsOf(ctx, hook), {
    statements: ({ ignored, userId }) =>
      settleWebhook(ctx, id, { state: ignored === null ? "handled" : "ignored", reason: ignored, userId }),
  });
}

/** A vendor may tell of a thing before it can be asked for; after so many tries it is taken for absent. */
const MISSING_TRIES = 3;

async function effectsOf(ctx: Ctx, hook: WebhookRow): Promise<Effects> {
  const gateway = findGateway(ctx, hook.provider);
  if (!gateway) return ignoredAs("gateway_not_configured");
  try {
    return await topicEffects(ctx, gateway, hook);
  } catch (error) {
    const attempts = ctx.claim?.kind === "delivery" ? ctx.claim.attempts : MISSING_TRIES;
    const gone = error instanceof GatewayFailure && error.state === "missing" && attempts >= MISSING_TRIES;
    if (!gone) throw error;
    return ignoredAs("object_missing");
  }
}

async function topicEffects(ctx: Ctx, gateway: Gateway, { topic, objectId }: WebhookRow): Promise<Effects> {
  if (topic === null || objectId === null) return ignoredAs("unknown_type");
  const handlers: Readonly<Record<NonNullable<WebhookRow["topic"]>, () => Promise<Effects>>> = {
    payment: async () => await paymentEffects(ctx, gateway, objectId),
    checkout: async () => await checkoutEffects(ctx, gateway, objectId),
    refund: async () => {
      const state = await gateway.readRefund(ctx, objectId);
      await bringPayment(ctx, gateway, state.paymentId);
      return await refundEffects(ctx, gateway, state);
    },
    dispute: async () => {
      const state = await gateway.readDispute(ctx, objectId);
      await bringPayment(ctx, gateway, state.paymentId);
      return await disputeEffects(ctx, gateway, state);
    },
    subscription: async () => await subscriptionEffects(ctx, gateway, objectId),
    trialEnding: async () => await trialEffects(ctx, gateway, objectId),
    invoice: async () => await invoiceEffects(ctx, gateway, objectId),
    transfer: async () => await Promise.resolve(ignoredAs("not_ours")),
  };
  return await handlers[topic]();
}

/** What a checkout's end comes to. */
export async function checkoutEffects(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<Effects> {
  const state = await gateway.readCheckout(ctx, vendorId);
  const checkout = await repository.findCheckout(ctx, gateway.name, state.key ?? vendorId);
  if (!checkout) return ignoredAs("not_ours");
  const base = { ...NOTHING, userId: checkout.userId };
  if (state.state === "open") return base;
  const end = state.state === "complete" ? "complete" : "expired";
  const ended: Effects = {
    ...base,
    statements: [
      repository.endCheckout(ctx, checkout.id, {
        state: end,
        ...(state.subscriptionId === null ? {} : { subscriptionId: state.subscriptionId }),
      }),
    ],
  };
  const parts = [ended];
  if (state.subscriptionId !== null) parts.push(await subscriptionEffects(ctx, gateway, state.subscriptionId));
  if (state.paymentId !== null) parts.push(await paymentEffects(ctx, gateway, state.paymentId));
  return together(...parts);
}

async function trialEffects(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<Effects> {
  const known = await repository.findSubscription(ctx, gateway.name, vendorId);
  if (!known) return ignoredAs("not_ours");
  const { userId, provider } = known;
  return { ...NOTHING, userId, events: [draftEvent(trialEnding, { provider, userId, subscriptionId: vendorId })] };
}

async function invoiceEffects(ctx: Ctx, gateway: Gateway, invoiceId: string): Promise<Effects> {
  const found = await ownInvoice(ctx, gateway, invoiceId);
  if (!found) return ignoredAs("not_ours");
  const { userId } = found;
  const { subscriptionId } = found.invoice;
  const paid = await invoicePaymentEffects(ctx, gateway, { invoiceId });
  const told = { provider: gateway.name, userId, subscriptionId, invoiceId };
  return together(paid, { ...NOTHING, userId, events: [draftEvent(invoiceChanged, told)] });
}
