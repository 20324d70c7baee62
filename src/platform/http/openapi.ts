import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { headerRef, problemContent, problemRef } from "./answers.ts";
import type { HttpEnv } from "./env.ts";
import type { Access, ApiRoute, ApiRouteConfig } from "./route.ts";
import { isRepeatable } from "./route.ts";

export const API_BASE = "/api/v1";

type Responses = ApiRouteConfig["responses"];
type Answer = Responses[string];

/** The failures that a route can answer with, as its policy and request imply. */
export function problemStatuses(route: ApiRoute): number[] {
  const { body, params, query } = route.config.request ?? {};
  const statuses = [
    [500, 503],
    route.policy.limit === "exempt" ? [] : [429],
    route.policy.access.kind === "public" ? [] : [401, 403],
    isRepeatable(route) ? [400, 409, 422] : [],
    body ? [400, 413, 415, 422] : [],
    params ? [404] : [],
    query ? [400, 422] : [],
  ];
  return [...new Set(statuses.flat())].toSorted((a, b) => a - b);
}

type Described = ApiRoute["config"] & { operationId: string; security: Record<string, string[]>[] };

/** A route as the generator takes it: with its operation id, credentials, headers and failures. */
export function describeRoute(route: ApiRoute): Described {
  const { policy, config } = route;
  const problems = problemStatuses(route).map((status) => [status, problemRef(status)] as const);
  const own = Object.entries(config.responses).map(([status, answer]) => [
    status,
    describeAnswer(route, Number(status), answer),
  ]);
  const unchanged = policy.catalogueSeconds === undefined ? {} : { 304: describeAnswer(route, 304, UNCHANGED) };
  return {
    ...config,
    operationId: policy.operation,
    description: [config.description, describeAccess(policy.access)].filter(Boolean).join(" "),
    security: policy.access.kind === "public" ? [] : [{ bearer: [] }],
    ...(isRepeatable(route) ? { parameters: [idempotencyKey(policy.idempotency === "required")] } : {}),
    responses: { ...Object.fromEntries(problems), ...unchanged, ...Object.fromEntries(own) } as Responses,
  };
}

const UNCHANGED: Answer = { description: "Unchanged since the `ETag` that `If-None-Match` names." };

/** A failure that a route describes in its own words still has the one body; a success gets its headers. */
function describeAnswer(route: ApiRoute, status: number, answer: Answer): Answer {
  if ("$ref" in answer || answer.headers instanceof z.ZodType) return answer;
  if (status >= 400) return { ...problemContent(status), ...answer };
  return { ...answer, headers: { ...successHeaders(route, status), ...answer.headers } };
}

function successHeaders(route: ApiRoute, status: number): Record<string, { $ref: string }> {
  const catalogue = route.policy.catalogueSeconds !== undefined;
  return {
    "X-Request-Id": headerRef("RequestId"),
    ...(route.policy.limit === "exempt"
      ? {}
      : { RateLimit: headerRef("RateLimit"), "RateLimit-Policy": headerRef("RateLimitPolicy") }),
    ...(catalogue ? { ETag: headerRef("ETag"), "Cache-Control": headerRef("CacheControl") } : {}),
    ...(catalogue || route.policy.access.kind === "public" ? {} : { "X-Bookmark": headerRef("Bookmark") }),
    ...(isRepeatable(route) && status < 300 ? { "Idempotent-Replayed": headerRef("Replayed") } : {}),
  };
}

function idempotencyKey(required: boolean) {
  return {
    name: "Idempotency-Key",
    in: "header" as const,
    required,
    schema: { type: "string" as const, maxLength: 255 },
    description: "A fresh value per intent; repeat it when you retry.",
    example: "8f14e45f-ceea-467f-a8f5-0b4f3c2d9a61",
  };
}

function describeAccess(access: Access): string {
  if (access.kind === "public") return "Open to anybody.";
  const who = access.roles
    ? `For operators with two factors: ${access.roles.join(", ")}.`
    : access.scope === null
      ? "Not open to API keys."
      : `An API key needs the scope \`${access.scope}\`.`;
  return access.stepUp === true ? `${who} Needs a session raised within five minutes.` : who;
}

const INFO = {
  openapi: "3.1.0",
  info: {
    title: "Bourse",
    version: "1",
    description:
      "Accounts, billing, a ledger, a stock scanner, a P2P crypto market with escrow, budgets with an assistant, and an academy with affiliates. Amounts are exact decimal strings with their asset; times are RFC 3339 in UTC; every failure is a problem document.",
    license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
  },
  servers: [{ url: "/" }],
};

/** The sections of the reference, each with what it is about. */
export type Tags = Readonly<Record<string, string>>;

/** Writes the document of an app's routes. */
export function writeDocument(app: OpenAPIHono<HttpEnv>, tags: Tags): object {
  const described = Object.entries(tags).map(([name, description]) => ({ name, description }));
  return withoutEngineBounds(app.getOpenAPI31Document({ ...INFO, tags: described })) as object;
}

/** Leaves out the bounds that zod gives every integer: they say what JavaScript can count, not what a field takes. */
function withoutEngineBounds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEngineBounds);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, bound]) =>
      !(name === "minimum" && bound === Number.MIN_SAFE_INTEGER) &&
      !(name === "maximum" && bound === Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutEngineBounds(item)]));
}
