import type { DateOrder, Line, LineFault, Parsed, Statement } from "./line.ts";
import { clean, FAULTS, readDate, readDecimal } from "./line.ts";

/** QIF: records of lines that begin with a letter and end with a caret. Its days are told apart by their whole column. */

interface Entry {
  readonly line: number;
  readonly fields: Map<string, string>;
}

const CATEGORY = /^\[.*\]$/;

/** Reads the movements of a file; sections that hold none are passed over. */
export function readQif(text: string): Parsed {
  const records = recordsOf(text);
  const order = orderOf(records.map(({ fields }) => fields.get("D") ?? ""));
  const lines: Line[] = [];
  const faults: LineFault[] = [];
  for (const { line, fields } of records) {
    const date = readDate(fields.get("D") ?? "", order);
    const amount = readDecimal(fields.get("T") ?? fields.get("U") ?? "");
    if (amount === null) faults.push(FAULTS.amount(line));
    else if (date === null) faults.push(FAULTS.date(line));
    else {
      const category = clean(fields.get("L"));
      lines.push({
        line,
        date,
        amount,
        asset: null,
        payee: clean(fields.get("P")),
        notes: clean(fields.get("M"), 2_000),
        category: category !== null && CATEGORY.test(category) ? null : category,
        externalId: null,
        cleared: /^[*cxr]/i.test(fields.get("C") ?? ""),
      });
    }
  }
  return { lines, faults };
}

function recordsOf(text: string): Entry[] {
  const records: Entry[] = [];
  let current: Entry | null = null;
  let skipping = false;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    if (raw.startsWith("!")) {
      skipping = /^!(?:Account|Type:(?:Cat|Class|Memorized|Prices|Security))/i.test(raw);
      current = null;
    } else if (raw.startsWith("^")) current = null;
    else if (!skipping && raw.trim() !== "") {
      if (!current) records.push((current = { line: index + 1, fields: new Map() }));
      const letter = raw.charAt(0).toUpperCase();
      if (!current.fields.has(letter)) current.fields.set(letter, raw.slice(1));
    }
  }
  return records;
}

/** Day first where any day says so; else month first, as the program that made the format wrote it. */
function orderOf(dates: readonly string[]): DateOrder {
  return dates.some((date) => Number(/^\s*([0-9]{1,2})[-/.' ]/.exec(date)?.[1] ?? 0) > 12) ? "dmy" : "mdy";
}

function field(letter: string, value: string | null): string[] {
  return value === null ? [] : [`${letter}${value.replaceAll(/[\r\n]+/g, " ")}`];
}

export function writeQif({ lines }: Statement): string {
  const records = lines.flatMap((row) => [
    `D${row.date}`,
    `T${row.amount}`,
    ...field("C", row.cleared ? "*" : null),
    ...field("P", row.payee),
    ...field("M", row.notes),
    ...field("L", row.category),
    "^",
  ]);
  return ["!Type:Bank", ...records, ""].join("\n");
}
