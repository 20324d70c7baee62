import type { CronJob, Module } from "#platform/module";
import { reportRoutes } from "./routes.reports.ts";
import { routes } from "./routes.ts";
import { mailReport } from "./service.reports.ts";
import { activeMaintenance, isEnabled } from "./service.ts";

const crons: readonly CronJob[] = [{ name: "admin.mailReport", schedule: "30 6 1 * *", run: mailReport }];

/** Operators' views and verbs. Stands on every other module; none stands on it. */
export const admin = {
  name: "admin",
  required: true,
  routes: [...routes, ...reportRoutes],
  crons,
  tags: { Administration: "What operators see and do." },
  maintenance: activeMaintenance,
  isEnabled,
} as const satisfies Module;
