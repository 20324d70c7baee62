import type { Source } from "#platform/ctx";

export const DEVICE_COOKIE = "__Host-device";
export const REFERRAL_COOKIE = "__Host-referral";
const REFERRAL_CODE = /^[A-Z0-9]{4,20}$/;
const DEVICE_ID = /^[\u0021-\u007e]{8,128}$/;
const COUNTRY = /^(?!XX)[A-Z]{2}$/;

/**
 * Where a request comes from, looked up as far as it is asked for. Only the platform's own words are believed; what a
 * client can send is ignored.
 */
export function readSource(request: Request): Source {
  const { headers } = request;
  const platform = (): IncomingRequestCfProperties | undefined => request.cf as IncomingRequestCfProperties | undefined;
  return {
    get ip() {
      return headers.get("CF-Connecting-IP")?.slice(0, 64) ?? null;
    },
    get userAgent() {
      return headers.get("User-Agent")?.slice(0, 256) ?? null;
    },
    get country() {
      return ifLike(COUNTRY, platform()?.country ?? headers.get("CF-IPCountry"));
    },
    get place() {
      return placeOf(platform());
    },
    get deviceId() {
      return ifLike(DEVICE_ID, readCookie(request, DEVICE_COOKIE) ?? headers.get("X-Device-Id"));
    },
    get referralCode() {
      return ifLike(REFERRAL_CODE, readCookie(request, REFERRAL_COOKIE));
    },
  };
}

function ifLike(pattern: RegExp, text: string | null): string | null {
  return text !== null && pattern.test(text) ? text : null;
}

function placeOf(cf: IncomingRequestCfProperties | undefined): Source["place"] {
  const latitude = Number(cf?.latitude ?? Number.NaN);
  const longitude = Number(cf?.longitude ?? Number.NaN);
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
}

/** The value of a cookie; null where it is absent. */
export function readCookie(request: Request, name: string): string | null {
  const pairs = (request.headers.get("Cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

/**
 * The key under which a source is counted: an IPv4 address, also where it comes dressed as an IPv6 one, or the /64 of
 * an IPv6 address, since a single customer owns that much. Requests without an address share one key.
 */
export function sourceKey(ip: string | null): string {
  if (ip === null) return "unknown";
  if (!ip.includes(":")) return ip;
  const groups = groupsOf(ip.toLowerCase());
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight groups of an IPv6 address, a dotted tail included. */
function groupsOf(ip: string): number[] {
  const [head = "", tail] = ip.replace(/[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/, toGroups).split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...middle, ...right].slice(0, 8).map((group) => (Number.parseInt(group, 16) || 0) & 0xffff);
}

function toGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
