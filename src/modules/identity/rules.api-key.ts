/**
 * What must stay true: a key shows by itself that it is one of ours and whole, so that a scanner finds one that leaked
 * and a typing error costs no look-up. 160 random bits; a plain hash keeps it.
 */

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const HEAD = "bourse_live_";
const SECRET_LENGTH = 32;
const SHOWN_LENGTH = 6;
const SHAPE = /^bourse_live_([0-9a-hjkmnp-tv-z]{32})([0-9a-hjkmnp-tv-z]{7})$/;

/** What keys may be given, two for each product: to read and to write. No scope reaches operators' routes or keys. */
const RESOURCES = [
  "account",
  "academy",
  "affiliate",
  "assistant",
  "billing",
  "budget",
  "market",
  "notifications",
  "p2p",
  "scanner",
  "support",
  "wallet",
  "webhooks",
] as const;

export const API_SCOPES: readonly string[] = RESOURCES.flatMap((resource) => [`${resource}:read`, `${resource}:write`]);

/** Writes a key from random bytes, of which it takes 32. */
export function writeApiKey(random: Uint8Array): string {
  const letters = Array.from(random.subarray(0, SECRET_LENGTH), (byte) => ALPHABET.charAt(byte & 31));
  const secret = letters.join("");
  return `${HEAD}${secret}${checksum(secret)}`;
}

/** Whether a text is a whole key. Says nothing about whether anybody has it. */
export function isApiKey(text: string): boolean {
  const [, secret = "", check] = SHAPE.exec(text) ?? [];
  return check !== undefined && checksum(secret) === check;
}

/** What is shown of a key. */
export function prefixOf(key: string): string {
  return key.slice(0, HEAD.length + SHOWN_LENGTH);
}

const POLYNOMIAL = 0xedb88320;

/** CRC-32 (ISO 3309) in seven letters of five bits. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const char of text) {
    crc ^= char.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  const value = (crc ^ 0xffffffff) >>> 0;
  return Array.from({ length: 7 }, (_, place) => ALPHABET.charAt(Math.floor(value / 32 ** (6 - place)) % 32)).join("");
}
