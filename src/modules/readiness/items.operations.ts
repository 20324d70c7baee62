import { MINUTE, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import type { Vitals } from "./repository.ts";
import { readVitals } from "./repository.ts";

/** What the running system says: its database, its queue, its clock. */

const OVERDUE_MS = 10 * MINUTE;
const SILENT_MS = 5 * MINUTE;
const GIB = 1_073_741_824;
const D1_LIMIT = 10 * GIB;

export async function operationsItems(ctx: Ctx): Promise<ReadinessItem[]> {
  const vitals = await readVitals(ctx, ctx.now() - OVERDUE_MS);
  const maintenance = await ctx.composition.maintenance(ctx);
  return [
    ...dataItems(ctx, vitals),
    ...workItems(vitals),
    {
      id: "operations.cron",
      group: "operations",
      title: "Cron runs",
      ...cron(ctx, vitals),
      fix: "See the Worker's cron triggers in the dashboard, and errors of the named jobs in the log.",
    },
    {
      id: "operations.maintenance",
      group: "operations",
      title: "The product is open",
      status: maintenance ? "warn" : "pass",
      evidence: maintenance ? `Maintenance: ${maintenance.message}` : "Maintenance is off.",
      fix: "PUT /api/v1/admin/maintenance switches it off.",
    },
  ];
}

function dataItems({ config }: Ctx, vitals: Vitals): ReadinessItem[] {
  const { migration } = config.launch;
  const share = vitals.bytes / D1_LIMIT;
  return [
    {
      id: "data.migrations",
      group: "data",
      title: "The database has every migration that the code was shipped with",
      status: migration === null ? "warn" : vitals.migration === migration ? "pass" : "fail",
      evidence: `The database is at ${vitals.migration ?? "none"}, the code at ${migration ?? "an unknown one"}.`,
      fix: "`npx wrangler d1 migrations apply DB --remote --env production`; a deploy does so first.",
    },
    {
      id: "data.size",
      group: "data",
      title: "The database is far from its limit",
      status: share >= 0.9 ? "fail" : share >= 0.7 ? "warn" : "pass",
      evidence: `${(vitals.bytes / GIB).toFixed(3)} GiB of 10.`,
      fix: "docs/scale.md says what can be moved out; plan it at 7 GiB.",
    },
  ];
}

function workItems(vitals: Vitals): ReadinessItem[] {
  return [
    {
      id: "operations.deadLetters",
      group: "operations",
      title: "There are no dead letters",
      status: vitals.dead === 0 ? "pass" : "fail",
      evidence: `${vitals.dead} dead letters.`,
      fix: "GET /api/v1/admin/jobs names their cause; POST …/{id}/retry when it is gone.",
    },
    {
      id: "operations.queue",
      group: "operations",
      title: "The queue is drained",
      status: vitals.oldestOverdue === null ? "pass" : "fail",
      evidence:
        vitals.oldestOverdue === null
          ? "Nothing is overdue by ten minutes."
          : `The oldest delivery was due at ${toTimestamp(vitals.oldestOverdue)}.`,
      fix: "See whether the queue's consumer runs: `npx wrangler tail --env production`, and the queue's page in the dashboard.",
    },
  ];
}

function cron(ctx: Ctx, { lastSweep, unfinishedCrons }: Vitals): Pick<ReadinessItem, "status" | "evidence"> {
  const silent = lastSweep === null || lastSweep < ctx.now() - SILENT_MS;
  const last = lastSweep === null ? "never" : `at ${toTimestamp(lastSweep)}`;
  const young = lastSweep === null && ctx.config.development;
  return {
    status: unfinishedCrons > 0 || (silent && !young) ? "fail" : young ? "warn" : "pass",
    evidence: `The sweeper ran last ${last}; ${unfinishedCrons} runs were given up.`,
  };
}
