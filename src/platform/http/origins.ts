import type { HttpContext, HttpMiddleware } from "./env.ts";

/**
 * CORS from the exact list of origins. Answers to other origins carry no permission, so that browsers keep them back;
 * cookies are never allowed along, since other origins sign in with tokens.
 */

const METHODS = "GET, POST, PUT, PATCH, DELETE";
const TAKEN = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Bookmark, X-Device-Id, X-Request-Id";
const SHOWN = "ETag, Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Bookmark, X-Request-Id";
const PREFLIGHT_SECONDS = "600";

/** Answers what browsers ask before a call; which origins are let in is written on every answer by `permitOrigin`. */
export const answerPreflight: HttpMiddleware = async (c, next) => {
  const asked = c.req.method === "OPTIONS" && c.req.header("Access-Control-Request-Method") !== undefined;
  if (!asked) return await next();
  const headers = new Headers({ Vary: "Access-Control-Request-Method, Access-Control-Request-Headers" });
  if (allowedOrigin(c) === null) return new Response(null, { status: 204, headers });
  headers.set("Access-Control-Allow-Methods", METHODS);
  headers.set("Access-Control-Allow-Headers", TAKEN);
  headers.set("Access-Control-Max-Age", PREFLIGHT_SECONDS);
  return new Response(null, { status: 204, headers });
};

/** Lets an origin on the list read this answer, and tells caches that it matters who asks. */
export function permitOrigin(headers: Headers, c: HttpContext): void {
  headers.append("Vary", "Origin");
  const origin = allowedOrigin(c);
  if (origin === null) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", SHOWN);
}

function allowedOrigin(c: HttpContext): string | null {
  const origin = c.req.header("Origin");
  return origin !== undefined && c.get("ctx").config.corsOrigins.has(origin) ? origin : null;
}
