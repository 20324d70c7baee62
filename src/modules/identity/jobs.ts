import type { Id } from "#kernel/ids";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { exportRequested, mailRequested, registrationRequested } from "./events.ts";
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

export const crons: readonly CronJob[] = [
  { name: "identity.tellBesieged", schedule: "* * * * *", run: tellBesieged },
  { name: "identity.eraseDue", schedule: "11 * * * *", run: eraseDue },
  { name: "identity.reapplyErasures", schedule: "41 2 * * *", run: reapplyErasures },
  { name: "identity.pruneExports", schedule: "31 * * * *", run: pruneExports },
  { name: "identity.rotateKeys", schedule: "7 3 * * *", run: rotateKeys },
];
