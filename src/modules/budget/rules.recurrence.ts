import { addMonths, fromDayNumber, toDayNumber } from "#kernel/time";

/**
 * Days of a series as RFC 5545 writes them, for whole days: FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTHDAY, BYMONTH,
 * BYSETPOS. What else the standard knows is refused, and so is what it forbids.
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
  /** Which of a period's days count, from its end below zero; all of them where it names none. */
  readonly places: readonly number[];
  /** The day that a week begins with, Monday as 0. */
  readonly weekStart: number;
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
    places: read("BYSETPOS"),
    weekStart: read("WKST"),
  };
  if (Object.values(values).includes(undefined)) return null;
  return isAllowed(values as Recurrence) ? (values as Recurrence) : null;
}

/** What the standard forbids together, or leaves without a meaning. */
function isAllowed({ frequency, count, until, weekdays, monthDays, months, places }: Recurrence): boolean {
  const weeks = { DAILY: 0, WEEKLY: 0, MONTHLY: 5, YEARLY: months.length === 0 ? 53 : 5 }[frequency];
  if (count !== null && until !== null) return false;
  if (weekdays.some(({ place }) => Math.abs(place) > weeks)) return false;
  if (frequency === "WEEKLY" && monthDays.length > 0) return false;
  return places.length === 0 || weekdays.length + monthDays.length + months.length > 0;
}

interface Fields {
  FREQ: Recurrence["frequency"];
  INTERVAL: number;
  COUNT: number | null;
  UNTIL: string | null;
  BYDAY: Recurrence["weekdays"];
  BYMONTHDAY: readonly number[];
  BYMONTH: readonly number[];
  BYSETPOS: readonly number[];
  WKST: number;
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
  BYSETPOS: (text) => numbersOf(text, 366, true),
  WKST: (text) => {
    const day = text === undefined ? 0 : WEEKDAYS.indexOf(text);
    return day < 0 ? undefined : day;
  },
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
  const days = text.split(",").map((each) => /^([+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/.exec(each));
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
  const last = Math.min(toDayNumber(span.to), toDayNumber(start) + HORIZON);
  const found: string[] = [];
  let count = 0;
  for (const date of daysOf(rule, start, last)) {
    if (count >= (rule.count ?? Infinity) || (rule.until !== null && date > rule.until)) break;
    count += 1;
    if (date >= span.from && date <= span.to) found.push(date);
  }
  return found;
}

/** Every day that fits a rule, from its start on, up to a day. */
function* daysOf(rule: Recurrence, start: string, last: number): Generator<string> {
  if (rule.places.length === 0) {
    for (let day = toDayNumber(start); day <= last; day += 1) {
      const date = fromDayNumber(day);
      if (fits(rule, start, date)) yield date;
    }
    return;
  }
  // A place counts within a whole period, what comes before the start and after the last day included.
  const [begin, end] = [periodOf(rule, start)[0], periodOf(rule, fromDayNumber(last))[1]];
  let set: string[] = [];
  for (let day = begin; day <= end; day += 1) {
    const date = fromDayNumber(day);
    if (fits(rule, start, date)) set.push(date);
    if (day < periodOf(rule, date)[1]) continue;
    yield* picked(set, rule.places).filter((each) => each >= start);
    set = [];
  }
}

function picked(set: readonly string[], places: readonly number[]): string[] {
  return set.filter((_, index) => places.includes(index + 1) || places.includes(index - set.length));
}

/** The first and the last day of the period that a day lies in. */
function periodOf({ frequency, weekStart }: Recurrence, date: string): readonly [number, number] {
  const day = toDayNumber(date);
  if (frequency === "DAILY") return [day, day];
  if (frequency === "WEEKLY") {
    const first = day - ((weekdayOf(date) - weekStart + 7) % 7);
    return [first, first + 6];
  }
  const year = date.slice(0, 4);
  if (frequency === "YEARLY") return [toDayNumber(`${year}-01-01`), toDayNumber(`${year}-12-31`)];
  const first = toDayNumber(`${date.slice(0, 7)}-01`);
  return [first, first + daysIn(date) - 1];
}

function fits(rule: Recurrence, start: string, date: string): boolean {
  if (rule.months.length > 0 && !rule.months.includes(Number(date.slice(5, 7)))) return false;
  if (periodsBetween(rule, start, date) % rule.interval !== 0) return false;
  if (rule.monthDays.length > 0 && !isMonthDay(rule.monthDays, date)) return false;
  if (rule.weekdays.length > 0) return isWeekday(rule, date);
  return rule.monthDays.length > 0 || isLikeStart(rule, start, date);
}

/** How many days, weeks, months or years lie between two days. */
function periodsBetween({ frequency, weekStart }: Recurrence, start: string, date: string): number {
  const [from, to] = [toDayNumber(start), toDayNumber(date)];
  if (frequency === "DAILY") return to - from;
  if (frequency === "WEEKLY") return Math.floor((to + 3 - weekStart) / 7) - Math.floor((from + 3 - weekStart) / 7);
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

/** A place is one of the year where a rule by years names no months, and one of the month else. */
function isWeekday({ frequency, weekdays, months }: Recurrence, date: string): boolean {
  const [first, last] =
    frequency === "YEARLY" && months.length === 0
      ? [toDayNumber(`${date.slice(0, 4)}-01-01`), toDayNumber(`${date.slice(0, 4)}-12-31`)]
      : [toDayNumber(`${date.slice(0, 7)}-01`), toDayNumber(`${date.slice(0, 7)}-01`) + daysIn(date) - 1];
  const day = toDayNumber(date);
  const places = [0, Math.floor((day - first) / 7) + 1, -(Math.floor((last - day) / 7) + 1)];
  return weekdays.some(({ weekday, place }) => weekday === weekdayOf(date) && places.includes(place));
}
