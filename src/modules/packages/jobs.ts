import type { Id } from "#kernel/ids";
import { disputeClosed, paymentCaptured, paymentRefunded } from "#modules/payments";
import { defineJob } from "#platform/module";
import { packageUnneeded } from "./events.ts";
import { closeDisputed, closePurchase, openPurchase, refundUnneeded } from "./service.purchases.ts";

export const jobs = [
  defineJob("packages.openPurchase", paymentCaptured, async (ctx, { data }) => {
    await openPurchase(ctx, data);
  }),
  defineJob("packages.closePurchase", paymentRefunded, async (ctx, { data }) => {
    await closePurchase(ctx, data);
  }),
  defineJob("packages.closeDisputed", disputeClosed, async (ctx, { data }) => {
    if (data.outcome === "lost") await closeDisputed(ctx, data);
  }),
  defineJob("packages.refundUnneeded", packageUnneeded, async (ctx, { data }) => {
    await refundUnneeded(ctx, data.paymentId as Id<"pay">, data.reason);
  }),
] as const;
