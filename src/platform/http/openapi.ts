import { z } from "@hono/zod-openapi";
import type { ApiRoute } from "./route.ts";
import { isRepeatable } from "./route.ts";

export const API_BASE = "/api/v1";

/** The body of every failure. */
export const problemSchema = z
  .object({
    type: z.string().openapi({
      description: "Which kind of problem; a path below this server.",
      example: "/problems/http/validation-failed",
    }),
    title: z.string().openapi({ example: "Some fields are not valid." }),
    status: z.int().openapi({ example: 422 }),
    detail: z.string().openapi({
      description: "What happened this time, and what to do.",
      example: "subject: This field is required.",
    }),
    code: z.string().openapi({ description: "A stable word to switch on.", example: "validation_failed" }),
    requestId: z.string().openapi({ example: "req_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

const TITLES: Readonly<Record<number, string>> = {
  400: "Malformed",
  401: "No or bad credentials",
  402: "The plan does not include this",
  403: "Not allowed",
  404: "Absent, or somebody else's",
  409: "In conflict with the present state",
  413: "Body too large",
  415: "Wrong media type",
  422: "Not valid",
  429: "Too many requests",
  500: "Our fault",
  503: "Maintenance, or a part is down",
};

/** The failures that a route can answer with, as its policy and request imply. */
export function problemStatuses(route: ApiRoute): number[] {
  const { body, params, query } = route.config.request ?? {};
  const statuses = [
    [429, 500, 503],
    route.policy.access.kind === "public" ? [] : [401, 403],
    isRepeatable(route) ? [400, 409, 422] : [],
    body ? [400, 413, 415, 422] : [],
    params ? [404] : [],
    query ? [400, 422] : [],
  ];
  return [...new Set(statuses.flat())].toSorted((a, b) => a - b);
}

/** A route as the generator takes it: with its operation id, credentials and failures. */
export function describeRoute(route: ApiRoute): ApiRoute["config"] & { operationId: string } {
  const { policy, config } = route;
  const problems = Object.fromEntries(
    problemStatuses(route).map((status) => [
      status,
      { description: TITLES[status] ?? "Failure", content: { "application/problem+json": { schema: problemSchema } } },
    ]),
  );
  const header = {
    name: "Idempotency-Key",
    in: "header" as const,
    required: policy.idempotency === "required",
    schema: { type: "string" as const, maxLength: 255 },
    description: "A fresh value per intent; repeat it when you retry.",
  };
  return {
    ...config,
    operationId: policy.operation,
    ...(policy.access.kind === "public" ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(isRepeatable(route) ? { parameters: [header] } : {}),
    responses: { ...problems, ...config.responses },
  };
}

export const DOCUMENT = {
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
