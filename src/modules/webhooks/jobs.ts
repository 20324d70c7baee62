import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { prune } from "./repository.ts";
import { KEPT_MS } from "./rules.ts";
import { deliveryDue } from "./service.deliveries.ts";
import { sendDelivery } from "./service.send.ts";

export const jobs = [
  defineJob("webhooks.send", deliveryDue, async (ctx, event) => {
    await sendDelivery(ctx, event.data.deliveryId as Id<"delivery">);
  }),
] as const;

export const crons: readonly CronJob[] = [
  {
    name: "webhooks.prune",
    schedule: "53 3 * * *",
    run: async (ctx) => {
      await commit(ctx, prune(ctx, ctx.now() - KEPT_MS));
    },
  },
];
