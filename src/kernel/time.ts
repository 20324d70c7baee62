/** Moments are milliseconds since 1970 in UTC; on the wire they are RFC 3339 with `Z`. */

export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const MONTH = /^([0-9]{4})-(0[1-9]|1[0-2])$/;

/** `2026-11-20T08:30:00.000Z` */
export function toTimestamp(time: Millis): string {
  return new Date(time).toISOString();
}

/** The UTC day of a moment: `2026-11-20`. */
export function toDate(time: Millis): string {
  return toTimestamp(time).slice(0, 10);
}

/** Whether a text is a day that exists. JavaScript would read 30 February as 1 March. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(time) && toDate(time) === text;
}

/** Whether a text is a month: `2026-11`. */
export function isMonth(text: string): boolean {
  return MONTH.test(text);
}

/** Days since 1970 of a day written `2026-11-20`; the text must be a day that exists. */
export function toDayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) / DAY;
}

/** The day that so many days after 1970 is: `fromDayNumber(20_777)` is `2026-11-20`. */
export function fromDayNumber(day: number): string {
  return toDate(day * DAY);
}

/** The month so many months later: `addMonths("2026-11", 2)` is `2027-01`; below zero goes back. */
export function addMonths(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((((index % 12) + 12) % 12) + 1).padStart(2, "0")}`;
}
