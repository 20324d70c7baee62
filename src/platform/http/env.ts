import type { Context, MiddlewareHandler } from "hono";
import type { Ctx } from "#platform/ctx";
import type { LimitClass } from "#platform/limits";

/** What Hono carries through a request. */
export interface HttpEnv {
  Bindings: Env;
  Variables: {
    /** The context of the request; replaced when its actor or its idempotency claim is known. */
    ctx: Ctx;
    /** The class of the route that answers, for metrics. */
    routeClass?: LimitClass;
    /** The section of the reference that the route stands in. */
    feature?: string;
    /** The template of the route that answers, for logs and metrics. */
    route?: string;
    /** Headers that the answer gets whatever made it: the rate limit's, mostly. */
    answerHeaders?: Readonly<Record<string, string>>;
    /** The answer repeats a refusal that is in the log already: a flood of calls must not become a flood of lines. */
    repeated?: boolean;
    /** Sends a request through the whole application again: pages are clients of the API. */
    dispatch: (request: Request) => Promise<Response>;
  };
}

export type HttpContext = Context<HttpEnv>;
export type HttpMiddleware = MiddlewareHandler<HttpEnv>;
