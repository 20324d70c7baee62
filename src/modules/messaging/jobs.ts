import type { Id } from "#kernel/ids";
import { defineJob } from "#platform/module";
import { pageDue, writePage } from "./service.broadcasts.ts";
import { sendMessage } from "./service.send.ts";
import { messageQueued } from "./service.ts";

export const jobs = [
  defineJob("messaging.sendMessage", messageQueued, async (ctx, event) => {
    await sendMessage(ctx, event.data.messageId as Id<"msg">);
  }),
  defineJob("messaging.writeBroadcastPage", pageDue, async (ctx, event) => {
    await writePage(ctx, event.data.broadcastId);
  }),
] as const;
