import type { Cell } from "#kernel/order";

/** Tables as CSV (RFC 4180) that no spreadsheet takes for formulas. Numbers stay numbers. */

const DANGEROUS = /^[=+\-@\p{Cc}]/u;
const QUOTED = /[",\r\n]/;

export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

/** A text that could begin a formula gets an apostrophe in front, which spreadsheets show as text. */
function toCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const safe = DANGEROUS.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
