import type { Id } from "#kernel/ids";
import { findPerson } from "#modules/identity";
import { taxFor } from "#modules/invoicing";
import type { GatewayName, Price } from "#modules/payments";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import type { Level } from "./rules.plans.ts";
import { planOf, priceOf } from "./rules.plans.ts";
import type { Terms } from "./rules.subscription.ts";
import { listPlans } from "./service.plans.ts";

export type SubscriptionGateway = Extract<GatewayName, "stripe" | "sandbox">;

/** The gateway that subscriptions are taken through where nobody asks for another. */
export function defaultGateway(ctx: Ctx): SubscriptionGateway {
  return ctx.config.development ? "sandbox" : "stripe";
}

export interface Priced extends Terms {
  readonly asset: string;
}

/** What somebody pays for a plan from now on: its present price, and the tax of their country. */
export async function priceFor(ctx: Ctx, userId: Id<"user">, { level, interval, asset }: Priced): Promise<Price> {
  const plan = planOf(await listPlans(ctx), level);
  const price = plan.level === level ? priceOf(plan, interval, asset) : null;
  if (!price) {
    throw problems.planNotSold({
      detail: `GET /api/v1/plans lists what is sold; ${level} by the ${interval} in ${asset} is not.`,
    });
  }
  const person = await findPerson(ctx, userId);
  const lines = await taxFor(ctx, person?.country ?? null, price.amountMinor);
  const tax = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return { plan: level, name: `Bourse ${plan.name}`, interval, net: price.amountMinor, tax, asset };
}

/** The level that somebody means by a plan's level or by its id. */
export async function levelFor(ctx: Ctx, text: string): Promise<Level> {
  const plan = (await listPlans(ctx)).find(({ id, level }) => id === text || level === text);
  if (!plan) throw problems.planNotSold({ detail: "GET /api/v1/plans lists what is sold." });
  return plan.level;
}
