import { z } from "@hono/zod-openapi";
import { createCheckout } from "#modules/payments";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { accountOf } from "#platform/http/access";
import { defineRoute, signedIn } from "#platform/http/route";
import type { Module } from "#platform/module";
import type { Id } from "#kernel/ids";
import { purchase } from "./vendor.ts";

const buy = once(async (ctx: Ctx): Promise<{ checkoutId: string }> => {
  const { checkoutId } = await createCheckout(ctx, purchase("stripe", accountOf(ctx.actor) as Id<"user">));
  await commit(ctx, [], { result: { checkoutId } });
  return { checkoutId };
});

const route = defineRoute(
  { operation: "buyPackage", access: signedIn("probe:write"), limit: "money", idempotency: "required" },
  {
    method: "post",
    path: "/probe/checkout",
    tags: ["Probe"],
    summary: "Buy a package",
    responses: {
      200: {
        description: "The checkout.",
        content: { "application/json": { schema: z.object({ checkoutId: z.string() }) } },
      },
    },
  },
  async (c) => c.json(await buy(c.get("ctx"), undefined), 200),
);

/** A module that sells one package, as academy does. */
export const shop: Module = { name: "shop", routes: [route] };
