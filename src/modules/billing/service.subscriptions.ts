import type { Id } from "#kernel/ids";
import { Problem } from "#kernel/problem";
import type { ChangePreview, SubscriptionState } from "#modules/payments";
import * as payments from "#modules/payments";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Operation, Subscription } from "./repository.subscriptions.ts";
import * as repository from "./repository.subscriptions.ts";
import type { Move, Terms } from "./rules.subscription.ts";
import { moveOf } from "./rules.subscription.ts";
import { ranks } from "./service.plans.ts";
import { record } from "./service.record.ts";
import { toSubscription } from "./service.sync.ts";
import { priceFor } from "./service.terms.ts";

/** The subscription that is not over, or else the last one that somebody had. */
export async function getSubscription(ctx: Ctx): Promise<Subscription> {
  const row = await repository.findLatest(ctx, customerOf(ctx));
  if (!row) throw problems.subscriptionNotFound({ detail: "POST /api/v1/billing/checkout begins one." });
  return row;
}

async function getLive(ctx: Ctx): Promise<Subscription> {
  const row = await getSubscription(ctx);
  if (row.status === "canceled") {
    throw problems.subscriptionInactive({ detail: "It is over.", extra: { state: row.status } });
  }
  return row;
}

/** What a change would cost now: nothing, where it takes effect when the period is over. */
export async function previewChange(ctx: Ctx, terms: Terms): Promise<ChangePreview> {
  const row = await getLive(ctx);
  const move = await decide(ctx, row, terms);
  if (move !== "upgrade") return { lines: [], amountDue: 0, asset: row.asset };
  const price = await priceFor(ctx, row.userId, { ...terms, asset: row.asset });
  return await payments.previewChange(ctx, row.gateway, { subscriptionId: row.gatewayRef, price });
}

/**
 * Changes the plan: up at once, with the difference collected, down when the period is over. Where the difference is
 * declined, the plan stays as it was.
 */
export const changeSubscription = once(async (ctx: Ctx, terms: Terms): Promise<Subscription> => {
  const row = await getLive(ctx);
  const id = ctx.newId("op");
  // A run before this one may have had its way already; what it began is asked for again under the same key.
  const kind = (await repository.findOperation(ctx, id))?.kind ?? (await decide(ctx, row, terms));
  const subscriptionId = row.gatewayRef;
  if (kind === "cancel") {
    const ask = async () =>
      await payments.cancelSubscription(ctx, row.gateway, { key: id, subscriptionId, atPeriodEnd: true });
    return await carryOut(ctx, row, { id, kind, ask });
  }
  const price = await priceFor(ctx, row.userId, { ...terms, asset: row.asset });
  const call = kind === "upgrade" ? payments.changeNow : payments.changeAtPeriodEnd;
  const ask = async () => await call(ctx, row.gateway, { key: id, subscriptionId, price });
  return await carryOut(ctx, row, { id, kind, terms, ask });
});

async function decide(ctx: Ctx, row: Subscription, terms: Terms): Promise<Exclude<Move, "none" | "refused">> {
  const move = moveOf(row, terms, await ranks(ctx));
  if (move === "none") throw problems.subscriptionUnchanged({ extra: { plan: row.level, interval: row.interval } });
  if (move === "refused") {
    throw problems.subscriptionInactive({
      detail: "Settle what is owed, or resume the subscription, and repeat this.",
      extra: { state: row.status },
    });
  }
  return move;
}

export interface Cancel {
  readonly atPeriodEnd: boolean;
}

/** Ends a subscription now or when its period is over. A repeat changes nothing. */
export const cancelSubscription = once(async (ctx: Ctx, { atPeriodEnd }: Cancel): Promise<Subscription> => {
  const row = await getSubscription(ctx);
  if (row.status === "canceled" || (atPeriodEnd && row.cancelAtPeriodEnd)) return row;
  const id = ctx.newId("op");
  const request = { key: id, subscriptionId: row.gatewayRef, atPeriodEnd };
  const ask = async () => await payments.cancelSubscription(ctx, row.gateway, request);
  return await carryOut(ctx, row, { id, kind: atPeriodEnd ? "cancel" : "cancelNow", ask });
});

