import { isSigned, readRazorpayEvent, storeWebhook, webhookProblems } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { readBytes } from "#platform/http/body";
import type { RootRoute } from "#platform/http/root-route";

const BODY_LIMIT_BYTES = 512 * 1024;

async function isSignedByRazorpayx(ctx: Ctx, signature: string, body: Uint8Array): Promise<boolean> {
  for (const secret of ctx.config.payouts.razorpayxSecrets) if (await isSigned(secret, body, signature)) return true;
  return false;
}

/** Where RazorpayX tells of payouts: verified on the bytes as they came, stored once, acknowledged, handled by the queue. */
export const webhookRoutes: readonly RootRoute[] = [
  {
    method: "POST",
    path: "/webhooks/razorpayx",
    limit: "exempt",
    duringMaintenance: true,
    handler: async (c) => {
      const ctx = c.get("ctx");
      const bytes = await readBytes(c.req.raw, BODY_LIMIT_BYTES);
      const signature = c.req.header("X-Razorpay-Signature") ?? "";
      if (!(await isSignedByRazorpayx(ctx, signature, bytes))) throw webhookProblems.signatureInvalid();
      const body = new TextDecoder().decode(bytes);
      const notice = await readRazorpayEvent(ctx, body);
      if (!notice) throw webhookProblems.bodyInvalid();
      await storeWebhook(ctx, "razorpay", { ...notice, body });
      return c.json({ received: true });
    },
  },
];
