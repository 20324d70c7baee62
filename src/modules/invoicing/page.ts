import { formatAmount } from "#kernel/money";
import { toDate } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import type { DocumentRow } from "./repository.ts";

/** A document as it is shown, whether as a page or as a PDF. */
export interface Page {
  readonly title: string;
  readonly number: string;
  readonly seller: readonly string[];
  readonly buyer: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly rows: readonly (readonly [label: string, amount: string])[];
  readonly totals: readonly (readonly [label: string, amount: string])[];
}

const STATUS = { open: "To be paid", paid: "Paid", void: "Void" } as const;

export function pageOf(ctx: Ctx, row: DocumentRow): Page {
  const say = (minor: number): string => `${writeAmount(minor, row.asset)} ${row.asset}`;
  const credit = row.kind === "credit_note";
  return {
    title: credit ? "Credit note" : "Invoice",
    number: row.number,
    seller: ctx.config.seller,
    buyer: [row.buyerName, row.buyerEmail, row.buyerCountry].filter((line) => line !== null),
    facts: [
      ["Number", row.number],
      ["Date", toDate(row.issuedAt)],
      ["Status", credit ? "Credited" : STATUS[row.status]],
      ...(row.paidAt === null || credit ? [] : [["Paid on", toDate(row.paidAt)] as const]),
    ],
    rows: row.lines.map(({ description, amountMinor }) => [description, say(amountMinor)] as const),
    totals: [
      ["Subtotal", say(row.subtotalMinor)],
      ...row.taxLines.map(
        ({ name, rateBps, amountMinor }) =>
          [rateBps === 0 ? name : `${name} ${formatAmount(rateBps, 2)} %`, say(amountMinor)] as const,
      ),
      ["Total", say(row.totalMinor)],
    ],
  };
}