/** Takes back a cancellation or a change that is still to come, or wakes a paused subscription. */
export const resumeSubscription = once(async (ctx: Ctx, _input: null): Promise<Subscription> => {
  const row = await getLive(ctx);
  if (!row.cancelAtPeriodEnd && row.scheduledLevel === null && row.status !== "paused") return row;
  const id = ctx.newId("op");
  const request = { key: id, subscriptionId: row.gatewayRef };
  const ask = async () => await payments.resumeSubscription(ctx, row.gateway, request);
  return await carryOut(ctx, row, { id, kind: "resume", ask });
});

interface Asked {
  readonly id: Id<"op">;
  readonly kind: Operation["kind"];
  readonly terms?: Terms;
  readonly ask: () => Promise<SubscriptionState>;
}

/**
 * Asks a gateway for one thing, once: its key is stored before, and nothing else is asked of the subscription until the
 * answer is there.
 */
async function carryOut(ctx: Ctx, before: Subscription, asked: Asked): Promise<Subscription> {
  const { id } = asked;
  const known = await repository.findOperation(ctx, id);
  if (known?.state === "done") return before;
  if (known?.state === "failed")
    throw problems.subscriptionChanged({ detail: "It did not go through; repeat it under a fresh key." });
  if (!known) await begin(ctx, before.id, asked);
  const state = await answerOf(ctx, before, { ...asked, again: known !== null });
  const { gateway, gatewayRef, userId } = before;
  const current = (await repository.findByRef(ctx, before)) ?? before;
  const followed = { gateway, gatewayRef, userId, reference: before.id };
  const after = toSubscription(ctx, { before: current, followed, state });
  await record(ctx, {
    before: current,
    after,
    along: [repository.settleOperation(ctx, id, "done")],
    options: {
      audit: { action: "subscription.changed", target: before.id, before: brief(before), after: brief(after) },
      result: after,
      refusals: {
        [repository.CHANGED]: () => problems.subscriptionChanged({ detail: "Read it again: it has been done." }),
      },
    },
  });
  return after;
}

/** The gateway's answer. One that was lost is found out from the state before anything is asked again. */
async function answerOf(
  ctx: Ctx,
  { gateway, gatewayRef }: Subscription,
  { id, kind, terms, ask, again }: Asked & { readonly again: boolean },
): Promise<SubscriptionState> {
  try {
    const found = again ? await payments.readSubscription(ctx, gateway, gatewayRef) : null;
    return found && hasCome(found, kind, terms) ? found : await ask();
  } catch (error) {
    if (isDeclined(error)) await commit(ctx, [repository.settleOperation(ctx, id, "failed")], { partial: true });
    throw error;
  }
}

/** Whether a gateway's state is what was asked for. */
function hasCome(state: SubscriptionState, kind: Operation["kind"], terms: Terms | undefined): boolean {
  const is = (to: { readonly plan: string; readonly interval: string } | null): boolean =>
    to?.plan === terms?.level && to?.interval === terms?.interval;
  if (state.status === "canceled") return kind === "cancel" || kind === "cancelNow";
  if (kind === "upgrade") return is(state);
  if (kind === "downgrade") return is(state.scheduled);
  return kind === "cancel" && state.cancelAtPeriodEnd;
}

async function begin(ctx: Ctx, subscriptionId: Id<"sub">, { id, kind, terms }: Asked): Promise<void> {
  const row: Operation = {
    id,
    subscriptionId,
    kind,
    level: terms?.level ?? null,
    interval: terms?.interval ?? null,
    state: "begun",
    begunAt: ctx.now(),
    settledAt: null,
  };
  await commit(ctx, [repository.insertOperation(ctx, row)], {
    partial: true,
    refusals: {
      [repository.OPERATION_OPEN]: () => problems.changeInProgress({ detail: "Repeat this in a moment." }),
    },
  });
}

/** Whether a gateway has said no for good, so that nothing has happened. */
function isDeclined(error: unknown): boolean {
  return error instanceof Problem && error.status < 500;
}

function brief({ level, interval, status, cancelAtPeriodEnd, scheduledLevel }: Subscription) {
  return { level, interval, status, cancelAtPeriodEnd, scheduledLevel };
}
