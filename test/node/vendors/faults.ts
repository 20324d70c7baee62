import type { ServerResponse } from "node:http";

/** What goes wrong with a call: before it has an effect, or after. */
export type Fault =
  /** Answers 500 without an effect. */
  | "fail"
  /** Says no for now. */
  | "refuse"
  /** Says no, without a word. */
  | "deny"
  /** Has its effect, and answers 500 all the same. */
  | "take-and-fail"
  /** Has its effect, and answers what makes no sense. */
  | "take-and-garble"
  /** Has its effect and never answers. */
  | "take-and-hang"
  /** Has its effect, and answers only once it is released. */
  | "take-and-hold"
  /** Never answers, and has no effect. */
  | "hang";

/** Faults by world and operation, each for one call. */
export class Faults {
  readonly #plans = new Map<string, Fault[]>();
  readonly #held: (() => void)[] = [];

  plan(world: string, operation: string, faults: readonly Fault[]): void {
    this.#plans.set(`${world} ${operation}`, [...faults]);
  }

  next(world: string, operation: string): Fault | null {
    return this.#plans.get(`${world} ${operation}`)?.shift() ?? null;
  }

  hold(answer: () => void): void {
    this.#held.push(answer);
  }

  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}
