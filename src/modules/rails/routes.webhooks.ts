import { isSigned, readRazorpayEvent, receiving } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";

async function isSignedByRazorpayx(ctx: Ctx, signature: string, body: Uint8Array): Promise<boolean> {
  for (const secret of ctx.config.payouts.razorpayxSecrets) if (await isSigned(secret, body, signature)) return true;
  return false;
}

/** Where RazorpayX tells of payouts. */
export const webhookRoutes = [
  receiving({
    path: "razorpayx",
    provider: "razorpay",
    header: "X-Razorpay-Signature",
    isSigned: isSignedByRazorpayx,
    read: readRazorpayEvent,
  }),
];
