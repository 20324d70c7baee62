import { isDate, toDayNumber } from "#kernel/time";
import { isBar } from "./provider.ts";

/** Reads bars out of CSV (RFC 4180) line by line, so that a file of any length needs the memory of one line. */

const REQUIRED = ["symbol", "date", "open", "high", "low", "close", "volume"] as const;
const OPTIONAL = ["exchange", "name"] as const;
const VALUES = ["open", "high", "low", "close", "volume"] as const;
const FAULTS = {
  symbol: { code: "symbol_invalid", message: "A symbol is 1 to 16 letters, digits, dots or dashes." },
  date: { code: "date_invalid", message: "A date is a day that exists, such as 2026-11-20." },
  bar: {
    code: "bar_invalid",
    message: "Prices are above zero, low and high enclose open and close, volume is not negative.",
  },
} as const;
const MAX_LINE = 2_000;
const SYMBOL = /^[A-Z0-9][A-Z0-9.\-^]{0,15}$/;

export interface CsvBar {
  readonly symbol: string;
  readonly day: number;
  readonly values: readonly [number, number, number, number, number];
  readonly exchange: string | null;
  readonly name: string | null;
}

export interface CsvError {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export type CsvRow =
  | { readonly line: number; readonly bar: CsvBar }
  | { readonly line: number; readonly error: CsvError };

export type Columns = ReadonlyMap<string, number>;

/** Where each column stands in the header; the names that are missing where it is no header of bars. */
export function readHeader(line: string): Columns | readonly string[] {
  const names = splitLine(line.replace(/^\uFEFF/, "")).map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) return missing;
  return new Map([...REQUIRED, ...OPTIONAL].map((name) => [name, names.indexOf(name)]));
}

/** Reads one line below the header. */
export function readRow(text: string, line: number, columns: Columns): CsvRow {
  const cells = splitLine(text);
  const cell = (name: string): string => cells[columns.get(name) ?? -1]?.trim() ?? "";
  const symbol = cell("symbol").toUpperCase();
  const date = cell("date");
  const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = VALUES.map((name) => toNumber(cell(name)));
  const values = [open, high, low, close, volume] as const;
  const fault = !SYMBOL.test(symbol) ? FAULTS.symbol : !isDate(date) ? FAULTS.date : !isBar(values) ? FAULTS.bar : null;
  if (fault) return { line, error: { line, ...fault } };
  const optional = (name: string): string | null => cell(name).slice(0, 200) || null;
  return {
    line,
    bar: { symbol, day: toDayNumber(date), values, exchange: optional("exchange"), name: optional("name") },
  };
}

/** Cuts a stream of bytes into lines; a last line without an end counts too. A line that is too long is cut. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    yield lines.map((line) => line.slice(0, MAX_LINE).replace(/\r$/, ""));
  }
  rest += decoder.decode();
  if (rest !== "") yield [rest.replace(/\r$/, "")];
}

function toNumber(text: string): number {
  return /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$/.test(text) ? Number(text) : NaN;
}

/** A cell is quoted, with quotes inside it doubled, or holds neither quotes nor commas. */
function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, cell = ""]) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}
