import { Problem } from "#kernel/problem";
import { constraintOf } from "./log.ts";

/** A failure in one word that is safe to store: a problem's code, a constraint's name or an error's class. */
export function describeFailure(error: unknown): string {
  if (error instanceof Problem) return error.code;
  return constraintOf(error) ?? (error instanceof Error ? error.name : "unknown");
}
