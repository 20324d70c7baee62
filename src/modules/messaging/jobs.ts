import type { Id } from "#kernel/ids";
import { DAY, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { prune } from "./repository.sending.ts";
import { pageDue, writePage } from "./service.broadcasts.ts";
import { sendMessage } from "./service.send.ts";
import { messageQueued } from "./service.ts";

const MESSAGES_KEPT = 90 * DAY;
const NOTIFICATIONS_KEPT = 365 * DAY;

export const jobs = [
  defineJob("messaging.sendMessage", messageQueued, async (ctx, event) => {
    await sendMessage(ctx, event.data.messageId as Id<"msg">);
  }),
  defineJob("messaging.writeBroadcastPage", pageDue, async (ctx, event) => {
    await writePage(ctx, event.data.broadcastId);
  }),
] as const;

async function pruneOld(ctx: Ctx): Promise<void> {
  const messages = ctx.now() - MESSAGES_KEPT;
  const notifications = ctx.now() - NOTIFICATIONS_KEPT;
  await commit(ctx, prune(ctx, { messages, notifications, spending: toDate(messages) }));
}

export const crons: readonly CronJob[] = [{ name: "messaging.prune", schedule: "41 3 * * *", run: pruneOld }];
