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

export type ImageType = "image/png" | "image/jpeg" | "image/webp";

/** What a picture is by its own first bytes, whatever its sender calls it; null for anything else. */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const starts = (at: number, ...expected: readonly number[]): boolean =>
    expected.every((byte, index) => bytes[at + index] === byte);
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (starts(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return null;
}
