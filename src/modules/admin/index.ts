import type { Module } from "#platform/module";
import { routes } from "./routes.ts";
import { activeMaintenance, isEnabled } from "./service.ts";

/** Operators' views and verbs. Stands on every other module; none stands on it. */
export const admin = {
  name: "admin",
  required: true,
  routes,
  tags: { Administration: "What operators see and do." },
  maintenance: activeMaintenance,
  isEnabled,
} as const satisfies Module;
