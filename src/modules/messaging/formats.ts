/** Dates, amounts and lists as a reader's locale writes them. */

export interface Formats {
  /** A moment with its time zone: `20 November 2026 at 09:30 GMT+1`. */
  readonly moment: (time: number) => string;
  /** A day: `20 November 2026`. */
  readonly day: (time: number) => string;
  /** `2026-11` as `November 2026`. */
  readonly month: (month: string) => string;
  /** An exact decimal string and its asset: `$12.50`, `0.50000000 BTC`. Nothing is rounded. */
  readonly money: (amount: string, asset: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly count: (value: number) => string;
}

/** A locale or time zone that the platform does not know is replaced by English and UTC. */
export function createFormats(locale: string, timeZone: string): Formats {
  const language = knownLocale(locale);
  const zone = knownZone(timeZone);
  const moment = new Intl.DateTimeFormat(language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: zone,
  });
  const zoneName = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "short" });
  return {
    moment: (time) => `${moment.format(time)} ${nameOfZone(zoneName, time)}`,
    day: (time) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: zone }).format(time),
    month: (text) =>
      new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(
        Date.parse(`${text}-01T00:00:00Z`),
      ),
    money: (amount, asset) => formatMoney(language, amount, asset),
    list: (items) => new Intl.ListFormat(language, { type: "conjunction" }).format(items),
    count: (value) => new Intl.NumberFormat(language).format(value),
  };
}

function nameOfZone(format: Intl.DateTimeFormat, time: number): string {
  return format.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? "";
}

function formatMoney(language: string, amount: string, asset: string): string {
  const decimals = amount.split(".")[1]?.length ?? 0;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const value = amount as Intl.StringNumericLiteral;
  if (!Intl.supportedValuesOf("currency").includes(asset))
    return `${new Intl.NumberFormat(language, digits).format(value)} ${asset}`;
  return new Intl.NumberFormat(language, { style: "currency", currency: asset, ...digits }).format(value);
}

function knownLocale(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
