import type { Module } from "#platform/module";
import { ENFORCED_BY } from "./rules.ts";
import { enforceRetention } from "./service.ts";

/** How long everything is kept, as one table, and the job that holds to it. */
export const retention = {
  name: "retention",
  required: true,
  crons: [{ name: ENFORCED_BY, schedule: "37 2 * * *", run: enforceRetention }],
} as const satisfies Module;
