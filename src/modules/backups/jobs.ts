import { withoutClaim } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { verifyBackup, mend } from "./service.restoring.ts";
import { backupRequested, findNewest, prune, takeDaily, verificationRequested } from "./service.ts";
import { advance } from "./service.writing.ts";

export const jobs = [
  defineJob("backups.write", backupRequested, async (ctx) => {
    await advance(withoutClaim(ctx));
  }),
  defineJob("backups.verify", verificationRequested, async (ctx, event) => {
    await verifyBackup(ctx, event.data.backupId);
  }),
] as const;

export const crons: readonly CronJob[] = [
  { name: "backups.mend", schedule: "* * * * *", run: mend },
  { name: "backups.takeDaily", schedule: "13 1 * * *", run: takeDaily },
  { name: "backups.advance", schedule: "* * * * *", run: async (ctx) => await advance(ctx) },
  { name: "backups.prune", schedule: "53 3 * * *", run: prune },
  {
    name: "backups.verifyWeekly",
    schedule: "33 4 * * 0",
    run: async (ctx) => {
      const { newest } = await findNewest(ctx);
      if (newest) await verifyBackup(ctx, newest.id);
    },
  },
];
