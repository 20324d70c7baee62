import type { Source } from "#platform/ctx";

/** Where a request comes from. Only the platform's own header is believed; what a client can send is ignored. */
export function readSource(request: Request): Source {
  const ip = request.headers.get("CF-Connecting-IP");
  const userAgent = request.headers.get("User-Agent");
  return { ip: ip === null ? null : ip.slice(0, 64), userAgent: userAgent === null ? null : userAgent.slice(0, 256) };
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
