import { isOrderPaid } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { carryOut } from "./effects.ts";
import { problems } from "./errors.ts";
import * as repository from "./repository.ts";
import type { Payment } from "./service.ts";
import { describe, getRow } from "./service.ts";
import { paymentEffects } from "./service.captures.ts";
import { asking, gatewayFor } from "./service.customers.ts";

export interface VerifyPayment {
  readonly orderId: string;
  readonly paymentId: string;
  readonly signature: string;
}

/** What Razorpay has told the customer's browser: another road to the same capture that its webhook brings about. */
export async function verifyRazorpayPayment(ctx: Ctx, input: VerifyPayment): Promise<Payment> {
  const gateway = gatewayFor(ctx, "razorpay");
  const checkout = await repository.findCheckout(ctx, "razorpay", input.orderId);
  if (!checkout?.paymentId || checkout.vendorId === null || checkout.userId !== customerOf(ctx))
    throw problems.orderNotFound();
  if (!(await isOrderPaid(ctx, { ...input, orderId: checkout.vendorId }))) throw problems.signatureInvalid();
  await carryOut(ctx, async () => await asking(paymentEffects(ctx, gateway, input.paymentId)));
  return await describe(ctx, await getRow(ctx, checkout.paymentId));
}
