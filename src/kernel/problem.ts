/** Failures that a caller can read: RFC 9457 problem details, each kind defined once by the module that owns it. */

export interface ProblemKind {
  /** `support/ticket-closed`: the last part of the problem's type. */
  readonly name: string;
  /** `ticket_closed`: the stable word that clients switch on. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface ProblemOptions {
  /** What happened this time and what to do about it. Goes to the caller: never a secret, SQL or a vendor's words. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A more exact code than the kind's, for 422 answers whose single cause has a word of its own. */
  readonly code?: string;
  /** Further members of the body, such as the present state of what was asked for; none takes the place of its own. */
  readonly extra?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  readonly cause?: unknown;
}

export class Problem extends Error {
  override readonly name = "Problem";
  readonly kind: ProblemKind;
  readonly options: ProblemOptions;

  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? kind.title, { cause: options.cause });
    this.kind = kind;
    this.options = options;
  }

  get status(): number {
    return this.kind.status;
  }

  get code(): string {
    return this.options.code ?? this.kind.code;
  }
}

export type MakeProblem = (options?: ProblemOptions) => Problem;

const registry = new Map<string, ProblemKind>();

/** Every kind of problem the product can answer with, by name. Filled as modules load. */
export function problemKinds(): readonly ProblemKind[] {
  return [...registry.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Defines a module's problems. Keys are camelCase; `insufficientFunds` of `ledger` becomes the type
 * `ledger/insufficient-funds` and the code `insufficient_funds`.
 */
export function defineProblems<const D extends Readonly<Record<string, { status: number; title: string }>>>(
  owner: string,
  definitions: D,
): { readonly [K in keyof D]: MakeProblem } {
  const makers = Object.entries(definitions).map(([key, { status, title }]) => {
    const words = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const kind: ProblemKind = { name: `${owner}/${words.replaceAll("_", "-")}`, code: words, status, title };
    registry.set(kind.name, kind);
    return [key, (options?: ProblemOptions) => new Problem(kind, options)] as const;
  });
  return Object.fromEntries(makers) as { readonly [K in keyof D]: MakeProblem };
}
