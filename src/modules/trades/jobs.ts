import { sessionEnded, userStatusChanged } from "#modules/identity";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { disputeAssigned, tradeMoved } from "./events.ts";
import { escalateDisputes } from "./service.disputes.ts";
import { deleteOldEvidence } from "./service.evidence.ts";
import { tellAssigned, tellParties } from "./service.notices.ts";
import { closeSockets } from "./service.sockets.ts";
import { sweepTrades } from "./service.timers.ts";

export const jobs = [
  defineJob("trades.tellParties", tradeMoved, async (ctx, { data }) => await tellParties(ctx, data)),
  defineJob("trades.tellAssigned", disputeAssigned, async (ctx, { data }) => await tellAssigned(ctx, data)),
  defineJob("trades.closeSockets", sessionEnded, async (ctx, { data }) => await closeSockets(ctx, data)),
  defineJob("trades.closeSuspended", userStatusChanged, async (ctx, { data }) => {
    if (data.status === "suspended") await closeSockets(ctx, { userId: data.userId, sessionId: null, except: null });
  }),
] as const;

export const crons: readonly CronJob[] = [
  { name: "trades.sweep", schedule: "* * * * *", run: sweepTrades },
  { name: "trades.escalateDisputes", schedule: "*/10 * * * *", run: escalateDisputes },
  { name: "trades.deleteOldEvidence", schedule: "47 3 * * *", run: deleteOldEvidence },
];
