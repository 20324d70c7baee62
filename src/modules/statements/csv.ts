import { writeCsv } from "#platform/csv";
import type { DateOrder, Line, LineFault, Parsed, Statement } from "./line.ts";
import { clean, FAULTS, negate, readCode, readDate, readDecimal } from "./line.ts";

/** CSV of any bank: the dialect is guessed, columns are named by a mapping. */

/** Which column holds what, from 0, and how it is written. */
export interface CsvMapping {
  readonly date: number;
  readonly amount: number | null;
  /** What went out and what came in, where they stand apart. */
  readonly outflow: number | null;
  readonly inflow: number | null;
  readonly payee: number | null;
  readonly notes: number | null;
  readonly category: number | null;
  readonly externalId: number | null;
  /** The currency of the amount; one that was remembered long ago knows nothing of it. */
  readonly asset?: number | null;
  readonly dateOrder: DateOrder;
  readonly decimal: "." | "," | null;
  /** The bank writes what went out without a sign. */
  readonly flip: boolean;
}

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
const SAMPLE = 20;

/** The delimiter that cuts the first lines into the most cells of one number. */
function guessDelimiter(text: string): string {
  const sample = text
    .slice(0, 20_000)
    .split(/\r\n|\r|\n/)
    .slice(0, SAMPLE)
    .map((line) => line.replaceAll(/"[^"]*"/g, ""))
    .filter((line) => line !== "");
  const score = (delimiter: string): number => {
    const counts = sample.map((line) => line.split(delimiter).length - 1);
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
    return usual === 0 ? 0 : counts.filter((count) => count === usual).length * 100 + usual;
  };
  return DELIMITERS.reduce((best, each) => (score(each) > score(best) ? each : best), ",");
}

/** Cuts a file into rows of trimmed cells. Empty lines are passed over; rows may be of any length. */
export function splitCsv(text: string, delimiter: string = guessDelimiter(text)): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let begun = 1;
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at <= text.length) {
    const { cell, end, breaks } = readCell(text, at, delimiter);
    cells.push(cell);
    line += breaks;
    at = end + 1;
    if (text.charAt(end) === delimiter) continue;
    if (cells.some((each) => each !== "")) rows.push({ line: begun, cells });
    cells = [];
    line += 1;
    begun = line;
  }
  return rows;
}

interface Cell {
  readonly cell: string;
  /** Where the delimiter or the line's end stands that ends it. */
  readonly end: number;
  /** Lines that a quoted cell goes over. */
  readonly breaks: number;
}

/** A cell is quoted, with quotes inside it doubled, or goes on to the next delimiter or line's end. */
function readCell(text: string, start: number, delimiter: string): Cell {
  const plain = endOf(text, start, delimiter);
  const body = text.slice(start, plain);
  if (!body.trimStart().startsWith('"')) return { cell: body.trim(), end: plain, breaks: 0 };
  const quote = start + body.indexOf('"');
  let close = text.indexOf('"', quote + 1);
  while (close >= 0 && text.charAt(close + 1) === '"') close = text.indexOf('"', close + 2);
  const last = close < 0 ? text.length : close;
  const cell = text.slice(quote + 1, last).replaceAll('""', '"');
  return { cell: cell.trim(), end: endOf(text, last, delimiter), breaks: cell.split("\n").length - 1 };
}

function endOf(text: string, from: number, delimiter: string): number {
  for (let index = from; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === delimiter || char === "\n") return index;
  }
  return text.length;
}

const NAMES: Readonly<Record<string, RegExp>> = {
  date: /^(?:date|datum|buchungstag|booking ?date|transaction ?date|posted|value ?date|txn ?date|fecha)/i,
  amount: /^(?:amount|betrag|value|sum|importe|montant|transaction amount)/i,
  outflow: /^(?:outflow|debit|withdrawal|paid out|soll|money out)/i,
  inflow: /^(?:inflow|credit|deposit|paid in|haben|money in)/i,
  payee: /^(?:payee|name|merchant|beneficiary|empf|auftraggeber|counterparty|description|narration|details)/i,
  notes: /^(?:notes?|memo|reference|verwendungszweck|remarks|purpose|comment)/i,
  category: /^(?:category|kategorie)/i,
  // Only as we write it ourselves: banks mean many things by a column of currencies.
  asset: /^asset$/,
  externalId: /^(?:id|transaction ?id|external ?id|import ?id|fitid|reference (?:no|number)|ref(?:\.| ?no))/i,
};

