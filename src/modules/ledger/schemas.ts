import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { timestamp } from "#platform/http/fields";
import type { Audit } from "./service.audit.ts";

export const audit = z
  .object({
    ok: z.boolean().openapi({ description: "Whether every invariant holds.", example: true }),
    asOf: timestamp,
    payoutsFrozen: z.boolean().openapi({
      description: "Whether payouts and withdrawals stand still since the hourly audit found a failure.",
      example: false,
    }),
    failures: z.array(
      z.object({
        check: z.string().openapi({ description: "The invariant that is broken.", example: "account_equals_entries" }),
        subject: z.string().openapi({ description: "The row that breaks it.", example: "revenue:fee:USD" }),
        expected: z.string().openapi({ example: "0 1200 0 1500" }),
        actual: z.string().openapi({ example: "0 1200 0 1600" }),
      }),
    ),
  })
  .openapi("LedgerAudit");

export function presentAudit(result: Audit, payoutsFrozen: boolean): z.input<typeof audit> {
  return { ok: result.ok, asOf: toTimestamp(result.asOf), payoutsFrozen, failures: [...result.failures] };
}
