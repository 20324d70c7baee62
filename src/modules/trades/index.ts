import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { gauges, readiness } from "./readiness.ts";
import { disputeRoutes } from "./routes.disputes.ts";
import { recordRoutes } from "./routes.records.ts";
import { rootRoutes } from "./routes.root.ts";
import { routes } from "./routes.ts";
import { eraseBlockers, eraseUser, exportUser } from "./service.privacy.ts";

export { tradeMoved } from "./events.ts";
export type { Trade } from "./repository.trades.ts";
export { findTrade, snapshotOf } from "./repository.trades.ts";
export { sideOf } from "./rules.ts";
export { frameInvalid, greet, isWelcome, say, stateFrames } from "./service.live.ts";
export { writeStep } from "./service.steps.ts";
export { clocksStand } from "./service.timers.ts";

const tags = { Trades: "Trades between two people, with the asset in escrow until both are served." } as const;

/** Trades in escrow, and their disputes. */
export const trades = {
  name: "trades",
  routes: [...routes, ...recordRoutes, ...disputeRoutes],
  rootRoutes,
  tags,
  jobs,
  crons,
  readiness,
  gauges,
  exportUser,
  eraseUser,
  eraseBlockers,
} as const satisfies Module;
