import type { RouteConfig, RouteHandler } from "@hono/zod-openapi";
import type { Role } from "#platform/ctx";
import type { LimitClass } from "#platform/limits";
import type { HttpEnv } from "./env.ts";

/** Who may call a route. Ownership is not decided here: the verb does that. */
export type Access =
  | { readonly kind: "public" }
  | {
      readonly kind: "signedIn";
      /** What an API key needs, such as `support:write`; null closes the route to keys. */
      readonly scope: string | null;
      readonly roles?: readonly Role[];
      /** Needs a session raised within five minutes. */
      readonly stepUp?: boolean;
    };

/** Anybody, signed in or not. */
export const anyone: Access = { kind: "public" };

/** Anybody signed in; an API key needs the scope. */
export function signedIn(scope: string | null, options: { readonly stepUp?: boolean } = {}): Access {
  return { kind: "signedIn", scope, ...options };
}

/** Operators with two factors. No API key has an operator's rights. */
export function operators(...roles: readonly Role[]): Access {
  return { kind: "signedIn", scope: null, roles };
}

export interface RoutePolicy {
  /** `createTicket`: the operation id, the verb and the test's title. */
  readonly operation: string;
  readonly access: Access;
  readonly limit: LimitClass;
  /** Every POST of a signed-in caller accepts an Idempotency-Key; `required` refuses without one. */
  readonly idempotency?: "required" | "none";
  /** Stays open during maintenance. */
  readonly duringMaintenance?: boolean;
  /** The same for everybody and changed seldom: answered with an ETag, and from memory for so long. */
  readonly catalogueSeconds?: number;
  /** At most so many bytes of body; 1 MiB if left out. */
  readonly bodyLimitBytes?: number;
}

export type ApiRouteConfig = Omit<RouteConfig, "operationId" | "middleware" | "security"> & {
  readonly tags: [string, ...string[]];
  readonly summary: string;
};

/** A route of the API: what it is, who may call it, and what it does. Its path stands below `/api/v1`. */
export interface ApiRoute<C extends ApiRouteConfig = ApiRouteConfig> {
  readonly policy: RoutePolicy;
  readonly config: C;
  // Handlers are contravariant in their input; each is called only with what its own config has validated.
  readonly handler: RouteHandler<any, HttpEnv>; // oxlint-disable-line typescript/no-explicit-any
}

/** A route whose handler's types follow from its config. */
export interface TypedRoute<C extends ApiRouteConfig> extends ApiRoute<C> {
  readonly handler: RouteHandler<C, HttpEnv>;
}

/** Whether a route takes an Idempotency-Key: every POST of somebody signed in, unless its policy says otherwise. */
export function isRepeatable({ policy, config }: ApiRoute): boolean {
  return config.method === "post" && policy.access.kind === "signedIn" && policy.idempotency !== "none";
}

/** Declares a route with its handler beside it. */
// P keeps the path a literal, from which the handler's parameters and the client's types follow.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function defineRoute<const P extends string, C extends ApiRouteConfig & { path: P }>(
  policy: RoutePolicy,
  config: C,
  handler: RouteHandler<C, HttpEnv>,
): TypedRoute<C> {
  return { policy, config, handler };
}
