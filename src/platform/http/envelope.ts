import { given } from "#kernel/given";
import { makeId } from "#kernel/ids";
import { idEntropy } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { ANONYMOUS, createCtx } from "#platform/ctx";
import type { Logger } from "#platform/log";
import { createLogger } from "#platform/log";
import { flushBeside, meterOf } from "#platform/metrics";
import type { Composition } from "#platform/module";
import { reportError } from "#platform/sentry";
import type { HttpContext, HttpMiddleware } from "./env.ts";
import { setSecurityHeaders } from "./headers.ts";
import { sharedDatabase } from "./in-place.ts";
import { permitOrigin } from "./origins.ts";
import { readSource } from "./source.ts";

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const SLOW_MS = 1_000;
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Around every request: its context before, its headers and its line in the log after. */
export function envelope(composition: Composition): HttpMiddleware {
  return async (c, next) => {
    const startedAt = Date.now();
    const requestId = requestIdOf(c);
    const reads = c.req.method === "GET" || c.req.method === "HEAD";
    const ctx = createCtx({
      env: c.env,
      actor: ANONYMOUS,
      requestId,
      get source() {
        return readSource(c.req.raw);
      },
      get bookmark() {
        return reads ? (c.req.header("X-Bookmark") ?? null) : null;
      },
      fresh: !reads,
      get db() {
        return reads ? sharedDatabase(c.req.raw) : undefined;
      },
      get log() {
        return loggerOf(c, requestId);
      },
      defer: (work) => c.executionCtx.waitUntil(work),
      composition,
    });
    c.set("ctx", ctx);
    await next();
    finish(c, Date.now() - startedAt);
  };
}

/** The caller's own request id, if it is a sane one, else a fresh one. */
function requestIdOf(c: HttpContext): string {
  const asked = c.req.header("X-Request-Id");
  return asked !== undefined && REQUEST_ID.test(asked) ? asked : makeId("req", Date.now(), idEntropy());
}

function loggerOf(c: HttpContext, requestId: string): Logger {
  const trace = c.req.header("traceparent");
  const traceId = trace === undefined ? undefined : TRACE_PARENT.exec(trace)?.[1];
  return createLogger({ requestId, ...given({ traceId }) });
}

function finish(c: HttpContext, durationMs: number): void {
  const ctx = c.get("ctx");
  const inPlace = sharedDatabase(c.req.raw) !== undefined;
  if (!inPlace) complete(c, ctx, durationMs);
  if (c.error && c.res.status === 500) ctx.defer(reportError(ctx, c.error));
  measure(c, durationMs);
  writeLog(c, durationMs, inPlace ? 500 : 400);
}

/**
 * Completes an answer that leaves; what a page has asked for in place it completes with its own. Each look at a header
 * leaves JavaScript, so none is taken twice.
 */
function complete(c: HttpContext, ctx: Ctx, durationMs: number): void {
  const headers = headersWith(c, ctx.requestId);
  if (!headers.has("Content-Type") && c.res.body !== null) headers.set("Content-Type", "application/octet-stream");
  setSecurityHeaders(headers, !ctx.config.development);
  for (const [name, value] of Object.entries(c.get("answerHeaders") ?? {})) {
    if (!c.error || !headers.has(name)) headers.set(name, value);
  }
  permitOrigin(headers, c);
  setCaching(headers, ctx);
  if (ctx.config.development) headers.set("Server-Timing", `total;dur=${durationMs}`);
}

/** Methods that callers may make up count as one. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

function measure(c: HttpContext, durationMs: number): void {
  const meter = meterOf(c.env);
  const routeClass = c.get("routeClass") ?? "unmatched";
  meter.add("httpRequests", [routeClass, METHODS.has(c.req.method) ? c.req.method : "other", String(c.res.status)]);
  meter.observe("httpDuration", [routeClass], durationMs / 1_000);
  const ctx = c.get("ctx");
  const answered = { route: c.get("route") ?? "unmatched", feature: c.get("feature") ?? null, status: c.res.status };
  ctx.composition.observe(ctx, answered);
  flushBeside(ctx);
}

/** Keeps the answer out of caches unless it says otherwise. Only a caller's own answer tells how far the database is. */
function setCaching(headers: Headers, ctx: Ctx): void {
  const cacheControl = headers.get("Cache-Control");
  if (cacheControl?.startsWith("public") === true) return;
  if (cacheControl === null) headers.set("Cache-Control", "no-store");
  const bookmark = ctx.bookmark();
  if (bookmark !== null) headers.set("X-Bookmark", bookmark);
}

/** The answer's headers with the request id. What another service answered cannot be changed; a copy of it can. */
function headersWith(c: HttpContext, requestId: string): Headers {
  try {
    c.res.headers.set("X-Request-Id", requestId);
  } catch {
    const answer = new Response(c.res.body, c.res);
    answer.headers.set("X-Request-Id", requestId);
    c.res = undefined;
    c.res = answer;
  }
  return c.res.headers;
}

/**
 * Reads that went well leave no line: the platform counts them, and a line would cost more than many of them. What a page
 * asks for in place may be absent, or refused; the page's own line says what became of it.
 */
function writeLog(c: HttpContext, durationMs: number, failsFrom: number): void {
  const { status } = c.res;
  const { method } = c.req;
  const dull = status < failsFrom && durationMs < SLOW_MS;
  if ((dull && READS.has(method)) || c.get("repeated") === true) return;
  const { log, actor } = c.get("ctx");
  const who = "userId" in actor ? actor.userId : actor.kind;
  const fields = { method, route: c.get("route") ?? "unmatched", status, durationMs, actor: who };
  if (status >= 500) log.error("request", fields);
  else if (!dull) log.warn("request", fields);
  else log.info("request", fields);
}
