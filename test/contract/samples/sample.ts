import type { Actor } from "#platform/ctx";
import type { TestApp } from "../../support/app.ts";

/** One call of a route that goes well. */
export interface Example {
  /** Who calls; somebody new whom the route's policy lets in, if left out. */
  readonly as?: Actor;
  /** What stands in the path's braces. */
  readonly params?: Readonly<Record<string, string>>;
  /** After the question mark. */
  readonly query?: string;
  readonly json?: unknown;
  /** A body that is not JSON, and its type. */
  readonly body?: BodyInit;
  readonly contentType?: string;
  /** Settings that the call needs: where a simulated vendor is. */
  readonly env?: Readonly<Record<string, unknown>>;
  /** The status that it is answered with. */
  readonly status: number;
  /** The call makes what its path names, so that an absent name is no failure. */
  readonly creates?: boolean;
  /** What the path names is everybody's, and the answer tells the caller's own. */
  readonly shared?: boolean;
}

/** Puts down what a call needs, and says how to make it. Each time it is asked, it makes a world of its own. */
export type Sample = (app: TestApp) => Promise<Example> | Example;

/** Samples by operation id. */
export type Samples = Readonly<Record<string, Sample>>;
