/** Security headers. The API's policy allows nothing; pages name what they load. */

const COMMON: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Frame-Options", "DENY"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"],
];

const API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const HSTS = "max-age=63072000; includeSubDomains; preload";

/** Completes an answer: whatever its route has set stays. */
export function setSecurityHeaders(headers: Headers, production: boolean): void {
  for (const [name, value] of COMMON) headers.set(name, value);
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", API_POLICY);
  if (production) headers.set("Strict-Transport-Security", HSTS);
}
