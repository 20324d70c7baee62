import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
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

/** Money through gateways: checkouts, captures, refunds, disputes, and what is compared with the books. */
export const payments = {
  name: "payments",
  required: true,
  routes: [...routes, ...reconciliationRoutes],
  tags: { Payments: "What you have paid, and what came back." },
  jobs,
  crons,
} as const satisfies Module;
