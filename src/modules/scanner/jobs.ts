import type { Id } from "#kernel/ids";
import { barsLoaded } from "#modules/market";
import type { CronJob } from "#platform/module";
import { defineJob } from "#platform/module";
import { finishRun, queueDailyScans, queueDueScans, runQueued } from "./service.runs.ts";

export const jobs = [
  defineJob("scanner.queueDailyScans", barsLoaded, async (ctx) => {
    await queueDailyScans(ctx, false);
  }),
  defineJob("scanner.finishRun", runQueued, async (ctx, event) => {
    await finishRun(ctx, event.data.runId as Id<"run">);
  }),
] as const;

export const crons: readonly CronJob[] = [
  { name: "scanner.queueDueScans", schedule: "* * * * *", run: queueDueScans },
  {
    // Makes up for evenings on which an exchange's bars were late, and for scans that were saved after the close.
    name: "scanner.queueMissedScans",
    schedule: "7 * * * *",
    run: async (ctx) => {
      await queueDailyScans(ctx, true);
    },
  },
];
