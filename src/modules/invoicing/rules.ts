import { addMinor } from "#kernel/money";
import type { TaxLine } from "./rules.tax.ts";

/** What must stay true: a document's total is the sum of its lines and its tax, to the last minor unit. */

export interface Line {
  readonly description: string;
  /** Signed: a credit is below zero. Without tax. */
  readonly amountMinor: number;
}

export interface Totals {
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

/** Adds a document up. */
export function totalsOf(lines: readonly Line[], taxLines: readonly TaxLine[]): Totals {
  const subtotalMinor = addMinor(...lines.map(({ amountMinor }) => amountMinor));
  const taxMinor = addMinor(...taxLines.map(({ amountMinor }) => amountMinor));
  return { subtotalMinor, taxMinor, totalMinor: addMinor(subtotalMinor, taxMinor) };
}

/** The series that a document is numbered in: one for each kind and year of UTC. */
export function seriesOf(kind: "invoice" | "credit_note", issuedAt: number): string {
  return `${kind === "invoice" ? "INV" : "CN"}-${new Date(issuedAt).getUTCFullYear()}`;
}
