import type { Gateway, PaymentState } from "#modules/gateways";
import { GatewayFailure } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { listOfKinds, resolveDifference } from "./repository.differences.ts";
import * as repository from "./repository.ts";

/** Kinds that are about one payment of the vendor's, which may be too old for a comparison to meet it again. */
const ABOUT_PAYMENTS = [
  "payment_unknown",
  "amount_mismatch",
  "duplicate_payment",
  "refunded_differs",
  "payment_missing",
];

/** Asks for the payments that differences are about; what has been given back or agrees by now is settled. */
export async function revisitDifferences(ctx: Ctx, gateway: Gateway): Promise<void> {
  for (const { id, subject } of await listOfKinds(ctx, gateway.name, ABOUT_PAYMENTS)) {
    const state = await gateway.readPayment(ctx, subject).catch(absent);
    if (state !== null && (await isSettled(ctx, gateway, state))) await commit(ctx, resolveDifference(ctx, id));
  }
}

async function isSettled(ctx: Ctx, gateway: Gateway, state: PaymentState): Promise<boolean> {
  const row = await repository.findPaymentBy(ctx, gateway.name, { vendorId: state.id });
  return row ? row.refunded === state.refunded : state.state === "failed" || state.refunded >= state.amount;
}

function absent(error: unknown): null {
  if (error instanceof GatewayFailure && error.state === "missing") return null;
  throw error;
}
