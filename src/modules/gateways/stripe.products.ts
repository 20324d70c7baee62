import type { Ctx } from "#platform/ctx";
import type { Price } from "./gateway.ts";
import { GatewayFailure } from "./gateway.ts";
import { make } from "./stripe.client.ts";
import { productOf, TAX_PRODUCT } from "./stripe.recurring-shapes.ts";
import { anyObject } from "./stripe.shapes.ts";

/** The products that a plan's prices hang on, under ids of our own choosing. */

export interface RecurringPrice {
  readonly currency: string;
  readonly product: string;
  readonly unit_amount: number;
  readonly recurring: { readonly interval: Price["interval"] };
}

/** What a plan costs in each period, as Stripe takes it: the plan, and its tax where there is any. */
export function toItems(price: Price): RecurringPrice[] {
  const common = { currency: price.asset.toLowerCase(), recurring: { interval: price.interval } };
  const plan = { ...common, product: productOf(price), unit_amount: price.net };
  return price.tax === 0 ? [plan] : [plan, { ...common, product: TAX_PRODUCT, unit_amount: price.tax }];
}

/** Puts the products of a price down; those that are there stay as they are. */
export async function ensureProducts(ctx: Ctx, price: Price): Promise<void> {
  await ensureProduct(ctx, productOf(price), price.name);
  if (price.tax !== 0) await ensureProduct(ctx, TAX_PRODUCT, "Tax");
}

async function ensureProduct(ctx: Ctx, id: string, name: string): Promise<void> {
  try {
    await make(ctx, anyObject, {
      key: `product.${id}.${name}`,
      call: async (client, options) => client.products.create({ id, name }, options),
    });
  } catch (error) {
    if (error instanceof GatewayFailure && error.code === "resource_already_exists") return;
    throw error;
  }
}
