import { expect } from "vitest";
import { API_BASE } from "#platform/http/openapi";
import type { ApiRoute } from "#platform/http/route";
import { isRepeatable } from "#platform/http/route";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import type { Call, TestApp } from "../support/app.ts";
import type { Example } from "./samples/sample.ts";
import { samples } from "./samples/all.ts";

export const nameOf = (route: ApiRoute): string => route.policy.operation;
export const methodOf = (route: ApiRoute): string => route.config.method.toUpperCase();
export const takesJson = (route: ApiRoute): boolean =>
  route.config.request?.body?.content["application/json"] !== undefined;

/** The address of a route as a call writes it: `GET /api/v1/…`; braces without a value get one that names nothing. */
export function lineOf(route: ApiRoute, { params, query }: Partial<Example> = {}): string {
  const path = route.config.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? "absent");
  return `${methodOf(route)} ${API_BASE}${path}${query === undefined ? "" : `?${query}`}`;
}

/** Somebody whom the route's policy lets in. */
export function admitted({ policy: { access } }: ApiRoute) {
  if (access.kind === "public") return undefined;
  if (access.roles) return anOperator(access.roles.at(-1));
  return aUser({ mfa: true, raisedUntil: access.stepUp === true ? Date.now() + 300_000 : 0 });
}

/** Routes that have a sample, by name; the law that all of them do speaks for those that have none. */
export function sampled(routes: readonly ApiRoute[]): { name: string; route: ApiRoute }[] {
  return routes.map((route) => ({ name: nameOf(route), route })).filter(({ name }) => name in samples);
}

/** The route's sample, made anew. */
export async function exampleOf(app: TestApp, route: ApiRoute): Promise<Example> {
  const example = await samples[nameOf(route)]?.(app);
  if (!example) throw new Error(`${nameOf(route)} has no sample.`);
  const as = example.as ?? admitted(route);
  return as ? { ...example, as } : example;
}

/** An example as the app is called; `change` replaces parts of it. */
export function callOf(route: ApiRoute, example: Example, change: Call = {}): Call {
  const key = isRepeatable(route) ? { "Idempotency-Key": crypto.randomUUID() } : {};
  const type = example.contentType === undefined ? {} : { "Content-Type": example.contentType };
  return {
    ...(example.as ? { as: example.as } : {}),
    ...(example.json === undefined ? {} : { json: example.json }),
    ...(example.env === undefined ? {} : { env: example.env }),
    ...(example.body === undefined ? {} : { body: example.body }),
    ...change,
    headers: { ...key, ...type, ...change.headers },
  };
}

/** The same address for something that is not there. */
export function absent(params: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const prefix = /^([a-z]+)_[0-9a-z]{26}$/.exec(value)?.[1];
      return [name, prefix === undefined ? `${value}-absent` : `${prefix}_${freshId("user").slice(5)}`];
    }),
  );
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What every answer carries, whatever made it. */
export function expectHeaders(response: Response): void {
  const found = Object.fromEntries(response.headers);
  expect(found).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": expect.stringContaining("camera=()") as string,
    "cache-control": expect.stringMatching(/^(no-store|public, max-age=[0-9]+)$/) as string,
  });
  expect(found["x-request-id"]).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/);
  expect(found).not.toHaveProperty("server");
  expect(found).not.toHaveProperty("x-powered-by");
}

/** A failure of the API: one body, the headers of every answer, never kept by a cache. */
export async function expectProblem(response: Response, status: number, code?: string): Promise<ProblemBody> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expectHeaders(response);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json; charset=utf-8");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  const body = JSON.parse(text) as ProblemBody;
  expect(body.type).toMatch(/^\/problems\/[a-z0-9-]+\/[a-z0-9-]+$/);
  expect(body.code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
  expect(body.title).not.toBe("");
  expect(body.detail).not.toBe("");
  expect(body.status).toBe(status);
  // A replayed answer is the first one, word for word, and so names the first request.
  if (!response.headers.has("Idempotent-Replayed")) expect(body.requestId).toBe(response.headers.get("X-Request-Id"));
  if (code !== undefined) expect(body.code).toBe(code);
  return body;
}
