import type { Id } from "#kernel/ids";
import { parseAmount } from "#kernel/money";
import { findAsset } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { problems } from "./errors.ts";
import * as repository from "./repository.ts";
import type { Payment } from "./service.ts";
import { describe } from "./service.ts";
import { refundPayment } from "./service.refunds.ts";

export interface RefundAsked {
  readonly paymentId: Id<"pay">;
  /** As it came: how many decimals it may have depends on the payment's asset. */
  readonly amount?: string | undefined;
  readonly reason: string;
}

/** An operator's refund of anybody's payment. */
export async function refundAsOperator(ctx: Ctx, { paymentId, amount, reason }: RefundAsked): Promise<Payment> {
  const payment = await repository.findPayment(ctx, paymentId);
  if (!payment) throw problems.paymentNotFound();
  const minor = amount === undefined ? {} : { amount: toMinor(amount, payment.asset) };
  return await describe(ctx, await refundPayment(ctx, { paymentId, reason, ...minor }));
}

function toMinor(amount: string, asset: string): number {
  const known = findAsset(asset);
  if (!known) throw new TypeError("A payment is in an asset that the books know.");
  const parsed = parseAmount(amount, known);
  if (parsed.ok) return parsed.minor;
  throw http.validationFailed({
    errors: [{ path: "amount", code: parsed.error, message: "This is not an amount of the payment's asset." }],
    code: parsed.error,
  });
}
