import type { Id } from "#kernel/ids";
import { webhookReceived } from "#modules/gateways";
import { withoutClaim } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { refundRequested } from "./events.ts";
import { reconcile } from "./service.comparison.ts";
import { comparisonAsked } from "./service.reconciliation.ts";
import { sendRefund } from "./service.refunds.ts";
import { handleWebhook } from "./service.webhooks.ts";

export const jobs = [
  defineJob("payments.handleWebhook", webhookReceived, async (ctx, event) => {
    await handleWebhook(ctx, event.data.hookId as Id<"hook">);
  }),
  defineJob("payments.sendRefund", refundRequested, async (ctx, event) => {
    await sendRefund(ctx, event.data.refundId);
  }),
  defineJob("payments.reconcile", comparisonAsked, async (ctx) => {
    await reconcile(withoutClaim(ctx));
  }),
] as const;

export const crons: readonly CronJob[] = [
  { name: "payments.reconcile", schedule: "*/15 * * * *", run: async (ctx) => await reconcile(ctx) },
];
