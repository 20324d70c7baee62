import type { Source } from "#platform/ctx";

export const DEVICE_COOKIE = "__Host-device";
const DEVICE_ID = /^[\u0021-\u007e]{8,128}$/;
const COUNTRY = /^(?!XX)[A-Z]{2}$/;

/** Where a request comes from. Only the platform's own words are believed; what a client can send is ignored. */
export function readSource(request: Request): Source {
  const { cf, headers } = request as Request<unknown, IncomingRequestCfProperties>;
  return {
    ip: headers.get("CF-Connecting-IP")?.slice(0, 64) ?? null,
    userAgent: headers.get("User-Agent")?.slice(0, 256) ?? null,
    country: ifLike(COUNTRY, cf?.country ?? headers.get("CF-IPCountry")),
    place: placeOf(cf),
    deviceId: ifLike(DEVICE_ID, readCookie(request, DEVICE_COOKIE) ?? headers.get("X-Device-Id")),
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
 * The key under which a source is counted: an IPv4 address, or the /64 of an IPv6 one, since a single customer owns
 * that much. Requests without an address share one key.
 */
export function sourceKey(ip: string | null): string {
  if (ip === null) return "unknown";
  const mapped = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/i.exec(ip);
  if (mapped?.[1] !== undefined) return mapped[1];
  return ip.includes(":") ? `${networkOf(ip)}::/64` : ip;
}

function networkOf(ip: string): string {
  const [head = "", tail = ""] = ip.toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const middle = ip.includes("::") ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0") : [];
  return [...left, ...middle, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
