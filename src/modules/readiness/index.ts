import type { Module } from "#platform/module";
import { routes } from "./routes.ts";
import { watchReadiness } from "./service.ts";

/** Whether the place is ready for customers, and whether it still is. */
export const readiness = {
  name: "readiness",
  required: true,
  routes,
  crons: [{ name: "readiness.watch", schedule: "17 6 * * *", run: watchReadiness }],
} as const satisfies Module;
