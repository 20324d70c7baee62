import type { Id } from "#kernel/ids";
import { transferTold } from "#modules/gateways";
import { userErased } from "#modules/identity";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { scheduleDue, sendingIntended } from "./events.ts";
import { forgetAtRails } from "./service.bank-accounts.ts";
import { sendApproved } from "./service.batches.ts";
import { reconcile } from "./service.reconciliation.ts";
import { requestScheduled, runSchedules } from "./service.schedules.ts";
import { handleNotice, send } from "./service.sending.ts";

export const jobs = [
  defineJob("payouts.send", sendingIntended, async (ctx, { data }) => {
    await send(ctx, data.payoutId as Id<"payout">);
  }),
  defineJob("payouts.handleNotice", transferTold, async (ctx, { data }) => {
    await handleNotice(ctx, data.hookId as Id<"hook">);
  }),
  defineJob("payouts.requestScheduled", scheduleDue, async (ctx, { data }) => {
    await requestScheduled(ctx, data.userId);
  }),
  defineJob("payouts.forgetAtRails", userErased, async (ctx, { data }) => {
    await forgetAtRails(ctx, data.userId);
  }),
] as const;

export const crons: readonly CronJob[] = [
  { name: "payouts.sendApproved", schedule: "* * * * *", run: sendApproved },
  { name: "payouts.runSchedules", schedule: "5 * * * *", run: runSchedules },
  { name: "payouts.reconcile", schedule: "*/15 * * * *", run: reconcile },
];
