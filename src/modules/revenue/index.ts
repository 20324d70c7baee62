import type { CronJob, Module } from "#platform/module";
import { exportUser } from "./repository.ts";
import { routes } from "./routes.ts";
import { takeSnapshots } from "./service.ts";

export { presentRevenue } from "./schemas.ts";
export { getRevenue, listChurn } from "./service.ts";

const crons: readonly CronJob[] = [{ name: "revenue.takeSnapshots", schedule: "7 0 * * *", run: takeSnapshots }];

/** What the business earns: figures from what billing has moved, kept day by day. */
export const revenue = { name: "revenue", routes, crons, exportUser } as const satisfies Module;
