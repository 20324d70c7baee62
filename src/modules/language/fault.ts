/** What is wrong with an expression, where, and what was expected there. Lines and columns count from 1. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly expected: readonly string[];
  /** The nearest name, where one was misspelt. */
  readonly suggestion: string | null;
}

export type FaultCode =
  | "syntax"
  | "unknown_name"
  | "wrong_arguments"
  | "wrong_type"
  | "too_long"
  | "too_deep"
  | "too_costly";

/** Carries a fault to the one place that catches it; it never leaves this module. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly at: number;
  readonly code: FaultCode;
  readonly expected: readonly string[];
  readonly suggestion: string | null;

  constructor(code: FaultCode, message: string, place: Place) {
    super(message);
    this.code = code;
    this.at = place.at;
    this.expected = place.expected ?? [];
    this.suggestion = place.suggestion ?? null;
  }
}

export interface Place {
  /** Index into the text. */
  readonly at: number;
  readonly expected?: readonly string[];
  readonly suggestion?: string | null;
}

/** Puts a fault into the words of a reader: its line and column. */
export function toFault(error: FaultError, text: string): Fault {
  const before = text.slice(0, error.at).split("\n");
  return {
    code: error.code,
    message: error.message,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    expected: error.expected,
    suggestion: error.suggestion,
  };
}

/** The name that takes the fewest changes to reach, if they are few enough to be a slip of the hand. */
export function nearest(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(name, candidate, least);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/** Levenshtein's distance, given up once it cannot stay below `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
