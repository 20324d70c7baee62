import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { Line } from "./rules.ts";
import type { TaxLine } from "./rules.tax.ts";

/**
 * What must stay true (triggers hold the first three):
 * - A number is taken in the commit that writes the document, so that a series has no gap and no number twice.
 * - A document that has its number is not taken away, and neither its lines nor its amounts change.
 * - A correction is a credit note, whose amounts are below zero; credit notes never come to more than their invoice.
 * - What is documented has one document: `source` is unique.
 */

/** The last number of each series. */
export const series = sqliteTable(
  "invoicing_series",
  { series: text().primaryKey(), last: integer().notNull() },
  () => [check("invoicing_series_last", sql`last >= 1`)],
);

export const documents = sqliteTable(
  "invoicing_documents",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    kind: text({ enum: ["invoice", "credit_note"] }).notNull(),
    series: text().notNull(),
    seq: integer().notNull(),
    number: text().notNull(),
    /** What is documented: a gateway's invoice, a payment, a refund. */
    source: text().notNull(),
    /** The payment that settled it, which its refunds refer to. */
    paymentId: text(),
    /** The invoice that a credit note takes back. */
    invoiceId: text(),
    status: text({ enum: ["open", "paid", "void"] }).notNull(),
    asset: text().notNull(),
    lines: text({ mode: "json" }).$type<readonly Line[]>().notNull(),
    taxLines: text({ mode: "json" }).$type<readonly TaxLine[]>().notNull(),
    subtotalMinor: integer().notNull(),
    taxMinor: integer().notNull(),
    totalMinor: integer().notNull(),
    buyerName: text(),
    buyerEmail: text(),
    buyerCountry: text(),
    issuedAt: integer().notNull(),
    paidAt: integer(),
  },
  (table) => [
    unique("invoicing_documents_source").on(table.source),
    unique("invoicing_documents_number").on(table.number),
    unique("invoicing_documents_seq").on(table.series, table.seq),
    index("invoicing_documents_user").on(table.userId, table.id),
    index("invoicing_documents_payment").on(table.paymentId),
    index("invoicing_documents_invoice").on(table.invoiceId),
    check("invoicing_document_kind", sql`kind in ('invoice', 'credit_note')`),
    check("invoicing_document_status", sql`status in ('open', 'paid', 'void')`),
    check("invoicing_document_total", sql`total_minor = subtotal_minor + tax_minor`),
    check(
      "invoicing_document_sign",
      sql`(kind = 'invoice' and total_minor >= 0) or (kind = 'credit_note' and total_minor <= 0)`,
    ),
    check("invoicing_document_credits", sql`(kind = 'credit_note') = (invoice_id is not null)`),
    check("invoicing_document_paid", sql`(status = 'paid') = (paid_at is not null)`),
  ],
);

/** What is added to a price, by the buyer's country. Empty where no tax is due. */
export const taxRates = sqliteTable(
  "invoicing_tax_rates",
  {
    country: text().notNull(),
    name: text().notNull(),
    rateBps: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "invoicing_tax_rates_key", columns: [table.country, table.name] }),
    check("invoicing_tax_rate", sql`rate_bps between 1 and 10000`),
  ],
);
