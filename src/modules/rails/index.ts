import type { Module } from "#platform/module";
import { readiness } from "./readiness.ts";
import { webhookRoutes } from "./routes.webhooks.ts";

export type { Rail, RailName, RailPayout, RailRequest, RailState } from "./rail.ts";
export { findRail, listRails, railFor } from "./rails.ts";
export { compare, MEANINGS } from "./rules.ts";

/** Roads to people's banks behind one interface: RazorpayX by its API, Stripe by transfers to connected accounts. */
export const rails = { name: "rails", rootRoutes: webhookRoutes, readiness } as const satisfies Module;
