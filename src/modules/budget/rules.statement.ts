import { given } from "#kernel/given";
import type { CsvMapping, Parsed } from "#modules/statements";
import { guessMapping, readCamt, readCsv, readOfx, readQif, splitCsv } from "#modules/statements";
import { foldText } from "./rules.text.ts";

/** From the bytes of a file to the movements in it. */

export type Format = "csv" | "ofx" | "qif" | "camt";

/** Columns by their names, or by their numbers from 1. */
export type Columns = Readonly<
  Record<"date" | "amount" | "outflow" | "inflow" | "payee" | "notes" | "category" | "externalId", string | undefined>
>;

export interface ReadOptions {
  readonly delimiter?: string | undefined;
  /** Rows to leave out at the beginning and at the end. */
  readonly skipFirst: number;
  readonly skipLast: number;
  readonly header: boolean;
  readonly columns: Columns;
  readonly dateOrder?: CsvMapping["dateOrder"] | undefined;
  readonly decimal?: CsvMapping["decimal"] | undefined;
  readonly flip?: boolean | undefined;
}

export interface Sheet {
  /** The names of the columns as they are compared. */
  readonly header: string;
  readonly read: (mapping: CsvMapping) => Parsed;
  readonly guess: () => CsvMapping | null;
  readonly names: readonly string[];
}

/** UTF-8, or what banks wrote before it. */
export function decodeFile(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** What a file is, by its type and its own first words; null for what none of them is. */
export function formatOf(contentType: string, text: string): Format | null {
  const [type = ""] = contentType.toLowerCase().split(";");
  const start = text.slice(0, 4_000);
  const byType: Readonly<Record<string, Format>> = {
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/x-ofx": "ofx",
    "application/vnd.intu.qfx": "ofx",
    "application/qif": "qif",
    "application/x-qif": "qif",
  };
  if (/^(?:application|text)\/xml$/.test(type.trim())) return /<OFX\b/i.test(start) ? "ofx" : "camt";
  return byType[type.trim()] ?? null;
}

export function readFile(format: Exclude<Format, "csv">, text: string): Parsed {
  if (format === "ofx") return readOfx(text);
  return format === "qif" ? readQif(text) : readCamt(text);
}

/** Cuts a CSV into its header and rows. */
export function openSheet(text: string, options: ReadOptions): Sheet {
  const all = splitCsv(text, options.delimiter);
  const rows = all.slice(options.skipFirst, all.length - options.skipLast);
  const names = options.header ? (rows[0]?.cells ?? []) : [];
  const body = options.header ? rows.slice(1) : rows;
  return {
    header: foldText(names.join("|")).slice(0, 500),
    names,
    read: (mapping) => readCsv(body, mapping),
    guess: () => guessMapping(names, body),
  };
}

/** Puts what was said of the columns in the place of what was guessed or remembered; null while day or amount is missing. */
export function completeMapping(
  known: CsvMapping | null,
  names: readonly string[],
  { columns, dateOrder, decimal, flip }: ReadOptions,
): CsvMapping | null {
  const asked = Object.entries(given(columns)).map(([name, text]) => [name, placeOf(names, text)] as const);
  const places = Object.fromEntries(asked) as Partial<CsvMapping>;
  const apart = places.outflow !== undefined || places.inflow !== undefined;
  const mapping: CsvMapping = {
    ...(known ?? NOTHING),
    ...(apart ? { amount: null } : {}),
    ...places,
    ...given({ dateOrder, decimal, flip }),
  };
  const amounts = [mapping.amount, mapping.outflow, mapping.inflow].filter((place) => place !== null);
  return mapping.date >= 0 && amounts.length > 0 ? mapping : null;
}

/** A column by its name, or by its number from 1; below zero where there is none. */
function placeOf(names: readonly string[], text: string): number {
  const named = names.findIndex((name) => foldText(name) === foldText(text));
  return named >= 0 || !/^[1-9][0-9]{0,2}$/.test(text) ? named : Number(text) - 1;
}

const NOTHING: CsvMapping = {
  date: -1,
  amount: null,
  outflow: null,
  inflow: null,
  payee: null,
  notes: null,
  category: null,
  externalId: null,
  asset: null,
  dateOrder: "ymd",
  decimal: null,
  flip: false,
};
