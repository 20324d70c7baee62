import { Problem } from "#kernel/problem";
import { constraintOf } from "./log.ts";

const OUTAGE =
  /Network connection lost|overloaded|caused object to be reset|reset because|transient issue|internal error; reference/i;

/** Whether the platform below us failed for the moment: the same call may go through a little later. */
export function isOutage(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    if (OUTAGE.test(current.message) && constraintOf(current) === null) return true;
  }
  return false;
}

/** A failure in one word that is safe to store: a problem's code, a constraint's name or an error's class. */
export function describeFailure(error: unknown): string {
  if (error instanceof Problem) return error.code;
  return constraintOf(error) ?? (error instanceof Error ? error.name : "unknown");
}
