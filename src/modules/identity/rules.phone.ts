/**
 * What must stay true: however a number is written, it has one canonical form, and it is what is counted, stored and
 * written to; numbers that cost the caller or us more than an ordinary one are not written to at all.
 */

const E164 = /^\+[1-9][0-9]{7,14}$/;

/** E.164: a plus, the country's code and the number, 8 to 15 digits, no blanks. Null when a text is none. */
export function canonicalPhone(text: string): string | null {
  if (text.length > 64) return null;
  const phone = text
    .normalize("NFKC")
    .trim()
    .replaceAll(/[\s().\-‐-―/]/g, "");
  return E164.test(phone) ? phone : null;
}

/** Shared-cost, freephone, satellite and premium ranges of the ITU, and North America's 900 numbers. */
const NOT_ORDINARY = ["+800", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979", "+991", "+1900", "+1976"];

/** Whether a code may be sent to a number; `countries` are calling codes, and null means all. */
export function isReachable(phone: string, countries: readonly string[] | null): boolean {
  if (NOT_ORDINARY.some((range) => phone.startsWith(range))) return false;
  return countries === null || countries.some((code) => phone.startsWith(`+${code}`));
}

const ONE_DIGIT = /^[17]/;
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** The calling code that a canonical number begins with: of one, two or three digits, as the ITU gives them. */
export function callingCode(phone: string): string {
  const digits = phone.slice(1);
  if (ONE_DIGIT.test(digits)) return digits.slice(0, 1);
  return digits.slice(0, TWO_DIGITS.test(digits) ? 2 : 3);
}

/** What is shown of a number to whom it may not be told: `+91•••••••210`. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}${"•".repeat(Math.max(0, phone.length - 6))}${phone.slice(-3)}`;
}
