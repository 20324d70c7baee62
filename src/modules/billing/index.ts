import type { Module } from "#platform/module";
import { planRoutes } from "./routes.plans.ts";
import { entitlementsOfPlan, userFields } from "./service.entitlements.ts";

export type { Level, LimitName, Limits, Support } from "./rules.plans.ts";
export { startOfNextMonth } from "./rules.plans.ts";
export type { Allowance, Entitlements } from "./service.entitlements.ts";
export { assertAllowance, assertCount, entitlementsOf, planRequired, quotaExceeded } from "./service.entitlements.ts";

const tags = { Billing: "Plans, what they allow, and what of it is used." } as const;

/** Plans, subscriptions, and what people may use because of them. */
export const billing = {
  name: "billing",
  routes: planRoutes,
  tags,
  userFields,
  dailyCalls: async (ctx, plan) => (await entitlementsOfPlan(ctx, plan)).limits.apiCallsPerDay,
} as const satisfies Module;
