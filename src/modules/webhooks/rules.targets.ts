/**
 * Where webhooks may go.
 *
 * What must stay true: outside development a call leaves for a public name over HTTPS on its usual port, and for no
 * address that is written as a number, however it is written: the URL parser turns every notation into one form first.
 */

export type TargetRefusal =
  | "url_invalid"
  | "url_not_https"
  | "url_port"
  | "url_credentials"
  | "url_address"
  | "url_private"
  | "url_own";

export interface TargetPolicy {
  /** Development sends to this machine too, so that a receiver can be tried out. */
  readonly development: boolean;
  /** Our own origin, which is no customer's endpoint. */
  readonly ownHost: string;
}

const LONGEST_URL = 2_048;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const NUMERIC = /^(?:\d+\.\d+\.\d+\.\d+|\[.*\])$/;
const NAME = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/** Names that never lead to the public internet: RFC 6761, 6762, 7686, 8375, 9476 and what clouds use inside. */
const PRIVATE_NAME =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|test|example|invalid|onion|alt|arpa)$/;

/** Why nothing is sent to an address; null when it may be. */
export function refuseTarget(text: string, policy: TargetPolicy): TargetRefusal | null {
  if (!isWritten(text)) return "url_invalid";
  const url = new URL(text);
  const host = url.hostname.replace(/\.$/, "");
  if (url.username !== "" || url.password !== "") return "url_credentials";
  if (policy.development && LOOPBACK.test(host)) return /^https?:$/.test(url.protocol) ? null : "url_not_https";
  if (url.protocol !== "https:") return "url_not_https";
  if (url.port !== "") return "url_port";
  return refuseHost(host, policy.ownHost);
}

/** Whether a text is one address, without what a parser would leave out or turn round. */
function isWritten(text: string): boolean {
  return text.length <= LONGEST_URL && !/[\s\p{Cc}\\]/u.test(text) && URL.canParse(text);
}

function refuseHost(host: string, ownHost: string): TargetRefusal | null {
  if (NUMERIC.test(host)) return "url_address";
  if (host === ownHost) return "url_own";
  return NAME.test(host) && !PRIVATE_NAME.test(host) ? null : "url_private";
}

/** Ranges of IPv4 that are no public host's: IANA's special-purpose registry, multicast and what is reserved. */
const SPECIAL_V4: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
];

/** Ranges inside 2000::/3 that are no public host's: protocol assignments, documentation, 6to4 with its inner address. */
const SPECIAL_V6: readonly (readonly [readonly [number, number], number])[] = [
  [[0x2001, 0x0000], 23],
  [[0x2001, 0x0db8], 32],
  [[0x2002, 0x0000], 16],
  [[0x3fff, 0x0000], 20],
];

/** Whether an address that a name resolves to is a public host's. What cannot be read is not. */
export function isPublicAddress(address: string): boolean {
  return address.includes(":") ? isPublicV6(address) : isPublicV4(address);
}

function isPublicV4(address: string): boolean {
  const parts = address.split(".").map(Number);
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) || parts.some((part) => part > 255)) return false;
  const bits = parts.reduce((sum, part) => sum * 256 + part, 0);
  return !SPECIAL_V4.some(([base, length]) => Math.floor((bits - base) / 2 ** (32 - length)) === 0);
}

/** Only what is handed out as global unicast; mapped, translated, local and multicast addresses lie outside of it. */
function isPublicV6(address: string): boolean {
  const host = `http://[${address}]/`;
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(address) || !URL.canParse(host)) return false;
  const groups = groupsOf(new URL(host).hostname.slice(1, -1));
  const [first = 0, second = 0] = groups;
  if (first < 0x2000 || first > 0x3fff) return false;
  const bits = first * 65_536 + second;
  return !SPECIAL_V6.some(
    ([[high, low], length]) => Math.floor((bits - (high * 65_536 + low)) / 2 ** (32 - length)) === 0,
  );
}

/** The eight groups of an address in the parser's own form. */
function groupsOf(address: string): number[] {
  const [front = [], back] = address.split("::").map(readGroups);
  if (!back) return front;
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function readGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
