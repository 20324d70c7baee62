import type { Id } from "#kernel/ids";
import { defineJob } from "#platform/module";
import { messageQueued } from "./service.ts";
import { sendMessage } from "./service.send.ts";

export const jobs = [
  defineJob("messaging.sendMessage", messageQueued, async (ctx, event) => {
    await sendMessage(ctx, event.data.messageId as Id<"msg">);
  }),
] as const;
