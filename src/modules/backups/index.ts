import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { gauges, readiness } from "./readiness.ts";
import { isUnsettled } from "./repository.ts";
import { rootRoutes } from "./routes.root.ts";
import { routes } from "./routes.ts";

/** Copies of the database outside of it, and the way back. */
export const backups = {
  name: "backups",
  required: true,
  routes,
  rootRoutes,
  jobs,
  crons,
  readiness,
  gauges,
  holdsPayouts: isUnsettled,
} as const satisfies Module;
