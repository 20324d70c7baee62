/**
 * CSV as RFC 4180 says, safe to open in a spreadsheet: text that a spreadsheet would run as a formula gets an apostrophe
 * before it, numbers stay numbers.
 */

const RUNS: ReadonlySet<string> = new Set(["=", "+", "-", "@", "\t", "\r", "\u0000", "＝", "＋", "－", "＠"]);
const NEEDS_QUOTES = /[",\r\n\t]/;

/** An exact decimal as our own code has written it: stays a number, a minus before it too. */
export interface CsvDecimal {
  readonly decimal: string;
}

export type CsvValue = string | number | boolean | CsvDecimal | null;

/** Writes a table with a header line. */
export function writeCsv(header: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  return writeLine(header) + writeCsvRows(rows);
}

/** The lines of a table that goes on. */
export function writeCsvRows(rows: Iterable<readonly CsvValue[]>): string {
  return Array.from(rows, writeLine).join("");
}

function writeLine(values: readonly CsvValue[]): string {
  return `${values.map(writeCell).join(",")}\r\n`;
}

function writeCell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "object") return value.decimal;
  if (typeof value !== "string") return String(value);
  const safe = RUNS.has(value.charAt(0)) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
