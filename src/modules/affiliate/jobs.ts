import { userRegistered } from "#modules/identity";
import { packagePurchased } from "#modules/packages";
import { disputeClosed, paymentCaptured, paymentRefunded } from "#modules/payments";
import { bankAccountChanged } from "#modules/payouts";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { grant, releaseDue, takeBack, takeBackDisputed } from "./service.commissions.ts";
import { checkBankAccount, noteMethod } from "./service.fraud.ts";
import { enrol } from "./service.members.ts";

export const jobs = [
  defineJob("affiliate.enrol", userRegistered, async (ctx, { data }) => {
    await enrol(ctx, data);
  }),
  defineJob("affiliate.grant", packagePurchased, async (ctx, { data }) => {
    await grant(ctx, data);
  }),
  defineJob("affiliate.takeBack", paymentRefunded, async (ctx, { data }) => {
    await takeBack(ctx, data);
  }),
  defineJob("affiliate.takeBackDisputed", disputeClosed, async (ctx, { data }) => {
    if (data.outcome === "lost") await takeBackDisputed(ctx, data);
  }),
  defineJob("affiliate.noteMethod", paymentCaptured, async (ctx, { data }) => {
    if (data.methodKey !== null) await noteMethod(ctx, data.userId, data.methodKey);
  }),
  defineJob("affiliate.checkBankAccount", bankAccountChanged, async (ctx, { data }) => {
    await checkBankAccount(ctx, data.userId);
  }),
] as const;

export const crons: readonly CronJob[] = [{ name: "affiliate.release", schedule: "* * * * *", run: releaseDue }];
