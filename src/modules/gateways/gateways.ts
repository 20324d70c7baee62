import type { Ctx } from "#platform/ctx";
import type { Gateway, GatewayName } from "./gateway.ts";
import { razorpayGateway } from "./gateway.razorpay.ts";
import { stripeGateway } from "./gateway.stripe.ts";
import { sandboxGateway } from "./gateway.sandbox.ts";

/** The gateway of a name; null where this installation has not set it up. The sandbox is development's alone. */
export function findGateway(ctx: Ctx, name: GatewayName): Gateway | null {
  const { config } = ctx;
  if (name === "sandbox") return config.development ? sandboxGateway : null;
  if (name === "stripe") return config.payments.stripe === null ? null : stripeGateway;
  return config.payments.razorpay === null ? null : razorpayGateway;
}

/** Every gateway that this installation has set up. */
export function listGateways(ctx: Ctx): Gateway[] {
  return (["stripe", "razorpay", "sandbox"] as const).flatMap((name) => findGateway(ctx, name) ?? []);
}
