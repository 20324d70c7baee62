import { isDate } from "#kernel/time";

/**
 * What every format is read into, and written from.
 *
 * What must stay true: a row whose day or amount cannot be read is rejected with its line and never taken for another;
 * reading ends on any input in time that grows with its length alone, and never throws.
 */

/** One movement of a bank statement. */
export interface Line {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly date: string;
  /** A plain decimal below zero for what went out. */
  readonly amount: string;
  /** The currency of the amount, where the file names it. */
  readonly asset: string | null;
  readonly payee: string | null;
  readonly notes: string | null;
  /** A category by its name, where the format has one. */
  readonly category: string | null;
  /** The bank's own id. */
  readonly externalId: string | null;
  readonly cleared: boolean;
}

export interface LineFault {
  readonly line: number;
  readonly code: "amount_unreadable" | "date_unreadable" | "row_malformed" | "currency_differs";
  readonly message: string;
}

export interface Parsed {
  readonly lines: readonly Line[];
  readonly faults: readonly LineFault[];
}

/** A movement with the name of its account. */
export interface OwnLine extends Line {
  readonly account?: string | null;
}

/** What is written out. */
export interface Statement {
  readonly accountId: string;
  readonly asset: string;
  readonly lines: readonly OwnLine[];
}

export const FAULTS = {
  amount: (line: number): LineFault => ({ line, code: "amount_unreadable", message: "The amount cannot be read." }),
  date: (line: number): LineFault => ({ line, code: "date_unreadable", message: "The day cannot be read." }),
  row: (line: number): LineFault => ({ line, code: "row_malformed", message: "The row cannot be read." }),
};

/** Blank is nothing; longer than a row may say is cut. What storage cannot keep is left out. */
export function clean(text: string | null | undefined, max = 200): string | null {
  const plain = (text ?? "").toWellFormed().replaceAll("\u0000", "").replaceAll(/\s+/g, " ").trim();
  return plain === "" ? null : Array.from(plain).slice(0, max).join("");
}

/** A currency's code; null for what is none. */
export function readCode(text: string | null | undefined): string | null {
  return /^\s*([A-Za-z]{3})\s*$/.exec(text ?? "")?.[1]?.toUpperCase() ?? null;
}

const GROUPS = /^[0-9]{1,3}(?:([ ',.\u00a0\u202f\u2019])[0-9]{3}(?:\1[0-9]{3})*)?$/;
const CURRENCY = /^(?:[A-Z]{3}|\p{Sc}|Rs\.?)\s*|\s*(?:[A-Z]{3}|\p{Sc}|Rs\.?)$/gu;

/**
 * Reads an amount as banks write it: parentheses or a sign on either side for what went out, a currency beside it, groups
 * of three. With both a dot and a comma, the last one begins the decimals; a lone comma does unless it stands before three
 * digits, and `decimal` says what the file uses. Null for anything else.
 */
export function readDecimal(text: string, decimal: "." | "," | null = null): string | null {
  const trimmed = text.trim().replaceAll("\u2212", "-");
  if (trimmed.length > 40) return null;
  const enclosed = /^\((.*)\)$/.exec(trimmed)?.[1];
  if (enclosed === undefined) return readSigned(trimmed, decimal);
  const inner = /[+-]/.test(enclosed) ? null : readSigned(enclosed, decimal);
  return inner === null ? null : negate(inner);
}

function readSigned(text: string, decimal: "." | "," | null): string | null {
  const { sign, rest } = takeSign(text.trim().replaceAll(CURRENCY, ""));
  const number = readNumber(rest, decimal);
  return number !== null && sign === "-" ? negate(number) : number;
}

/** Below zero instead of above it; nothing stays nothing. */
export function negate(amount: string): string {
  if (amount.startsWith("-")) return amount.slice(1);
  return /[1-9]/.test(amount) ? `-${amount}` : amount;
}

function takeSign(text: string): { sign: string; rest: string } {
  const found = /^([+-])\s*|\s*([+-])$/.exec(text);
  const rest = found ? text.replace(found[0], "").replaceAll(CURRENCY, "") : text;
  return { sign: found ? found[0].trim() : "", rest: rest.trim() };
}

function readNumber(text: string, decimal: "." | "," | null): string | null {
  const point = decimal ?? pointOf(text);
  const at = point === null ? -1 : text.lastIndexOf(point);
  const [units, decimals] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const isNumber = /^[0-9]*$/.test(decimals) && (/^[0-9]*$/.test(units) || GROUPS.test(units));
  if (!isNumber || units + decimals === "") return null;
  const plain = units.replaceAll(/[^0-9]/g, "").replace(/^0+(?=[0-9])/, "") || "0";
  return decimals === "" ? plain : `${plain}.${decimals}`;
}

/** The sign that begins the decimals; null where none does. */
function pointOf(text: string): "." | "," | null {
  const dot = text.lastIndexOf(".");
  const comma = text.lastIndexOf(",");
  if (dot >= 0 && comma >= 0) return dot > comma ? "." : ",";
  if (dot >= 0) return isLone(text, ".") ? "." : null;
  return comma >= 0 && isLone(text, ",") && !/,[0-9]{3}$/.test(text) ? "," : null;
}

function isLone(text: string, sign: string): boolean {
  return text.indexOf(sign) === text.lastIndexOf(sign);
}

export type DateOrder = "ymd" | "dmy" | "mdy";

/** Reads a day in the order of its parts: `2026-11-20`, `20.11.2026`, `11/20/26`, `20261120`. Null where there is none. */
export function readDate(text: string, order: DateOrder): string | null {
  const trimmed = text.trim();
  const compact = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:[^0-9].*|[0-9]{4,6}(?:[^0-9].*)?)?$/s.exec(trimmed.slice(0, 60));
  if (compact) return toDay(compact[1], compact[2], compact[3]);
  const parts = /^([0-9]{1,4})[-/.' ]\s?([0-9]{1,2})[-/.' ]\s?([0-9]{1,4})(?:[T ,].*)?$/s.exec(trimmed.slice(0, 60));
  if (!parts) return null;
  const [, first = "", second = "", third = ""] = parts;
  if (first.length === 4) return toDay(first, second, third);
  if (order === "ymd") return toDay(first, second, third);
  return order === "dmy" ? toDay(third, second, first) : toDay(third, first, second);
}

function toDay(year = "", month = "", day = ""): string | null {
  const full = year.length <= 2 ? `${Number(year) >= 70 ? 19 : 20}${year.padStart(2, "0")}` : year;
  const date = `${full}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDate(date) && /^(?:19|20|21)/.test(date) ? date : null;
}
