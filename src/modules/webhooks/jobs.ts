import type { Id } from "#kernel/ids";
import { defineJob } from "#platform/module";
import { deliveryDue } from "./service.deliveries.ts";
import { sendDelivery } from "./service.send.ts";

export const jobs = [
  defineJob("webhooks.send", deliveryDue, async (ctx, event) => {
    await sendDelivery(ctx, event.data.deliveryId as Id<"delivery">);
  }),
] as const;
