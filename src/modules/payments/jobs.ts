import type { Id } from "#kernel/ids";
import { webhookReceived } from "#modules/gateways";
import { defineJob } from "#platform/module";
import { refundRequested } from "./events.ts";
import { sendRefund } from "./service.refunds.ts";
import { handleWebhook } from "./service.webhooks.ts";

export const jobs = [
  defineJob("payments.handleWebhook", webhookReceived, async (ctx, event) => {
    await handleWebhook(ctx, event.data.hookId as Id<"hook">);
  }),
  defineJob("payments.sendRefund", refundRequested, async (ctx, event) => {
    await sendRefund(ctx, event.data.refundId);
  }),
] as const;
