import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { MakeProblem } from "#kernel/problem";
import type { HttpEnv } from "./env.ts";
import { http } from "./problems.ts";

/** What answers have in common, written once in the document and pointed to from every route. */

export const problemSchema = z
  .object({
    type: z.string().openapi({
      description: "Which kind of problem; its address below this server says more.",
      example: "/problems/http/validation-failed",
    }),
    title: z
      .string()
      .openapi({ description: "The kind of problem in one sentence.", example: "Some fields are not valid." }),
    status: z.int().openapi({ description: "The status of the answer.", example: 422 }),
    detail: z.string().openapi({
      description: "What happened this time, and what to do.",
      example: "subject: This must not be blank.",
    }),
    code: z.string().openapi({ description: "A stable word to switch on.", example: "validation_failed" }),
    requestId: z
      .string()
      .openapi({ description: "Leads us to the very call.", example: "req_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    errors: z
      .array(
        z.object({
          path: z.string().openapi({ description: "The field.", example: "subject" }),
          code: z.string().openapi({ description: "A stable word to switch on.", example: "blank" }),
          message: z.string().openapi({ description: "What is wrong with it.", example: "This must not be blank." }),
        }),
      )
      .optional()
      .openapi({ description: "Each field that is wrong, with 422." }),
  })
  .openapi("Problem", { description: "RFC 9457 problem details." });

interface HeaderObject {
  readonly description: string;
  readonly schema: { readonly type: "string" | "integer" };
  readonly example: string | number;
}

const HEADERS = {
  RequestId: {
    description: "Names this call; a caller's own `X-Request-Id` is kept.",
    schema: { type: "string" },
    example: "req_01k0gq2v9eft6tmd4y6n3k9b2x",
  },
  Bookmark: {
    description: "How far the database has come. Send it back as `X-Bookmark`, and you read what you have written.",
    schema: { type: "string" },
    example: "00000085-00000000-00004f8b-3f0d8cfeb1e3f0a2b1c5d6e7f8a9b0c1",
  },
  RateLimit: {
    description: "What is left of the allowance, and when it is whole again.",
    schema: { type: "string" },
    example: '"read";r=299;t=1',
  },
  RateLimitPolicy: {
    description: "The allowance: how many calls in how many seconds.",
    schema: { type: "string" },
    example: '"read";q=300;w=60',
  },
  RetryAfter: { description: "Seconds to wait before another try.", schema: { type: "integer" }, example: 30 },
  Authenticate: {
    description: "How to sign in.",
    schema: { type: "string" },
    example: 'Bearer realm="bourse"',
  },
  ETag: {
    description: "Names this state of the catalogue. Send it back as `If-None-Match`.",
    schema: { type: "string" },
    example: '"9f86d081884c7d659a2feaa0c55"',
  },
  CacheControl: {
    description: "How long the catalogue may be kept.",
    schema: { type: "string" },
    example: "public, max-age=60",
  },
  Replayed: {
    description: "`true` when this is the first answer again, under a repeated Idempotency-Key.",
    schema: { type: "string" },
    example: "true",
  },
} as const satisfies Readonly<Record<string, HeaderObject>>;

/** A header of the document, to be pointed to. */
export function headerRef(name: keyof typeof HEADERS): { $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}

interface ProblemAnswer {
  readonly name: string;
  readonly description: string;
  /** A kind of problem that the example shows. */
  readonly example: MakeProblem;
}

const PROBLEMS: Readonly<Record<number, ProblemAnswer>> = {
  400: {
    name: "Malformed",
    description: "The request is malformed.",
    example: http.malformedJson,
  },
  401: {
    name: "Unauthenticated",
    description: "Credentials are missing or no longer good.",
    example: http.unauthenticated,
  },
  403: {
    name: "Forbidden",
    description: "Known, but not allowed: a role, a scope or a second factor is missing.",
    example: http.forbidden,
  },
  404: {
    name: "NotFound",
    description: "Absent, or somebody else's.",
    example: http.notFound,
  },
  409: {
    name: "Conflict",
    description: "In conflict with the present state, or the first call under this Idempotency-Key is still running.",
    example: http.idempotencyInProgress,
  },
  413: {
    name: "BodyTooLarge",
    description: "The body is too large.",
    example: http.bodyTooLarge,
  },
  415: {
    name: "UnsupportedMediaType",
    description: "The body is not of a type that this call takes.",
    example: http.unsupportedMediaType,
  },
  422: {
    name: "Invalid",
    description: "Fields are not valid, or the Idempotency-Key was used for another request.",
    example: http.validationFailed,
  },
  429: {
    name: "TooManyRequests",
    description: "Too many requests.",
    example: http.rateLimited,
  },
  500: {
    name: "InternalError",
    description: "Something went wrong on our side.",
    example: http.internalError,
  },
  503: {
    name: "Unavailable",
    description: "Maintenance, or a part that this call needs is down.",
    example: http.maintenance,
  },
};

/** The shared answer of a failure; null for a status that none is written for. */
export function problemRef(status: number): { $ref: string } | null {
  const answer = PROBLEMS[status];
  return answer ? { $ref: `#/components/responses/${answer.name}` } : null;
}

/** The content and headers of a failure that a route describes in its own words. */
export function problemContent(status: number): {
  headers: Record<string, { $ref: string }>;
  content: Record<string, { schema: typeof problemSchema }>;
} {
  return { headers: problemHeaders(status), content: { "application/problem+json": { schema: problemSchema } } };
}

function problemHeaders(status: number): Record<string, { $ref: string }> {
  return {
    "X-Request-Id": headerRef("RequestId"),
    ...(status === 401 ? { "WWW-Authenticate": headerRef("Authenticate") } : {}),
    ...(status === 429 || status === 503 ? { "Retry-After": headerRef("RetryAfter") } : {}),
    ...(status < 500 ? { RateLimit: headerRef("RateLimit"), "RateLimit-Policy": headerRef("RateLimitPolicy") } : {}),
  };
}

/** Puts the shared parts and the one security scheme into an app's document. */
export function registerAnswers(registry: OpenAPIHono<HttpEnv>["openAPIRegistry"]): void {
  registry.register("Problem", problemSchema);
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent("headers", name, header);
  for (const [status, { name, description, example }] of Object.entries(PROBLEMS)) {
    registry.registerComponent("responses", name, {
      description,
      headers: problemHeaders(Number(status)),
      content: {
        "application/problem+json": {
          schema: { $ref: "#/components/schemas/Problem" },
          example: exampleOf(example),
        },
      },
    });
  }
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An access token from signing in, or an API key.",
  });
}

function exampleOf(make: MakeProblem): Record<string, string | number> {
  const { name, title, status, code } = make().kind;
  const requestId = "req_01k0gq2v9eft6tmd4y6n3k9b2x";
  return { type: `/problems/${name}`, title, status, detail: title, code, requestId };
}
