/**
 * TypeIDs: a type prefix, `_`, and a UUIDv7 in 26 characters of Crockford's base32. They sort by time of creation
 * and carry 74 random bits. Source: the TypeID specification 0.3.0 and RFC 9562, section 5.7.
 */

export const ID_PREFIXES = [
  "user",
  "sess",
  "key",
  "plan",
  "sub",
  "inv",
  "pay",
  "chk",
  "scan",
  "run",
  "wdr",
  "dep",
  "addr",
  "ad",
  "trade",
  "disp",
  "cat",
  "alloc",
  "txn",
  "acct",
  "goal",
  "conv",
  "msg",
  "course",
  "module",
  "lesson",
  "quiz",
  "cert",
  "comm",
  "payout",
  "notif",
  "tkt",
  "evt",
  "job",
  "file",
  "inc",
  "bcast",
  "req",
  "watch",
  "reg",
  "op",
  "cost",
  "refund",
  "hook",
  "diff",
  "webhook",
  "delivery",
  "imp",
  "rule",
  "rec",
  "setl",
  "swap",
  "quote",
  "rate",
  "cap",
  "backup",
  "restore",
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

declare const brand: unique symbol;
/** An id of one kind; a `user_…` does not pass where a `tkt_…` is wanted. */
export type Id<P extends IdPrefix = IdPrefix> = string & { readonly [brand]: P };

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * Builds an id.
 *
 * @param time milliseconds since 1970, below 2^48
 * @param entropy at least 10 bytes; random for a new id, derived for an id that must come out the same again
 */
export function makeId<P extends IdPrefix>(prefix: P, time: number, entropy: Uint8Array): Id<P> {
  if (!Number.isSafeInteger(time) || time < 0 || time >= 2 ** 48)
    throw new RangeError("The time of an id is out of range.");
  if (entropy.length < 10) throw new RangeError("An id needs ten bytes of entropy.");
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, Math.floor(time / 2 ** 16));
  new DataView(bytes.buffer).setUint16(4, time % 2 ** 16);
  bytes.set(entropy.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return `${prefix}_${encode(bytes)}` as Id<P>;
}

/** Whether a text is a well-formed id of the given kind. Says nothing about existence. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return (
    text.length === prefix.length + 27 && text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1))
  );
}

/** 128 bits in 26 characters of five bits, the first of which carries only three. */
function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 2;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >>> bits) & 31);
      value &= (1 << bits) - 1;
    }
  }
  return text;
}
