import { hc } from "hono/client";
import type { ClientResponse } from "hono/client";
import type { AppType } from "#app";
import type { HttpContext } from "#platform/http/env";

/** What a browser said of itself, which the API judges as if the browser had called it. */
const PASSED = [
  "Cookie",
  "Origin",
  "Sec-Fetch-Site",
  "User-Agent",
  "Accept-Language",
  "CF-Connecting-IP",
  "X-Request-Id",
  "X-Forwarded-Proto",
];

export interface Along {
  /** The page's own token, which shows that its form was ours. */
  readonly csrf?: string;
  /** Makes a form that is sent twice one call. */
  readonly key?: string;
  /** Ours, where the page itself decides to call: the guard has judged whose form came in. */
  readonly origin?: string;
}

/** The headers of a call that a page makes for its browser. */
export function headersOf(c: HttpContext, { csrf, key, origin }: Along): Headers {
  const headers = new Headers();
  for (const name of PASSED) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (csrf !== undefined) headers.set("X-CSRF-Token", csrf);
  if (origin !== undefined) headers.set("Origin", origin);
  if (key !== undefined) headers.set("Idempotency-Key", key);
  return headers;
}

/** The API, called in place: same checks, same limits, same answers, no network. */
export function clientOf(c: HttpContext, along: Along = {}): Client {
  const headers = headersOf(c, along);
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    for (const [name, value] of headers) request.headers.set(name, value);
    return await c.get("dispatch")(request);
  };
  return hc<AppType>(new URL(c.req.url).origin, { fetch: send }).api.v1;
}

type Api = ReturnType<typeof hc<AppType>>;
export type Client = Api["api"]["v1"];

/** A call that the API refused, as its problem says. */
export class Refusal extends Error {
  readonly problem: RefusedProblem;

  constructor(problem: RefusedProblem) {
    super(problem.title);
    this.problem = problem;
  }
}

export interface RefusedProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  /** Where in a text that was sent. */
  readonly line?: number;
  readonly column?: number;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** JSON alone: an address that also writes CSV is asked for no CSV here. */
type Success<R> =
  R extends ClientResponse<infer Body, infer Status>
    ? Status extends 200 | 201 | 202
      ? Exclude<Body, string | Response>
      : never
    : never;

type Answer = Pick<ClientResponse<unknown>, "ok" | "text" | "json">;

/** The body of an answer that went well; a refusal is thrown, for the page to show. */
export async function ask<R extends Answer>(answer: Promise<R>): Promise<Success<R>> {
  const response = await answer;
  if (!response.ok) throw new Refusal((await response.json()) as RefusedProblem);
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as Success<R>;
}

/** The same of what may not be there: null for that, and for nothing else that is wrong. */
export async function askIfAny<R extends Answer>(answer: Promise<R>): Promise<Success<R> | null> {
  try {
    return await ask(answer);
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 404) return null;
    throw error;
  }
}
