import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { exportRequested, mailRequested, registrationRequested } from "./events.ts";
import { pruneCounters } from "./repository.counters.ts";
import { pruneSecurityEvents } from "./repository.events.ts";
import { pruneRegistrations } from "./repository.registrations.ts";
import { pruneDevices, pruneSessions } from "./repository.sessions.ts";
import { answerMailRequest } from "./service.mails.ts";
import { buildExport, eraseDue, pruneExports, reapplyErasures } from "./service.privacy.ts";
import { answerRegistration } from "./service.registration.ts";
import { tellBesieged } from "./service.sieges.ts";
import { rotateKeys } from "./signing-keys.ts";

export const jobs = [
  defineJob("identity.answerRegistration", registrationRequested, async (ctx, event) => {
    await answerRegistration(ctx, event.data.registrationId as Id<"reg">);
  }),
  defineJob("identity.answerMailRequest", mailRequested, async (ctx, event) => {
    await answerMailRequest(ctx, event.data.requestId as Id<"reg">);
  }),
  defineJob("identity.buildExport", exportRequested, async (ctx, event) => {
    await buildExport(ctx, event.data.exportId as Id<"file">);
  }),
] as const;

const SESSIONS_KEPT = 30 * DAY;
const DEVICES_KEPT = 400 * DAY;
const COUNTERS_KEPT = 7 * DAY;
const EVENTS_KEPT = 400 * DAY;

export const crons: readonly CronJob[] = [
  { name: "identity.tellBesieged", schedule: "* * * * *", run: tellBesieged },
  { name: "identity.eraseDue", schedule: "11 * * * *", run: eraseDue },
  { name: "identity.reapplyErasures", schedule: "41 2 * * *", run: reapplyErasures },
  { name: "identity.pruneExports", schedule: "31 * * * *", run: pruneExports },
  { name: "identity.rotateKeys", schedule: "7 3 * * *", run: rotateKeys },
  {
    name: "identity.prune",
    schedule: "23 * * * *",
    run: async (ctx) => {
      const now = ctx.now();
      await commit(ctx, [
        ...pruneRegistrations(ctx),
        pruneSessions(ctx, now - SESSIONS_KEPT),
        pruneDevices(ctx, now - DEVICES_KEPT),
        pruneCounters(ctx, now - COUNTERS_KEPT),
        pruneSecurityEvents(ctx, now - EVENTS_KEPT),
      ]);
    },
  },
];
