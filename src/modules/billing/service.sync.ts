import { isId, type Id } from "#kernel/ids";
import type { SubscriptionState } from "#modules/payments";
import { cancelSubscription, readSubscription } from "#modules/payments";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { SetAside } from "#platform/failure";
import type { GatewayRef, Subscription } from "./repository.subscriptions.ts";
import * as repository from "./repository.subscriptions.ts";
import { LEVELS, type Level } from "./rules.plans.ts";
import { record } from "./service.record.ts";

export interface Followed extends GatewayRef {
  readonly userId: Id<"user">;
  /** The id that the subscription was given when its checkout was opened. */
  readonly reference: string;
}

/**
 * Brings a subscription to the state that its gateway has at this moment. The version is read before the gateway is
 * asked, so that an answer that was overtaken is refused and asked for again.
 */
export async function followGateway(ctx: Ctx, followed: Followed): Promise<void> {
  const before = await repository.findByRef(ctx, followed);
  if (before?.status === "canceled") return;
  const live = before ?? (await repository.findLive(ctx, followed.userId));
  const state = await readSubscription(ctx, followed.gateway, followed.gatewayRef);
  if (!before && live && state.status !== "canceled") return await refuseSecond(ctx, followed, state);
  await record(ctx, { before, after: toSubscription(ctx, { before, followed, state }) });
}

interface Reading {
  readonly before: Subscription | null;
  readonly followed: Followed;
  readonly state: SubscriptionState;
}

/** The row that a gateway's answer comes to. */
export function toSubscription(ctx: Ctx, { before, followed, state }: Reading): Subscription {
  const now = ctx.now();
  const over = state.status === "canceled";
  return {
    ...(before ?? newSubscription(ctx, followed)),
    ...termsOf(state),
    status: state.status,
    currentPeriodStart: state.currentPeriodStart,
    currentPeriodEnd: state.currentPeriodEnd,
    trialEnd: state.trialEnd,
    cancelAtPeriodEnd: !over && state.cancelAtPeriodEnd,
    pastDueSince: isOwed(state) ? (before?.pastDueSince ?? now) : null,
    endedAt: over ? (state.endedAt ?? now) : null,
    version: (before?.version ?? 0) + 1,
    syncedAt: now,
    updatedAt: now,
  };
}

function newSubscription(ctx: Ctx, { reference, userId, gateway, gatewayRef }: Followed) {
  const id = isId("sub", reference) ? reference : ctx.newId("sub");
  return { id, userId, gateway, gatewayRef, surplus: false, createdAt: ctx.now() };
}

const isOwed = ({ status }: SubscriptionState): boolean => status === "past_due" || status === "unpaid";

function termsOf({ plan, interval, asset, net: amountMinor, scheduled }: SubscriptionState) {
  return {
    level: levelOf(plan),
    interval,
    asset,
    amountMinor,
    scheduledLevel: scheduled === null ? null : levelOf(scheduled.plan),
    scheduledInterval: scheduled?.interval ?? null,
  };
}

function levelOf(plan: string): Level {
  const level = LEVELS.find((known) => known === plan);
  if (level === undefined) throw new SetAside("plan_unknown");
  return level;
}

export interface TakenBack extends GatewayRef {
  /** What took it back: a refund, a dispute. Its id is the key of the call. */
  readonly cause: string;
  /** The gateway's invoice that was paid back; null ends the subscription whichever it was. */
  readonly invoiceId: string | null;
}

/** Ends a subscription whose present period was paid back in full, or whose payment was lost in a dispute. */
export async function endTakenBack(ctx: Ctx, { gateway, gatewayRef, cause, invoiceId }: TakenBack): Promise<void> {
  const before = await repository.findByRef(ctx, { gateway, gatewayRef });
  if (!before || before.status === "canceled") return;
  const { latestInvoiceId } = await readSubscription(ctx, gateway, gatewayRef);
  if (invoiceId !== null && invoiceId !== latestInvoiceId) return;
  const request = { key: `${cause}.end`, subscriptionId: gatewayRef, atPeriodEnd: false };
  const state = await cancelSubscription(ctx, gateway, request);
  const followed = { gateway, gatewayRef, userId: before.userId, reference: before.id };
  await record(ctx, { before, after: toSubscription(ctx, { before, followed, state }) });
}

/**
 * Two checkouts were paid at the same time: the second subscription is ended at the gateway at once, and kept as surplus,
 * so that its payment goes back.
 */
async function refuseSecond(ctx: Ctx, followed: Followed, state: SubscriptionState): Promise<void> {
  const { gateway, gatewayRef: subscriptionId } = followed;
  const request = { key: `${subscriptionId}.surplus`, subscriptionId, atPeriodEnd: false };
  await cancelSubscription(ctx, gateway, request);
  const row = toSubscription(ctx, { before: null, followed, state });
  const ended = { ...row, status: "canceled", cancelAtPeriodEnd: false, surplus: true, endedAt: ctx.now() } as const;
  await commit(ctx, [repository.insertSubscription(ctx, ended)]);
}
