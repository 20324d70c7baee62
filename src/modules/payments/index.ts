import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import * as privacy from "./repository.privacy.ts";
import { reconciliationRoutes } from "./routes.reconciliation.ts";
import { routes } from "./routes.ts";

export type {
  ChangePreview,
  ChangeRequest,
  CheckoutMode,
  GatewayName,
  InvoiceLine,
  InvoiceState,
  PaymentMethodState,
  Price,
  SubscriptionState,
} from "#modules/gateways";
export { addIntervals, GATEWAY_NAMES, prorate } from "#modules/gateways";
export {
  checkoutDeclined,
  disputeClosed,
  disputeOpened,
  invoiceChanged,
  paymentCaptured,
  paymentFailed,
  paymentRefunded,
  subscriptionChanged,
  trialEnding,
} from "./events.ts";
export type { CreatedCheckout, NewCheckout } from "./service.checkouts.ts";
export { createCheckout } from "./service.checkouts.ts";
export { refundPayment } from "./service.refunds.ts";
export { listDisputed, readTakenBack } from "./service.ts";
export {
  cancelSubscription,
  changeAtPeriodEnd,
  changeNow,
  listPaymentMethods,
  openPortal,
  previewChange,
  readInvoice,
  readSubscription,
  removePaymentMethod,
  resumeSubscription,
  setDefaultPaymentMethod,
} from "./service.subscriptions.ts";

async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]> {
  return await Promise.resolve(privacy.eraseUser(ctx, userId));
}

async function eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]> {
  return (await privacy.isRefunding(ctx, userId)) ? ["refund_open"] : [];
}

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      `select (select count(*) from payments_payments where status = 'captured') as captured,
         (select count(*) from payments_payments where status = 'failed') as failed,
         (select count(*) from payments_differences where resolved_at is null) as differences`,
    )
    .first<{ captured: number; failed: number; differences: number }>();
  const { captured = 0, failed = 0, differences = 0 } = row ?? {};
  return { capturedPayments: captured, failedPayments: failed, openDifferences: differences };
}

/** Money through gateways: checkouts, captures, refunds, disputes, and what is compared with the books. */
export const payments = {
  name: "payments",
  required: true,
  routes: [...routes, ...reconciliationRoutes],
  tags: { Payments: "What you have paid, and what came back." },
  jobs,
  crons,
  readiness,
  exportUser: privacy.exportUser,
  eraseUser,
  eraseBlockers,
  statistics,
} as const satisfies Module;
