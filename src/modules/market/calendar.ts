import { DAY, MINUTE, fromDayNumber, toDayNumber } from "#kernel/time";
import type { ExchangeCalendar } from "./calendars.ts";
import { CALENDARS } from "./calendars.ts";

/**
 * What must stay true: a session is a weekday that is no holiday, and it is over once its close, early or not, has
 * passed in the exchange's own time zone.
 */

const byCode = new Map(CALENDARS.map((calendar) => [calendar.code, calendar]));

/** How long after the close a day's bars may take before their absence counts as stale. */
const PUBLISHING_MS = 30 * MINUTE;

export function calendarOf(exchange: string): ExchangeCalendar | null {
  return byCode.get(exchange) ?? null;
}

/** Whether an exchange trades on a day (days since 1970). 1970 began on a Thursday. */
export function isSession(calendar: ExchangeCalendar, day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6 && !calendar.holidays.has(fromDayNumber(day));
}

/** The sessions from one day to another, both included, oldest first. */
export function listSessions(calendar: ExchangeCalendar, from: number, to: number): number[] {
  const days: number[] = [];
  for (let day = from; day <= to; day += 1) if (isSession(calendar, day)) days.push(day);
  return days;
}

/** The newest session whose bars can be had at a moment. */
export function lastSession(calendar: ExchangeCalendar, now: number): number {
  let day = Math.floor(now / DAY) + 1;
  while (!isSession(calendar, day) || closeOf(calendar, day) + PUBLISHING_MS > now) day -= 1;
  return day;
}

/** When a session ends, in milliseconds since 1970. */
export function closeOf(calendar: ExchangeCalendar, day: number): number {
  const early = calendar.halfDays.has(fromDayNumber(day));
  const local = day * DAY + (early ? calendar.earlyCloseMinutes : calendar.closeMinutes) * MINUTE;
  return local - offsetAt(calendar.timeZone, local);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone is ahead of UTC at a moment. */
function offsetAt(timeZone: string, time: number): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const date = `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
  const clock = [parts.get("hour"), parts.get("minute")].map(Number);
  return (
    toDayNumber(date) * DAY + ((clock[0] ?? 0) * 60 + (clock[1] ?? 0)) * MINUTE - Math.floor(time / MINUTE) * MINUTE
  );
}
