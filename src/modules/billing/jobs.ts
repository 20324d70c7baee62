import type { Id } from "#kernel/ids";
import { DAY, MINUTE } from "#kernel/time";
import {
  checkoutDeclined,
  disputeClosed,
  invoiceChanged,
  paymentCaptured,
  paymentFailed,
  paymentRefunded,
  subscriptionChanged,
  trialEnding,
} from "#modules/payments";
import type { Ctx } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import type { Subscription } from "./repository.subscriptions.ts";
import { listOverdue, listStale } from "./repository.subscriptions.ts";
import { recordInvoice, recordOneOff, recordRefund, returnSurplus, tellFailure } from "./service.invoices.ts";
import { endTakenBack, followGateway } from "./service.sync.ts";
import { announceEnd, announceEnds } from "./service.trials.ts";

/** After how long without an event a subscription is asked for all the same. */
const OVERDUE_MS = 15 * MINUTE;
const A_RUN = 50;

/** Gateways that have subscriptions. */
const gatewayOf = (provider: string): Subscription["gateway"] => (provider === "stripe" ? "stripe" : "sandbox");

export const jobs = [
  defineJob("billing.followSubscription", subscriptionChanged, async (ctx, { data }) => {
    const { provider, subscriptionId: gatewayRef, reference } = data;
    const userId = data.userId as Id<"user">;
    await followGateway(ctx, { gateway: gatewayOf(provider), gatewayRef, userId, reference });
  }),
  defineJob("billing.recordInvoice", invoiceChanged, async (ctx, { data }) => {
    await recordInvoice(ctx, { ...data, paymentId: null });
  }),
  defineJob("billing.recordPayment", paymentCaptured, async (ctx, { data }) => {
    const { invoiceId } = data;
    if (invoiceId === null) await recordOneOff(ctx, data);
    else await recordInvoice(ctx, { ...data, invoiceId });
  }),
  defineJob("billing.returnSurplus", paymentCaptured, async (ctx, { data, occurredAt }) => {
    const { paymentId, subscriptionId: gatewayRef } = data;
    if (gatewayRef === null) return;
    await returnSurplus(ctx, { paymentId, gateway: gatewayOf(data.provider), gatewayRef }, occurredAt);
  }),
  defineJob("billing.recordRefund", paymentRefunded, async (ctx, { data, occurredAt }) => {
    await recordRefund(ctx, data, occurredAt);
  }),
  defineJob("billing.endRefunded", paymentRefunded, async (ctx, { data }) => {
    const { subscriptionId: gatewayRef, invoiceId, captured, refunded, refundId: cause } = data;
    if (gatewayRef === null || invoiceId === null || refunded < captured) return;
    await endTakenBack(ctx, { gateway: gatewayOf(data.provider), gatewayRef, cause, invoiceId });
  }),
  defineJob("billing.endDisputed", disputeClosed, async (ctx, { data }) => {
    const { subscriptionId: gatewayRef, disputeId: cause, outcome } = data;
    if (gatewayRef === null || outcome !== "lost") return;
    await endTakenBack(ctx, { gateway: gatewayOf(data.provider), gatewayRef, cause, invoiceId: null });
  }),
  defineJob("billing.tellFailure", paymentFailed, async (ctx, { data }) => {
    if (data.subscriptionId !== null) await tellFailure(ctx, { ...data, tryOf: data.paymentId });
  }),
  defineJob("billing.tellDeclined", checkoutDeclined, async (ctx, { data }) => {
    await tellFailure(ctx, { ...data, tryOf: data.attemptId, invoiceId: null });
  }),
  defineJob("billing.announceTrialEnd", trialEnding, async (ctx, { data }) => {
    await announceEnd(ctx, data.userId as Id<"user">);
  }),
] as const;

/** Asks for subscriptions that should have been heard of, and for every one once a day: events get lost. */
async function catchUp(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const [overdue, stale] = await Promise.all([
    listOverdue(ctx, now - OVERDUE_MS, A_RUN),
    listStale(ctx, now - DAY, A_RUN),
  ]);
  for (const row of new Map([...overdue, ...stale].map((found) => [found.id, found])).values()) {
    await followGateway(ctx, { ...row, reference: row.id }).catch((error: unknown) => {
      ctx.log.warn("A subscription could not be asked for.", { operation: row.id, error });
    });
  }
}

export const crons: readonly CronJob[] = [
  { name: "billing.catchUp", schedule: "*/10 * * * *", run: catchUp },
  { name: "billing.announceTrialEnds", schedule: "20 * * * *", run: announceEnds },
];
