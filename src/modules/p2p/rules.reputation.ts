/**
 * What must stay true: a trade that both sides completed counts for both; one that ended by somebody's fault counts
 * against that side alone. More completed trades never make a standing worse.
 */

export type Side = "buyer" | "seller";

export type Outcome = "completed" | "cancelled" | "neutral";

/** What a trade's end means for one side. `completed` when the asset went to the buyer as agreed. */
export function outcomeFor(side: Side, end: { readonly completed: boolean; readonly fault: Side | null }): Outcome {
  if (end.completed) return "completed";
  return end.fault === side ? "cancelled" : "neutral";
}

/** 0 to 10,000; null of somebody whose trades have not ended yet. */
export function completionBps(completed: number, cancelled: number): number | null {
  const ended = completed + cancelled;
  return ended === 0 ? null : Math.round((completed * 10_000) / ended);
}

/** The middle of some whole seconds; null of none. Of an even number the lower one of the middle. */
export function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