/** Guesses what the columns hold from a header and the rows below it; null where no column holds days or amounts. */
export function guessMapping(header: readonly string[], rows: readonly CsvRow[]): CsvMapping | null {
  const taken = new Set<number>();
  const find = (what: string): number | null => {
    const index = header.findIndex((name, place) => !taken.has(place) && NAMES[what]?.test(name.trim()) === true);
    if (index >= 0) taken.add(index);
    return index < 0 ? null : index;
  };
  const [date, amount, outflow, inflow] = [find("date"), find("amount"), find("outflow"), find("inflow")];
  if (date === null || (amount === null && outflow === null && inflow === null)) return null;
  const [externalId, payee, notes, category] = [find("externalId"), find("payee"), find("notes"), find("category")];
  const asset = find("asset");
  const column = (place: number | null): string[] =>
    place === null ? [] : rows.slice(0, 1_000).map(({ cells }) => cells[place] ?? "");
  const amounts = [amount, outflow, inflow].flatMap(column);
  return {
    date,
    amount,
    outflow,
    inflow,
    payee,
    notes,
    category,
    externalId,
    asset,
    dateOrder: guessOrder(column(date)),
    decimal: guessDecimal(amounts),
    flip: false,
  };
}

/** Parts above twelve are days. Where none is, dots stand for day first and slashes for month first. */
function guessOrder(dates: readonly string[]): DateOrder {
  const parts = dates
    .map((date) => /^([0-9]{1,2})([-/. ])([0-9]{1,2})[-/. ]/.exec(date.trim()))
    .filter((match) => match !== null);
  if (parts.some((match) => Number(match[1]) > 12)) return "dmy";
  if (parts.some((match) => Number(match[3]) > 12)) return "mdy";
  return parts.length === 0 ? "ymd" : parts.some((match) => match[2] === "/") ? "mdy" : "dmy";
}

/** The sign that stands before one or two last digits. Null where no amount says. */
function guessDecimal(amounts: readonly string[]): "." | "," | null {
  const last = amounts.map((amount) => /([.,])[0-9]{1,2}\)?\s*[^0-9]{0,4}$/.exec(amount.trim())?.[1]);
  return last.includes(",") ? "," : last.includes(".") ? "." : null;
}

/** Reads rows by a mapping. A text that was made safe for spreadsheets loses its apostrophe again. */
export function readCsv(rows: readonly CsvRow[], mapping: CsvMapping): Parsed {
  const lines: Line[] = [];
  const faults: LineFault[] = [];
  for (const { line, cells } of rows) {
    const cell = (place: number | null): string =>
      place === null ? "" : (cells[place] ?? "").replace(/^'(?=[=+\-@\t\r＝＋－＠])/, "");
    const date = readDate(cell(mapping.date), mapping.dateOrder);
    const amount = amountOf(cell, mapping);
    if (date === null) faults.push(FAULTS.date(line));
    else if (amount === null) faults.push(FAULTS.amount(line));
    else
      lines.push({
        line,
        date,
        amount,
        asset: readCode(cell(mapping.asset ?? null)),
        payee: clean(cell(mapping.payee)),
        notes: clean(cell(mapping.notes), 2_000),
        category: clean(cell(mapping.category), 100),
        externalId: clean(cell(mapping.externalId), 255),
        cleared: true,
      });
  }
  return { lines, faults };
}

function amountOf(cell: (place: number | null) => string, mapping: CsvMapping): string | null {
  const read = (place: number | null): string | null => readDecimal(cell(place), mapping.decimal);
  if (mapping.amount !== null) {
    const amount = read(mapping.amount);
    return amount !== null && mapping.flip ? negate(amount) : amount;
  }
  const [out, income] = [cell(mapping.outflow), cell(mapping.inflow)];
  if (!isEmpty(out) && !isEmpty(income)) return null;
  if (!isEmpty(income)) return read(mapping.inflow);
  const outflow = read(mapping.outflow);
  return outflow === null ? null : outflow.startsWith("-") ? outflow : negate(outflow);
}

function isEmpty(text: string): boolean {
  return text === "" || /^[0.,]+$/.test(text);
}

const COLUMNS = ["date", "amount", "payee", "notes", "category", "id", "account", "asset"] as const;

export function writeCsvStatement({ lines }: Statement): string {
  return writeCsv(
    COLUMNS,
    lines.map(({ amount, ...row }) => {
      const words = [row.payee, row.notes, row.category, row.externalId, row.account ?? null, row.asset];
      return [row.date, { decimal: amount }, ...words];
    }),
  );
}
