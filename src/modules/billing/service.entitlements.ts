import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Problem, ProblemOptions } from "#kernel/problem";
import type { Ctx } from "#platform/ctx";
import { accountOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import type { UserFieldsQuery } from "#platform/module";
import { problems } from "./errors.ts";
import type { PersonalStanding } from "./repository.standings.ts";
import { askStandings } from "./repository.standings.ts";
import type { Level, LimitName, Limits, Support } from "./rules.plans.ts";
import { planOf } from "./rules.plans.ts";
import { entitledLevel } from "./rules.subscription.ts";
import { listPlans } from "./service.plans.ts";

/** What somebody may use. */
export interface Entitlements {
  readonly plan: Level;
  readonly planName: string;
  readonly support: Support;
  readonly limits: Limits;
}

/**
 * What somebody may use at this moment. For whoever acts it follows from the plan that the session was let in with, so
 * that nothing is read; for anybody else, as in a job, from the subscription.
 */
export async function entitlementsOf(ctx: Ctx, userId: Id<"user">): Promise<Entitlements> {
  const acting = accountOf(ctx.actor) === userId && "plan" in ctx.actor;
  const { plan } = acting ? ctx.actor : await ctx.composition.userFields(ctx, userId);
  return await entitlementsOfPlan(ctx, plan);
}

/** What a plan allows; one that is not known allows what the free one does. */
export async function entitlementsOfPlan(ctx: Ctx, level: string): Promise<Entitlements> {
  const { level: plan, name, support, limits } = planOf(await listPlans(ctx), level);
  return { plan, planName: name, support, limits };
}

/** The plan of each of some people: what identity tells with every account. */
export const userFields: UserFieldsQuery = {
  ask: askStandings,
  read: (ctx, found) => {
    const standings = found.results as readonly PersonalStanding[];
    return new Map(standings.map(({ userId, ...standing }) => [userId, { plan: entitledLevel(standing, ctx.now()) }]));
  },
};

/** The 402 of a feature or a count that the plan does not hold. */
export function planRequired(options: ProblemOptions & { readonly limit?: LimitName }): Problem {
  const { limit, ...rest } = options;
  return problems.planRequired({ ...rest, extra: { ...rest.extra, ...given({ limit }) } });
}

/** Refuses with 402 unless one more fits into a count of the plan. The commit must hold the same condition. */
export function assertCount({ limits, planName }: Entitlements, limit: LimitName, used: number): void {
  if (used < limits[limit]) return;
  throw planRequired({
    limit,
    detail: `The plan ${planName} holds ${limits[limit]}; free one, or choose a larger plan.`,
  });
}

export interface Allowance {
  readonly limit: LimitName;
  readonly used: number;
  /** When it is whole again. */
  readonly resetsAt: number;
}

/** Refuses with 429 once an allowance that refills is used up. */
export function assertAllowance(ctx: Ctx, entitlements: Entitlements, allowance: Allowance): void {
  if (allowance.used >= entitlements.limits[allowance.limit]) throw quotaExceeded(ctx, entitlements, allowance);
}

/** The 429 of an allowance that is used up until it refills. */
export function quotaExceeded(
  ctx: Ctx,
  { limits, planName }: Entitlements,
  { limit, resetsAt }: Pick<Allowance, "limit" | "resetsAt">,
): Problem {
  return http.quotaExceeded({
    detail: `The plan ${planName} allows ${limits[limit]}, and they are used up until ${new Date(resetsAt).toISOString()}.`,
    retryAfterSeconds: Math.max(1, Math.ceil((resetsAt - ctx.now()) / 1_000)),
    extra: { quota: limit, limit: limits[limit] },
  });
}
