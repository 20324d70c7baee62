import { z } from "@hono/zod-openapi";
import { SECOND, toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { DifferenceRow } from "./repository.differences.ts";
import type { Reconciliation } from "./service.reconciliation.ts";

const provider = z.enum(["stripe", "razorpay", "sandbox"]);

export const difference = z
  .object({
    id: z.string().openapi({ example: "diff_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    provider,
    kind: z.string().openapi({ description: "What does not agree.", example: "payment_unknown" }),
    subject: z.string().openapi({ description: "What it is about: an id of the gateway's or of ours, or an account." }),
    amount: z.string().nullable().openapi({ example: "29.00" }),
    asset: z.string().nullable().openapi({ example: "USD" }),
    ageSeconds: z.int(),
    firstSeenAt: timestamp,
    resolvedAt: timestamp.nullable(),
  })
  .openapi("Difference");

export const reconciliation = z
  .object({
    ok: z.boolean().openapi({ description: "The books add up, and nothing differs." }),
    asOf: timestamp,
    ledger: z.object({ ok: z.boolean(), failures: z.int(), payoutsFrozen: z.boolean() }),
    gateways: z.array(
      z.object({
        provider,
        comparedAt: timestamp.nullable().openapi({ description: "When it was last compared to the end." }),
        payments: z.int().openapi({ description: "How many of its payments were looked at." }),
        settled: z.int().openapi({ description: "How many differences were settled on the spot." }),
        failure: z.string().nullable().openapi({ description: "Why the last try did not come to an end." }),
      }),
    ),
    differences: z.array(difference).openapi({ description: "What is left for an operator, the oldest first." }),
  })
  .openapi("Reconciliation");

export const resolveDifference = z
  .strictObject({ reason: textField(500).openapi({ example: "Refunded in the gateway's dashboard." }) })
  .openapi("ResolveDifference");

export function presentDifference(row: DifferenceRow, now: number): z.infer<typeof difference> {
  const { id, provider: name, kind, subject, amount, asset, firstSeenAt, resolvedAt } = row;
  return {
    id,
    provider: name,
    kind,
    subject,
    amount: amount === null || asset === null ? null : writeAmount(amount, asset),
    asset,
    ageSeconds: Math.floor((now - firstSeenAt) / SECOND),
    firstSeenAt: toTimestamp(firstSeenAt),
    resolvedAt: resolvedAt === null ? null : toTimestamp(resolvedAt),
  };
}

export function presentReconciliation(from: Reconciliation): z.infer<typeof reconciliation> {
  return {
    ok: from.ok,
    asOf: toTimestamp(from.asOf),
    ledger: from.ledger,
    gateways: from.gateways.map(({ provider: name, comparedAt, payments, settled, failure }) => ({
      provider: name,
      comparedAt: comparedAt === 0 ? null : toTimestamp(comparedAt),
      payments,
      settled,
      failure,
    })),
    differences: from.differences.map((row) => presentDifference(row, from.asOf)),
  };
}
