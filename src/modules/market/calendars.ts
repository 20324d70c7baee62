/** Exchange calendars as data. Sources: the exchanges' own published holiday tables, 2024 to 2028. */

export interface ExchangeCalendar {
  /** Market identifier code, ISO 10383. */
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly timeZone: string;
  /** When a session ends, local time in minutes after midnight. */
  readonly closeMinutes: number;
  readonly earlyCloseMinutes: number;
  /** Weekdays without a session. */
  readonly holidays: ReadonlySet<string>;
  /** Sessions that end early. */
  readonly halfDays: ReadonlySet<string>;
}

/** `"2026: 01-01 01-19"` becomes full dates. */
function dates(...years: readonly string[]): ReadonlySet<string> {
  return new Set(
    years.flatMap((line) => {
      const [year = "", days = ""] = line.split(": ");
      return days.split(" ").map((day) => `${year}-${day}`);
    }),
  );
}

const UNITED_STATES = {
  country: "US",
  currency: "USD",
  timeZone: "America/New_York",
  closeMinutes: 16 * 60,
  earlyCloseMinutes: 13 * 60,
  holidays: dates(
    "2024: 01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
    "2025: 01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    "2026: 01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    "2027: 01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
    "2028: 01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
  ),
  halfDays: dates(
    "2024: 07-03 11-29 12-24",
    "2025: 07-03 11-28 12-24",
    "2026: 11-27 12-24",
    "2027: 11-26",
    "2028: 07-03 11-24",
  ),
} as const;

const LONDON: ExchangeCalendar = {
  code: "XLON",
  name: "London Stock Exchange",
  country: "GB",
  currency: "GBP",
  timeZone: "Europe/London",
  closeMinutes: 16 * 60 + 30,
  earlyCloseMinutes: 12 * 60 + 30,
  holidays: dates(
    "2024: 01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    "2025: 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    "2026: 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    "2027: 01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    "2028: 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
  ),
  halfDays: dates(
    "2024: 12-24 12-31",
    "2025: 12-24 12-31",
    "2026: 12-24 12-31",
    "2027: 12-24 12-31",
    "2028: 12-22 12-29",
  ),
};

/** Every exchange that symbols may be listed on. */
export const CALENDARS: readonly ExchangeCalendar[] = [
  { code: "XNYS", name: "New York Stock Exchange", ...UNITED_STATES },
  { code: "XNAS", name: "Nasdaq", ...UNITED_STATES },
  LONDON,
];
