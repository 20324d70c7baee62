import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { eraseUser, exportUser, isCharged } from "./repository.signups.ts";
import { planRoutes } from "./routes.plans.ts";
import { subscriptionRoutes } from "./routes.subscriptions.ts";
import { entitlementsOfPlan, userFields } from "./service.entitlements.ts";

export { subscriptionMoved } from "./events.ts";
export type { DailyRevenue, MovedRevenue, StandingRevenue, TrialCounts } from "./repository.movements.ts";
export {
  countTrials,
  firstMovement,
  standingRevenue,
  sumDailyMovements,
  sumMovements,
} from "./repository.movements.ts";
export type { Level, LimitName, Limits, Support } from "./rules.plans.ts";
export { startOfNextMonth } from "./rules.plans.ts";
export type { Allowance, Entitlements } from "./service.entitlements.ts";
export { assertAllowance, assertCount, entitlementsOf, planRequired, quotaExceeded } from "./service.entitlements.ts";

const tags = { Billing: "Plans, subscriptions, invoices, and what of a plan is used." } as const;

/** Plans, subscriptions, and what people may use because of them. */
export const billing = {
  name: "billing",
  routes: [...planRoutes, ...subscriptionRoutes],
  tags,
  jobs,
  crons,
  userFields,
  dailyCalls: async (ctx, plan) => (await entitlementsOfPlan(ctx, plan)).limits.apiCallsPerDay,
  readiness,
  exportUser,
  eraseUser: async (ctx, userId) => await Promise.resolve(eraseUser(ctx, userId)),
  eraseBlockers: async (ctx, userId) => ((await isCharged(ctx, userId)) ? ["subscription_open"] : []),
} as const satisfies Module;
