/**
 * CSV as RFC 4180 says, safe to open in a spreadsheet: text that a spreadsheet would run as a formula gets an apostrophe
 * before it, numbers stay numbers.
 */

const RUNS: ReadonlySet<string> = new Set(["=", "+", "-", "@", "\t", "\r", "\u0000", "＝", "＋", "－", "＠"]);
const NEEDS_QUOTES = /[",\r\n\t]/;

export type CsvValue = string | number | boolean | null;

/** Writes a table with a header line. */
export function writeCsv(header: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  const lines = [writeLine(header)];
  for (const row of rows) lines.push(writeLine(row));
  return lines.join("");
}

function writeLine(values: readonly CsvValue[]): string {
  return `${values.map(writeCell).join(",")}\r\n`;
}

function writeCell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = RUNS.has(value.charAt(0)) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
