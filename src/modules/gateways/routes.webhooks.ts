import { readBytes } from "#platform/http/body";
import type { Ctx } from "#platform/ctx";
import type { RootRoute } from "#platform/http/root-route";
import { problems } from "./errors.ts";
import type { GatewayName, Notice } from "./gateway.ts";
import { isSignedByRazorpay, readRazorpayEvent } from "./razorpay.webhooks.ts";
import { storeInTime } from "./service.webhooks.ts";
import { isSignedByStripe, readStripeEvent } from "./stripe.webhooks.ts";

const BODY_LIMIT_BYTES = 512 * 1024;

export interface Sender {
  /** Behind `/webhooks/`. */
  readonly path: string;
  readonly provider: GatewayName;
  readonly header: string;
  readonly isSigned: (ctx: Ctx, signature: string, body: Uint8Array) => Promise<boolean>;
  readonly read: (ctx: Ctx, text: string) => Notice | null | Promise<Notice | null>;
}

/** Where a vendor tells that something has changed: verified on the bytes as they came, stored, acknowledged. */
export function receiving({ path, provider, header, isSigned, read }: Sender): RootRoute {
  return {
    method: "POST",
    path: `/webhooks/${path}`,
    limit: "exempt",
    duringMaintenance: true,
    handler: async (c) => {
      const ctx = c.get("ctx");
      const bytes = await readBytes(c.req.raw, BODY_LIMIT_BYTES);
      if (!(await isSigned(ctx, c.req.header(header) ?? "", bytes))) throw problems.signatureInvalid();
      const body = new TextDecoder().decode(bytes);
      const notice = await read(ctx, body);
      if (!notice) throw problems.bodyInvalid();
      await storeInTime(ctx, provider, { ...notice, body });
      return c.json({ received: true });
    },
  };
}

export const webhookRoutes: readonly RootRoute[] = [
  receiving({
    path: "stripe",
    provider: "stripe",
    header: "Stripe-Signature",
    isSigned: isSignedByStripe,
    read: readStripeEvent,
  }),
  receiving({
    path: "razorpay",
    provider: "razorpay",
    header: "X-Razorpay-Signature",
    isSigned: isSignedByRazorpay,
    read: readRazorpayEvent,
  }),
];
