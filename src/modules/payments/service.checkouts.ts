import type { Id } from "#kernel/ids";
import { HOUR } from "#kernel/time";
import type { CheckoutMode, CheckoutRequest, GatewayName, Price } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { CheckoutRow, PaymentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { asking, ensureCustomer, gatewayFor } from "./service.customers.ts";

const OPEN_MS = 24 * HOUR;

export interface NewCheckout {
  readonly provider: GatewayName;
  readonly mode: CheckoutMode;
  readonly userId: Id<"user">;
  /** What is paid for, and which one of it: `package`, `subscription`. Comes back in every event. */
  readonly purpose: string;
  readonly reference: string;
  readonly revenue: PaymentRow["revenue"];
  /** What is due now, tax included; 0 for a setup or a trial. */
  readonly amount: number;
  readonly tax: number;
  readonly asset: string;
  /** One line that the customer reads. */
  readonly description: string;
  /** For a subscription: what each period costs. */
  readonly price?: Price;
  readonly trialDays?: number;
  /** Paths below the product's own origin. */
  readonly successPath: string;
  readonly cancelPath: string;
}

export interface CreatedCheckout {
  readonly checkoutId: Id<"chk">;
  /** The payment that it is for; null where the vendor makes invoices. */
  readonly paymentId: Id<"pay"> | null;
  /** Where the customer pays; null for Razorpay, whose dialogue the page opens with `order`. */
  readonly checkoutUrl: string | null;
  readonly order: { readonly orderId: string; readonly keyId: string } | null;
}

/**
 * Opens a checkout at a vendor. What is about to be asked for is stored first, with `along`, by a commit on the way: the
 * caller still makes its own last commit. Under an idempotency key a repeat asks for the very same checkout again, so
 * `along` must bear being committed twice.
 */
export async function createCheckout(
  ctx: Ctx,
  input: NewCheckout,
  along: readonly Statement[] = [],
): Promise<CreatedCheckout> {
  const gateway = gatewayFor(ctx, input.provider);
  const { checkout, payment } = draft(ctx, input);
  const rows = [
    repository.insertCheckout(ctx, checkout),
    ...(payment ? [repository.insertPayment(ctx, payment)] : []),
    ...along,
  ];
  await commit(ctx, rows, { partial: true });
  const customerId = await asking(ensureCustomer(ctx, input.userId, gateway));
  const request = await toRequest(ctx, input, { checkout, customerId });
  const opened = await asking(gateway.createCheckout(ctx, request));
  await commit(ctx, [repository.openCheckout(ctx, checkout.id, { vendorId: opened.id, url: opened.url })], {
    partial: true,
  });
  const keyId = input.provider === "razorpay" ? ctx.config.payments.razorpay?.keyId : undefined;
  return {
    checkoutId: checkout.id,
    paymentId: checkout.paymentId,
    checkoutUrl: opened.url,
    order: keyId === undefined ? null : { orderId: opened.id, keyId },
  };
}

/** What the vendor is asked; the same to the letter in every run, of which an earlier one may have put the row down. */
async function toRequest(
  ctx: Ctx,
  input: NewCheckout,
  { checkout, customerId }: { readonly checkout: CheckoutRow; readonly customerId: string | null },
): Promise<CheckoutRequest> {
  const { mode, amount, asset, description, price = null, trialDays = 0 } = input;
  const stored = await repository.findCheckout(ctx, input.provider, checkout.id);
  return {
    key: checkout.id,
    mode,
    customerId,
    amount,
    asset,
    description,
    price,
    trialDays,
    successUrl: `${ctx.config.publicOrigin}${input.successPath}`,
    cancelUrl: `${ctx.config.publicOrigin}${input.cancelPath}`,
    expiresAt: (stored ?? checkout).expiresAt,
  };
}

function draft(ctx: Ctx, input: NewCheckout): { checkout: CheckoutRow; payment: PaymentRow | null } {
  const { userId, provider, purpose, reference } = input;
  const now = ctx.now();
  const id = ctx.newId("chk");
  const owner = { userId, provider, purpose, reference, createdAt: now };
  const payment: PaymentRow | null =
    input.mode !== "payment"
      ? null
      : {
          ...owner,
          id: ctx.newId("pay"),
          checkoutId: id,
          revenue: input.revenue,
          amount: input.amount,
          tax: input.tax,
          asset: input.asset,
          status: "created",
          vendorId: null,
          invoiceId: null,
          subscriptionId: null,
          fee: null,
          refunded: 0,
          refunding: 0,
          disputed: 0,
          failureCode: null,
          capturedAt: null,
        };
  const checkout: CheckoutRow = {
    ...owner,
    id,
    mode: input.mode,
    paymentId: payment?.id ?? null,
    vendorId: null,
    subscriptionId: null,
    url: null,
    state: "created",
    declined: null,
    expiresAt: now + OPEN_MS,
  };
  return { checkout, payment };
}
