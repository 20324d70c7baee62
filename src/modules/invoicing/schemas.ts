import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { DocumentRow } from "./repository.ts";

const amount = z.string().openapi({ description: "Below zero for a credit.", example: "29.00" });

export const invoice = z
  .object({
    id: z.string().openapi({ example: "inv_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    number: z.string().openapi({ example: "INV-2026-000042" }),
    kind: z.enum(["invoice", "credit_note"]),
    status: z.enum(["open", "paid", "void"]),
    lines: z.array(z.object({ description: z.string().openapi({ example: "Pro, a month" }), amount })),
    subtotal: amount,
    tax: amount,
    taxLines: z.array(z.object({ name: z.string().openapi({ example: "VAT" }), rateBps: z.int(), amount })),
    total: amount,
    asset: z.string().openapi({ example: "USD" }),
    invoiceId: z.string().nullable().openapi({ description: "The invoice that a credit note takes back." }),
    paymentId: z.string().nullable(),
    issuedAt: timestamp,
    paidAt: timestamp.nullable(),
  })
  .openapi("Invoice");

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .openapi({ param: { name: "country", in: "path" }, example: "DE" });

const rate = z.strictObject({
  name: textField(40).openapi({ example: "VAT" }),
  rateBps: z.int().min(1).max(10_000).openapi({ description: "In hundredths of a percent.", example: 1_900 }),
});

export const setTaxRates = z
  .strictObject({
    rates: z
      .array(rate)
      .max(10)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
        params: { code: "rate_repeated" },
        error: "Each name stands once.",
      })
      .openapi({ description: "All rates of the country, added up.", example: [{ name: "VAT", rateBps: 1_900 }] }),
  })
  .openapi("SetTaxRates");

export const taxRates = z
  .object({ country: z.string().openapi({ example: "DE" }), rates: z.array(rate) })
  .openapi("TaxRates");

export function presentInvoice(row: DocumentRow): z.infer<typeof invoice> {
  const say = (minor: number): string => writeAmount(minor, row.asset);
  return {
    id: row.id,
    number: row.number,
    kind: row.kind,
    status: row.status,
    lines: row.lines.map(({ description, amountMinor }) => ({ description, amount: say(amountMinor) })),
    subtotal: say(row.subtotalMinor),
    tax: say(row.taxMinor),
    taxLines: row.taxLines.map(({ name, rateBps, amountMinor }) => ({ name, rateBps, amount: say(amountMinor) })),
    total: say(row.totalMinor),
    asset: row.asset,
    invoiceId: row.invoiceId,
    paymentId: row.paymentId,
    issuedAt: toTimestamp(row.issuedAt),
    paidAt: row.paidAt === null ? null : toTimestamp(row.paidAt),
  };
}
