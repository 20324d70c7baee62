import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { eraseUser, exportUser } from "./repository.privacy.ts";
import { countUsage } from "./repository.usage.ts";
import { routes } from "./routes.ts";
import { scanRoutes } from "./routes.scans.ts";
import { watchlistRoutes } from "./routes.watchlists.ts";

export type { ScanResult } from "./service.run.ts";
export { runScan } from "./service.run.ts";

const tags = {
  Scanner: "A language for scans; saved scans with their runs, alerts and backtests; watchlists.",
} as const;

/** The stock scanner: run a condition over every symbol, remember what matched, tell of what changed. */
export const scanner = {
  name: "scanner",
  routes: [...routes, ...scanRoutes, ...watchlistRoutes],
  tags,
  jobs,
  crons,
  usage: countUsage,
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve(eraseUser(ctx, userId)),
} as const satisfies Module;
