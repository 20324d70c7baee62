import type { CronJob } from "#platform/module";
import { expireDue } from "./service.ts";

export const crons: readonly CronJob[] = [
  {
    name: "ledger.expireDue",
    schedule: "* * * * *",
    run: async (ctx) => {
      await expireDue(ctx);
    },
  },
];
