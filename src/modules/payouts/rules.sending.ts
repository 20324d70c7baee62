import { HOUR } from "#kernel/time";
import type { RailState } from "#modules/rails";
import { compare, MEANINGS } from "#modules/rails";
import type { Command, State } from "./rules.ts";
import { step } from "./rules.ts";

/**
 * What must stay true: money that has come back once is given back once, whatever a vendor says afterwards; what a vendor
 * says against what it had said before moves nothing and is shown to an operator.
 */

export type Heard =
  | { readonly kind: "nothing" }
  /** The vendor's state is noted, ours stays. */
  | { readonly kind: "note" }
  | { readonly kind: "move"; readonly command: Extract<Command, "complete" | "fail" | "reverse"> }
  | { readonly kind: "contradiction" };

/**
 * What a vendor's word comes to.
 *
 * @param state of the payout here
 * @param known what the vendor had said before
 */
export function hear(state: State, known: RailState | null, told: RailState): Heard {
  const news = compare(known, told);
  if (news !== "news") return { kind: news === "old" ? "nothing" : "contradiction" };
  const meaning = MEANINGS[told];
  if (meaning === "flying") return { kind: "note" };
  if (meaning === "back" && BACK.has(state)) return { kind: "note" };
  const command = meaning === "arrived" ? "complete" : state === "completed" ? "reverse" : "fail";
  const { kind } = step(state, command);
  return kind === "move" ? { kind, command } : { kind: kind === "done" ? "note" : "contradiction" };
}

/** So long a vendor is asked what became of a payout before an operator is. */
const ASKED_FOR = HOUR;

/** Whether a vendor has been asked in vain for so long that an operator has to say what became of a payout. */
export function isInVain(askedAt: number | null, now: number): boolean {
  return askedAt !== null && askedAt + ASKED_FOR <= now;
}

const BACK: ReadonlySet<State> = new Set(["failed", "reversed"]);

const WEEK = 7;

/** When a schedule's next day begins, in UTC: a week on, or the first of the month after. */
export function nextOf(interval: "weekly" | "monthly", after: number): number {
  const date = new Date(after);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return interval === "weekly" ? Date.UTC(year, month, day + WEEK) : Date.UTC(year, month + 1, 1);
}
