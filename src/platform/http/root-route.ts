import type { Handler } from "hono";
import type { LimitClass } from "#platform/limits";
import type { HttpEnv } from "./env.ts";

/** A route outside the API: pages, webhooks, sockets, well-known files. Its path starts at the root. */
export interface RootRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly limit: LimitClass;
  readonly duringMaintenance?: boolean;
  /** Answers 404 in every environment but development. */
  readonly developmentOnly?: boolean;
  /** Takes a page's form, whose token is in its body: the handler sends it along with each call that it makes. */
  readonly form?: boolean;
  readonly handler: Handler<HttpEnv>;
}
