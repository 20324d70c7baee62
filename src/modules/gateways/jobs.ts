import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { CronJob } from "#platform/module";
import { forgetBodies } from "./repository.webhooks.ts";
import { advanceSandbox } from "./service.sandbox.ts";

const BODIES_KEPT = 90 * DAY;

export const crons: readonly CronJob[] = [
  {
    name: "gateways.advanceSandbox",
    schedule: "* * * * *",
    run: async (ctx) => {
      if (ctx.config.development) await advanceSandbox(ctx);
    },
  },
  {
    name: "gateways.forgetBodies",
    schedule: "23 4 * * *",
    run: async (ctx) => {
      await commit(ctx, [forgetBodies(ctx, ctx.now() - BODIES_KEPT)]);
    },
  },
];
