import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Module } from "#platform/module";
import { crons } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import * as repository from "./repository.webhooks.ts";
import { routes } from "./routes.ts";
import { webhookRoutes } from "./routes.webhooks.ts";
import { sandboxRoutes } from "./routes.sandbox.tsx";

export type * from "./gateway.ts";
export { GATEWAY_NAMES, GatewayFailure } from "./gateway.ts";
export { findGateway, listGateways } from "./gateways.ts";
export type { WebhookRow } from "./repository.webhooks.ts";
export { isOrderPaid, isSigned, readRazorpayEvent } from "./razorpay.webhooks.ts";
export { addIntervals, prorate } from "./rules.proration.ts";
export { receiving } from "./routes.webhooks.ts";
export { findOpenWebhook, settleWebhook, transferTold, webhookReceived } from "./service.webhooks.ts";
export { read as readStripe, write as writeStripe } from "./stripe.client.ts";

async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]> {
  return await Promise.resolve([repository.eraseUser(ctx, userId)]);
}

/** Payment vendors behind one interface, and the inbox of what they tell. */
export const gateways = {
  name: "gateways",
  required: true,
  routes,
  rootRoutes: [...webhookRoutes, ...sandboxRoutes],
  crons,
  readiness,
  gauges: repository.gauges,
  exportUser: repository.exportUser,
  eraseUser,
} as const satisfies Module;
