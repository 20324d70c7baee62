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

/**
 * Thrown by a handler over what no repeat can mend, or none may repeat by itself: the outcome of a vendor's call that
 * nobody saw, most of all. The delivery becomes a dead letter at once, and an operator decides.
 */
export class SetAside extends Error {
  override readonly name = "SetAside";
  readonly reason: string;

  /** @param reason one word that is safe to store */
  constructor(reason: string) {
    super("This is for an operator to decide.");
    this.reason = reason;
  }
}

/** Thrown by a handler whose time has not come: a vendor's pace, a day's cap. The try does not count. */
export class NotYet extends Error {
  override readonly name = "NotYet";
  readonly delayMs: number;

  constructor(delayMs: number) {
    super("This has to wait.");
    this.delayMs = delayMs;
  }
}

/** A failure in one word that is safe to store: a problem's code, a constraint's name or an error's class. */
export function describeFailure(error: unknown): string {
  if (error instanceof Problem) return error.code;
  if (error instanceof SetAside) return error.reason;
  return constraintOf(error) ?? (error instanceof Error ? error.name : "unknown");
}
