import type { CronJob } from "#platform/module";
import { archiveNextMonth } from "./service.archives.ts";
import { auditSlices } from "./service.audit.ts";
import { sealDays } from "./service.digests.ts";
import { expireDue } from "./service.ts";

export const crons: readonly CronJob[] = [
  {
    name: "ledger.expireDue",
    schedule: "* * * * *",
    run: async (ctx) => {
      await expireDue(ctx);
    },
  },
  {
    name: "ledger.audit",
    schedule: "7 * * * *",
    run: async (ctx) => {
      await auditSlices(ctx);
    },
  },
  {
    name: "ledger.sealDays",
    schedule: "23 0 * * *",
    run: async (ctx) => {
      await sealDays(ctx);
    },
  },
  {
    name: "ledger.archiveMonth",
    schedule: "41 1 2 * *",
    run: async (ctx) => {
      await archiveNextMonth(ctx);
    },
  },
];
