import { sessionEnded, userStatusChanged } from "#modules/identity";
import { commit } from "#platform/commit";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { expireTurns } from "./repository.usage.ts";
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

export const crons: readonly CronJob[] = [
  {
    name: "assistant.expireTurns",
    schedule: "* * * * *",
    run: async (ctx) => {
      await commit(ctx, expireTurns(ctx));
    },
  },
];
