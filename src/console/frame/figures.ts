/** How figures and dates are written in a locale, by the server and by what draws in the browser alike. */

/** An exact decimal amount as the locale writes it; no digit is rounded away. */
export function formatDecimal(locale: string, amount: string): string {
  const decimals = amount.split(".")[1]?.length ?? 0;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
}

const FORMS: readonly (readonly [form: RegExp, options: Intl.DateTimeFormatOptions])[] = [
  [/^\d{4}-\d{2}-\d{2}$/, { day: "numeric", month: "short", year: "numeric" }],
  [/^\d{4}-\d{2}$/, { month: "short", year: "numeric" }],
];

/** A day (`2026-03-01`) or month (`2026-03`) as the locale writes it, without its year if need be; any other mark as it stands. */
export function formatMark(locale: string, mark: string, withYear = true): string {
  const options = FORMS.find(([form]) => form.test(mark))?.[1];
  if (!options) return mark;
  const { year: _, ...yearless } = options;
  const shown = withYear || options.day === undefined ? options : yearless;
  return new Intl.DateTimeFormat(locale, { ...shown, timeZone: "UTC" }).format(new Date(mark));
}
