import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import { wireStatus } from "./rules.ts";
import type { Payment } from "./service.ts";

const amount = z.string().openapi({ example: "29.00" });

export const refund = z
  .object({
    id: z.string().openapi({ example: "refund_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    status: z.enum(["pending", "paid", "failed"]),
    amount,
    createdAt: timestamp,
  })
  .openapi("Refund");

export const payment = z
  .object({
    id: z.string().openapi({ example: "pay_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    provider: z.enum(["stripe", "razorpay", "sandbox"]),
    status: z.enum(["created", "pending", "captured", "failed", "refunded", "partially_refunded", "disputed"]),
    amount: amount.openapi({ description: "Tax included.", example: "29.00" }),
    asset: z.string().openapi({ example: "USD" }),
    refundedAmount: amount.openapi({ description: "What has been paid back.", example: "0.00" }),
    purpose: z.string().openapi({ description: "What it is for.", example: "package" }),
    reference: z.string().openapi({ description: "Which one of it." }),
    refunds: z.array(refund),
    createdAt: timestamp,
    capturedAt: timestamp.nullable(),
  })
  .openapi("Payment");

export const refundPayment = z
  .strictObject({
    amount: z.string().optional().openapi({ description: "All that is left, if left out.", example: "10.00" }),
    reason: textField(500).openapi({ example: "Bought twice by mistake." }),
  })
  .openapi("RefundPayment");

const vendorId = (prefix: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_]{1,64}$/)
    .openapi({ example: `${prefix}_IEIaMR65cu6nz3` });

export const verifyRazorpayPayment = z
  .strictObject({
    orderId: vendorId("order"),
    paymentId: vendorId("pay"),
    signature: z
      .string()
      .max(128)
      .openapi({ example: "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f" }),
  })
  .openapi("VerifyRazorpayPayment");

export function presentPayment(row: Payment): z.infer<typeof payment> {
  const { id, provider, asset, purpose, reference, createdAt, capturedAt } = row;
  return {
    id,
    provider,
    status: wireStatus(row),
    amount: writeAmount(row.amount, asset),
    asset,
    refundedAmount: writeAmount(row.refunded, asset),
    purpose,
    reference,
    refunds: row.refunds.map((part) => ({
      id: part.id,
      status: part.state === "requested" ? "pending" : part.state,
      amount: writeAmount(part.amount, asset),
      createdAt: toTimestamp(part.createdAt),
    })),
    createdAt: toTimestamp(createdAt),
    capturedAt: capturedAt === null ? null : toTimestamp(capturedAt),
  };
}
