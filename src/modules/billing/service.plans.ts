import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { SECOND } from "#kernel/time";
import { commit, describeActor } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { forgetCatalogues } from "#platform/http/catalogue";
import { remember } from "#platform/memory";
import { problems } from "./errors.ts";
import type { PlanVersion } from "./repository.plans.ts";
import * as repository from "./repository.plans.ts";
import type { Plan } from "./rules.plans.ts";
import type { Ranks } from "./rules.subscription.ts";

/** How long an isolate goes by the plans that it has read: the longest that a new limit takes to reach everywhere. */
const MEMORY_MS = 30 * SECOND;

const remembered = remember(MEMORY_MS, repository.listPlans);

/** All plans, the smallest first; from memory where it has them. */
export async function listPlans(ctx: Ctx): Promise<readonly Plan[]> {
  return await remembered.get(ctx);
}

/** The rank of each plan. */
export async function ranks(ctx: Ctx): Promise<Ranks> {
  const byLevel = Object.fromEntries((await listPlans(ctx)).map(({ level, rank }) => [level, rank]));
  return { free: 0, basic: 0, pro: 0, enterprise: 0, ...byLevel };
}

export async function getPlan(ctx: Ctx, id: Id<"plan">): Promise<Plan> {
  const plan = await repository.findPlan(ctx, id);
  if (!plan) throw problems.planNotFound({ detail: "GET /api/v1/plans lists all of them." });
  return plan;
}

export interface UpdatePlan extends Partial<Pick<Plan, "name" | "support" | "prices">> {
  readonly id: Id<"plan">;
  readonly limits?: Partial<Plan["limits"]>;
}

/** Changes a plan for everybody who has it. A price changes for new customers alone. */
export async function updatePlan(ctx: Ctx, { id, limits, ...changes }: UpdatePlan): Promise<Plan> {
  const before = await getPlan(ctx, id);
  const plan: Plan = {
    ...before,
    ...changes,
    limits: { ...before.limits, ...limits },
    version: before.version + 1,
    updatedAt: ctx.now(),
  };
  await commit(ctx, repository.updatePlan(ctx, plan, describeActor(ctx).actor), {
    audit: { action: "plan.updated", target: id, before, after: plan },
    result: plan,
    refusals: { billing_plan_changed: () => problems.planChanged({ detail: "Read it again and repeat your change." }) },
  });
  remembered.forget();
  forgetCatalogues();
  return plan;
}

/** Every version that a plan has had, newest first. */
export async function listVersions(ctx: Ctx, id: Id<"plan">, page: PageRequest): Promise<Page<PlanVersion>> {
  await getPlan(ctx, id);
  return toPage(await repository.listVersions(ctx, id, page), page, ({ version }) => String(version));
}
