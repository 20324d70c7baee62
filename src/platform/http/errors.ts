import { HTTPException } from "hono/http-exception";
import { Problem } from "#kernel/problem";
import { AlreadyDone } from "#platform/commit";
import { ConfigError } from "#platform/env";
import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Writes a problem as RFC 9457 says. */
export function toResponse(problem: Problem, requestId: string): Response {
  const { options } = problem;
  const body = {
    type: `/problems/${problem.kind.name}`,
    title: problem.kind.title,
    status: problem.status,
    detail: options.detail ?? problem.kind.title,
    code: problem.code,
    requestId,
    ...options.extra,
    ...(options.errors ? { errors: options.errors } : {}),
  };
  const headers = new Headers({ "Content-Type": PROBLEM_TYPE, "Cache-Control": "no-store", ...options.headers });
  if (options.retryAfterSeconds !== undefined)
    headers.set("Retry-After", String(Math.max(1, Math.ceil(options.retryAfterSeconds))));
  if (problem.status === 401 && !headers.has("WWW-Authenticate"))
    headers.set("WWW-Authenticate", 'Bearer realm="bourse"');
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}

/** Makes a problem of anything thrown. What is not ours becomes a bare 500: an SQL or vendor message never leaves. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AlreadyDone) return http.idempotencyInProgress({ retryAfterSeconds: 1, cause: error });
  if (error instanceof HTTPException) return fromHttpException(error);
  if (error instanceof ConfigError)
    return http.notConfigured({
      detail: "The operator finds in the log which setting is missing.",
      retryAfterSeconds: 60,
      cause: error,
    });
  return http.internalError({ detail: "The request id leads us to what happened.", cause: error });
}

function fromHttpException(error: HTTPException): Problem {
  if (error.status === 415) return http.unsupportedMediaType({ cause: error });
  if (error.status === 413) return http.bodyTooLarge({ cause: error });
  if (error.status === 400) return http.badRequest({ cause: error });
  return http.internalError({ cause: error });
}

export function onError(error: Error, c: HttpContext): Response {
  const problem = toProblem(error);
  const ctx = c.get("ctx");
  if (problem.status >= 500 && problem.status !== 503)
    ctx.log.error("A request failed.", { route: c.get("route") ?? "unknown", error });
  return toResponse(problem, ctx.requestId);
}
