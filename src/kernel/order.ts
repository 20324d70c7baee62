/** A cell of a table: a number, a text or nothing. */
export type Cell = number | string | null;

/** Orders cells; what is missing stands last, whichever way the rest is sorted. */
export function compareCells(a: Cell, b: Cell, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === descending ? 1 : -1;
}
