import { HOUR } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { countSilent } from "./repository.signups.ts";
import { listPlans } from "./service.plans.ts";

/** Whether plans can be bought, and whether subscriptions are in step with their gateways. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [plans, { silent, unanswered }] = await Promise.all([listPlans(ctx), countSilent(ctx, ctx.now() - 2 * HOUR)]);
  const unpriced = plans.filter(({ rank, prices }) => rank > 0 && prices.length === 0);
  return [
    {
      id: "billing.plans",
      group: "payments",
      title: "Every plan has a price",
      status: unpriced.length === 0 ? "pass" : "warn",
      evidence: `${plans.length} plans, ${unpriced.length} without a price.`,
      fix: "PATCH /api/v1/admin/plans/{id} sets prices.",
    },
    {
      id: "billing.step",
      group: "payments",
      title: "Subscriptions are in step with their gateways",
      status: silent + unanswered === 0 ? "pass" : "fail",
      evidence: `${silent} past their period without news for two hours, ${unanswered} calls without an answer.`,
      fix: "See whether webhooks arrive (GET /api/v1/admin/gateway-events) and whether billing.catchUp runs and reaches the gateway.",
    },
  ];
}
