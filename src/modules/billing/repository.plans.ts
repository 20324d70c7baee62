import { and, asc, desc, eq, lt } from "drizzle-orm";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Plan } from "./rules.plans.ts";
import { plans, planVersions } from "./tables.ts";

export type PlanVersion = typeof planVersions.$inferSelect;

/** All plans, the smallest first. */
export async function listPlans(ctx: Ctx): Promise<Plan[]> {
  return await ctx.db.read.select().from(plans).orderBy(asc(plans.rank));
}

export async function findPlan(ctx: Ctx, id: string): Promise<Plan | null> {
  const [plan] = await ctx.db.primary.select().from(plans).where(eq(plans.id, id)).limit(1);
  return plan ?? null;
}

export async function listVersions(ctx: Ctx, planId: string, page: PageRequest): Promise<PlanVersion[]> {
  const before = page.after === null ? undefined : lt(planVersions.version, Number(page.after));
  return await ctx.db.read
    .select()
    .from(planVersions)
    .where(and(eq(planVersions.planId, planId), before))
    .orderBy(desc(planVersions.version))
    .limit(page.limit + 1);
}

/** Puts the next version of a plan in force; refused as `billing_plan_changed` when another came between. */
export function updatePlan(ctx: Ctx, plan: Plan, changedBy: string): Statement[] {
  const { id, version, name, support, limits, prices, updatedAt } = plan;
  const query = ctx.db.primary
    .update(plans)
    .set({ version, name, support, limits, prices, updatedAt })
    .where(and(eq(plans.id, id), eq(plans.version, version - 1)));
  const kept = { planId: id, version, name, support, limits, prices, changedBy, at: updatedAt };
  return [
    ctx.db.statement(query),
    expectChange(ctx, "billing_plan_changed"),
    ctx.db.statement(ctx.db.primary.insert(planVersions).values(kept)),
  ];
}
