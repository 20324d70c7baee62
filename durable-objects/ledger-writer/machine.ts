import { GROUP_MAX, WAITING_MAX } from "./contract.ts";

/**
 * What must stay true: submissions are written in the order in which they came, none is cut in two, and a group is no
 * larger than the contract allows unless a single submission is.
 */

export interface Sized {
  readonly size: number;
}

/** Whether another submission may wait. */
export function admits(waiting: readonly Sized[], size: number): boolean {
  return waiting.length === 0 || total(waiting) + size <= WAITING_MAX;
}

/** How many submissions from the front of the line make up the next group. */
export function nextGroup(waiting: readonly Sized[]): number {
  let rows = 0;
  let count = 0;
  for (const { size } of waiting) {
    if (count > 0 && rows + size > GROUP_MAX) break;
    rows += size;
    count += 1;
  }
  return count;
}

function total(waiting: readonly Sized[]): number {
  return waiting.reduce((sum, { size }) => sum + size, 0);
}
