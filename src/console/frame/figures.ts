/** How figures and dates are written in a locale, by the server and by what draws in the browser alike. */

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
const MAX_MADE = 100;

/** Making a formatter takes many times what using it does, and a table needs one for each of its cells. */
function recall<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = made.get(key);
  if (known) return known as T;
  const format = make();
  if (made.size >= MAX_MADE) made.clear();
  made.set(key, format);
  return format;
}

/** A moment as the locale writes it. */
export function formatMoment(locale: string, at: Date, options: Intl.DateTimeFormatOptions): string {
  const key = `date ${locale} ${JSON.stringify(options)}`;
  return recall(key, () => new Intl.DateTimeFormat(locale, options)).format(at);
}

/** An exact decimal amount as the locale writes it; no digit is rounded away. */
export function formatDecimal(locale: string, amount: string): string {
  const decimals = amount.split(".")[1]?.length ?? 0;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const format = recall(`number ${locale} ${decimals}`, () => new Intl.NumberFormat(locale, options));
  return format.format(amount as Intl.StringNumericLiteral);
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
  return formatMoment(locale, new Date(mark), { ...shown, timeZone: "UTC" });
}
