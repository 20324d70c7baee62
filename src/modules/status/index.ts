import type { CronJob, Module } from "#platform/module";
import { defineJob } from "#platform/module";
import { routes } from "./routes.ts";
import { rootRoutes } from "./routes.pages.tsx";
import { runChecks } from "./service.checks.ts";
import { eraseUser, exportUser, tellSubscribers } from "./service.subscribers.ts";
import { incidentUpdated } from "./service.ts";

export { getStatus } from "./service.ts";

const crons: readonly CronJob[] = [{ name: "status.runChecks", schedule: "* * * * *", run: runChecks }];

const jobs = [defineJob("status.tellSubscribers", incidentUpdated, tellSubscribers)] as const;

/** Whether everything works, for everybody to see. */
export const status = {
  name: "status",
  routes,
  rootRoutes,
  tags: { Status: "Whether the product works, and what is being done about it." },
  jobs,
  crons,
  exportUser,
  eraseUser,
} as const satisfies Module;
