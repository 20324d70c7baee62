import { DAY, toDate } from "#kernel/time";
import { sessionEnded, userStatusChanged } from "#modules/identity";
import { commit } from "#platform/commit";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { pruneAnswers } from "./repository.answers.ts";
import { pruneConnections } from "./repository.ts";
import { expireTurns, pruneUsage } from "./repository.usage.ts";
import { closeSockets, conversationDeleted, eraseConversation } from "./service.ts";

export const jobs = [
  defineJob("assistant.closeSockets", sessionEnded, async (ctx, { data }) => {
    await closeSockets(ctx, data);
  }),
  defineJob("assistant.closeSuspended", userStatusChanged, async (ctx, { data }) => {
    if (data.status === "suspended") await closeSockets(ctx, { userId: data.userId, sessionId: null, except: null });
  }),
  defineJob("assistant.eraseConversation", conversationDeleted, async (ctx, { data }) => {
    await eraseConversation(ctx, data.conversationId);
  }),
] as const;

const DAYS_KEPT = 92 * DAY;
const MONTHS_KEPT = 2 * 366 * DAY;

export const crons: readonly CronJob[] = [
  {
    name: "assistant.expireTurns",
    schedule: "* * * * *",
    run: async (ctx) => {
      await commit(ctx, expireTurns(ctx));
    },
  },
  {
    name: "assistant.prune",
    schedule: "23 3 * * *",
    run: async (ctx, slot) => {
      const before = { day: toDate(slot - DAYS_KEPT), month: toDate(slot - MONTHS_KEPT).slice(0, 7) };
      await commit(ctx, [...pruneConnections(ctx, slot - DAY), pruneAnswers(ctx), ...pruneUsage(ctx, before)]);
    },
  },
];
