/** What a profile may say, as the platform's own tables of languages, zones and currencies know it. */

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

export function isCurrency(text: string): boolean {
  return currencies.has(text);
}

export function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
