import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { makeId } from "#kernel/ids";
import { Problem } from "#kernel/problem";
import { AlreadyDone } from "#platform/commit";
import { randomBytes } from "#platform/crypto";
import { ConfigError } from "#platform/env";
import { isOutage } from "#platform/failure";
import { createLogger } from "#platform/log";
import type { HttpContext } from "./env.ts";
import { setSecurityHeaders } from "./headers.ts";
import { showPage } from "./page.ts";
import { http } from "./problems.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Writes a problem as RFC 9457 says. */
export function toResponse(problem: Problem, requestId: string): Response {
  const { options } = problem;
  const body = {
    ...options.extra,
    type: `/problems/${problem.kind.name}`,
    title: problem.kind.title,
    status: problem.status,
    detail: options.detail ?? problem.kind.title,
    code: problem.code,
    requestId,
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
  if (isOutage(error))
    return http.unavailable({ detail: "Nothing is lost; try again shortly.", retryAfterSeconds: 5, cause: error });
  return http.internalError({ detail: "The request id leads us to what happened.", cause: error });
}

/** The last resort, for what fails outside of every route: the same form and headers as any other failure. */
export function toBareResponse(error: unknown): Response {
  const requestId = makeId("req", Date.now(), randomBytes(10));
  const message = error instanceof ConfigError ? error.message : "A request failed outside of every route.";
  createLogger({ requestId }).error(message, { error });
  const response = toResponse(toProblem(error), requestId);
  setSecurityHeaders(response.headers, true);
  response.headers.set("X-Request-Id", requestId);
  return response;
}

function fromHttpException(error: HTTPException): Problem {
  if (error.status === 415) return http.unsupportedMediaType({ cause: error });
  if (error.status === 413) return http.bodyTooLarge({ cause: error });
  if (error.status === 400) return http.badRequest({ cause: error });
  return http.internalError({ cause: error });
}

export async function onError(error: Error, c: HttpContext): Promise<Response> {
  const problem = toProblem(error);
  const ctx = c.get("ctx");
  if (problem.status >= 500 && error !== problem)
    ctx.log.error("A request failed.", { route: c.get("route") ?? "unknown", error });
  const response = toResponse(problem, ctx.requestId);
  return wantsPage(c) ? await asPage(c, problem, response) : response;
}

/** Whether a person looks at an address of pages with a browser; the API answers its own form whoever asks. */
function wantsPage({ req }: HttpContext): boolean {
  return !req.path.startsWith("/api/") && (req.header("Accept") ?? "").includes("text/html");
}

/** The same problem to read, under the same status. */
async function asPage(c: HttpContext, { kind, options, status }: Problem, response: Response): Promise<Response> {
  const retryAfter = response.headers.get("Retry-After");
  if (retryAfter !== null) c.header("Retry-After", retryAfter);
  c.header("Cache-Control", "no-store");
  const text = html`<p class="lead">${options.detail ?? kind.title}</p>
    <p class="quiet">${c.get("ctx").requestId}</p>
    <p><a class="button" href="/app">Bourse</a></p>`;
  return await showPage(c, { title: kind.title, status: status as ContentfulStatusCode }, text);
}
