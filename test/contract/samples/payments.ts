import type { Id } from "#kernel/ids";
import { createCheckout } from "#modules/payments";
import type { Actor } from "#platform/ctx";
import { anOperator, aUser, freshId } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { hmacHex, open, purchase, RAZORPAY_KEY_SECRET, Vendor } from "../../support/payments/vendor.ts";
import { rows } from "../../support/platform.ts";
import type { Samples } from "./sample.ts";

/** Somebody who has paid in the sandbox. */
async function aPayment(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const { checkoutId, paymentId } = await createCheckout(testCtx(app), {
    provider: "sandbox",
    mode: "payment",
    userId: as.userId,
    purpose: "probe",
    reference: "silver",
    revenue: "revenue:package",
    amount: 299_900,
    tax: 0,
    asset: "INR",
    description: "Silver",
    successPath: "/app",
    cancelPath: "/app",
  });
  await app.call(`POST /sandbox/checkout/${checkoutId}/pay`);
  await app.call("POST /dev/jobs/drain");
  return { as, params: { id: paymentId as Id<"pay"> } };
}

async function anEvent(app: TestApp): Promise<{ id: string }> {
  await aPayment(app);
  const [event] = await rows<{ id: string }>("select id from gateways_webhooks order by id desc limit 1");
  return { id: event?.id ?? "" };
}

async function aDifference(app: TestApp): Promise<{ id: string }> {
  const id = freshId("diff");
  const ctx = testCtx(app);
  await ctx.db.batch([
    ctx.db.sql(
      `insert into payments_differences (id, provider, kind, subject, amount, asset, first_seen_at, last_seen_at)
       values (?, 'stripe', 'payment_unknown', ?, 100, 'USD', 1, 1)`,
      id,
      id,
    ),
  ]);
  return { id };
}

export const payments: Samples = {
  listPayments: async (app) => ({ as: (await aPayment(app)).as, query: "limit=1", status: 200 }),
  getPayment: async (app) => ({ ...(await aPayment(app)), status: 200 }),
  verifyRazorpayPayment: async (app) => {
    const gateway = new Vendor(app, "razorpay");
    const { vendorId: orderId, userId } = await open(gateway, (buyer) => purchase("razorpay", buyer));
    const { id: paymentId } = await gateway.happens("authorize", { orderId });
    const signature = await hmacHex(RAZORPAY_KEY_SECRET, `${orderId}|${paymentId}`);
    return { as: aUser({ userId }), env: gateway.env, json: { orderId, paymentId, signature }, status: 200 };
  },
  getReconciliation: () => ({ status: 200 }),
  requestReconciliation: () => ({ status: 202 }),
  resolveDifference: async (app) => ({
    params: await aDifference(app),
    json: { reason: "Refunded in the gateway's dashboard." },
    status: 200,
  }),
  refundPayment: async (app) => ({
    as: anOperator(),
    params: (await aPayment(app)).params,
    json: { amount: "100.00", reason: "Bought twice." },
    status: 200,
  }),
  listGatewayEvents: async (app) => {
    await anEvent(app);
    return { query: "limit=1", status: 200 };
  },
  getGatewayEvent: async (app) => ({ params: await anEvent(app), status: 200 }),
  replayGatewayEvent: async (app) => ({ params: await anEvent(app), status: 202 }),
};
