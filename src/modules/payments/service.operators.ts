import type { Id } from "#kernel/ids";
import { getAsset } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import { readAmount } from "#platform/http/money";
import type { Payment } from "./service.ts";
import { describe, getRow } from "./service.ts";
import { refundPayment } from "./service.refunds.ts";

export interface RefundAsked {
  readonly paymentId: Id<"pay">;
  /** As it came: how many decimals it may have depends on the payment's asset. */
  readonly amount?: string | undefined;
  readonly reason: string;
}

/** An operator's refund of anybody's payment. */
export async function refundAsOperator(ctx: Ctx, { paymentId, amount, reason }: RefundAsked): Promise<Payment> {
  const payment = await getRow(ctx, paymentId);
  const minor = amount === undefined ? {} : { amount: readAmount(amount, getAsset(payment.asset)) };
  return await describe(ctx, await refundPayment(ctx, { paymentId, reason, ...minor }));
}
