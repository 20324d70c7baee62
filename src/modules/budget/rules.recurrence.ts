import { addMonths, fromDayNumber, toDayNumber } from "#kernel/time";

/**
 * Days of a series as RFC 5545 writes them, for whole days: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH.
 *
 * What must stay true: a series is gone through day by day from its start, so that any rule ends; a month without the day
 * that a rule names is passed over, as the standard says.
 */

const FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/** Days that are gone through at most: a hundred years. */
const HORIZON = 36_525;

export interface Recurrence {
  readonly frequency: (typeof FREQUENCIES)[number];
  readonly interval: number;
  readonly count: number | null;
  /** The last day. */
  readonly until: string | null;
  /** Weekdays from Monday as 0, each with its place in the month, such as -1 for the last; 0 for every one. */
  readonly weekdays: readonly { readonly weekday: number; readonly place: number }[];
  /** Below zero from the month's end. */
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
}

const NUMBERS = /^-?[0-9]{1,3}(?:,-?[0-9]{1,3})*$/;

/** Reads a rule; null for one that is none, or asks for what is not known here. */
export function parseRule(text: string): Recurrence | null {
  const parts = text
    .replace(/^RRULE:/i, "")
    .toUpperCase()
    .split(";")
    .filter((part) => part !== "");
  const fields = new Map(parts.map((part) => part.split("=", 2) as [string, string]));
  if (fields.size < parts.length || [...fields.keys()].some((name) => !(name in READERS))) return null;
  const read = <K extends keyof Fields>(name: K): Fields[K] | undefined => READERS[name](fields.get(name));
  const values = {
    frequency: read("FREQ"),
    interval: read("INTERVAL"),
    count: read("COUNT"),
    until: read("UNTIL"),
    weekdays: read("BYDAY"),
    monthDays: read("BYMONTHDAY"),
    months: read("BYMONTH"),
  };
  return Object.values(values).includes(undefined) ? null : (values as Recurrence);
}

interface Fields {
  FREQ: Recurrence["frequency"];
  INTERVAL: number;
  COUNT: number | null;
  UNTIL: string | null;
  BYDAY: Recurrence["weekdays"];
  BYMONTHDAY: readonly number[];
  BYMONTH: readonly number[];
}

type Reader<T> = (text: string | undefined) => T | undefined;

/** Each gives what a field stands for when it is left out, and undefined for one that cannot be read. */
const READERS: { readonly [K in keyof Fields]: Reader<Fields[K]> } = {
  FREQ: (text) => FREQUENCIES.find((each) => each === text),
  INTERVAL: (text) => (text === undefined ? 1 : positive(text)),
  COUNT: (text) => (text === undefined ? null : positive(text)),
  UNTIL: (text) => (text === undefined ? null : untilOf(text)),
  BYDAY: (text) => (text === undefined ? [] : weekdaysOf(text)),
  BYMONTHDAY: (text) => numbersOf(text, 31, true),
  BYMONTH: (text) => numbersOf(text, 12, false),
};

function positive(text: string): number | undefined {
  return /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : undefined;
}

function untilOf(text: string): string | undefined {
  const [, year, month, day] = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:T[0-9]{6}Z?)?$/.exec(text) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

function numbersOf(text: string | undefined, max: number, signed: boolean): readonly number[] | undefined {
  if (text === undefined) return [];
  if (!NUMBERS.test(text)) return undefined;
  const numbers = text.split(",").map(Number);
  const isGood = (each: number): boolean => each !== 0 && Math.abs(each) <= max && (signed || each > 0);
  return numbers.every(isGood) ? numbers : undefined;
}

function weekdaysOf(text: string): Recurrence["weekdays"] | undefined {
  const days = text.split(",").map((each) => /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(each));
  if (days.includes(null)) return undefined;
  return days.map((match) => ({ weekday: WEEKDAYS.indexOf(match?.[2] ?? ""), place: Number(match?.[1] ?? 0) }));
}

/**
 * The days of a series that begins on a day.
 *
 * @param span the days that are asked for, both included
 */
export function occurrences(
  rule: Recurrence,
  start: string,
  span: { readonly from: string; readonly to: string },
): string[] {
  const first = toDayNumber(start);
  const last = Math.min(toDayNumber(span.to), first + HORIZON);
  const found: string[] = [];
  let count = 0;
  for (let day = first; day <= last && count < (rule.count ?? Infinity); day += 1) {
    const date = fromDayNumber(day);
    if (rule.until !== null && date > rule.until) break;
    if (!fits(rule, start, date)) continue;
    count += 1;
    if (date >= span.from) found.push(date);
  }
  return found;
}

function fits(rule: Recurrence, start: string, date: string): boolean {
  if (rule.months.length > 0 && !rule.months.includes(Number(date.slice(5, 7)))) return false;
  if (periodsBetween(rule.frequency, start, date) % rule.interval !== 0) return false;
  if (rule.monthDays.length > 0 && !isMonthDay(rule.monthDays, date)) return false;
  if (rule.weekdays.length > 0) return isWeekday(rule.weekdays, date);
  return rule.monthDays.length > 0 || isLikeStart(rule, start, date);
}

/** How many days, weeks from Monday, months or years lie between two days. */
function periodsBetween(frequency: Recurrence["frequency"], start: string, date: string): number {
  const [from, to] = [toDayNumber(start), toDayNumber(date)];
  if (frequency === "DAILY") return to - from;
  if (frequency === "WEEKLY") return Math.floor((to + 3) / 7) - Math.floor((from + 3) / 7);
  const years = Number(date.slice(0, 4)) - Number(start.slice(0, 4));
  return frequency === "YEARLY" ? years : years * 12 + Number(date.slice(5, 7)) - Number(start.slice(5, 7));
}

/** Without a day of its own a rule takes that of its start. */
function isLikeStart({ frequency, months }: Recurrence, start: string, date: string): boolean {
  if (frequency === "DAILY") return true;
  if (frequency === "WEEKLY") return weekdayOf(start) === weekdayOf(date);
  if (start.slice(8) !== date.slice(8)) return false;
  return frequency === "MONTHLY" || months.length > 0 || start.slice(5, 7) === date.slice(5, 7);
}

function weekdayOf(date: string): number {
  return (toDayNumber(date) + 3) % 7;
}

function daysIn(date: string): number {
  const month = date.slice(0, 7);
  return toDayNumber(`${addMonths(month, 1)}-01`) - toDayNumber(`${month}-01`);
}

function isMonthDay(days: readonly number[], date: string): boolean {
  const day = Number(date.slice(8));
  return days.includes(day) || days.includes(day - daysIn(date) - 1);
}

function isWeekday(weekdays: Recurrence["weekdays"], date: string): boolean {
  const day = Number(date.slice(8));
  const places = [0, Math.ceil(day / 7), -Math.ceil((daysIn(date) - day + 1) / 7)];
  return weekdays.some(({ weekday, place }) => weekday === weekdayOf(date) && places.includes(place));
}
