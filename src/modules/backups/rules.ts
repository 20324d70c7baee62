import { toDate } from "#kernel/time";

/**
 * Which backups are kept: the newest seven days, of the last five weeks one each, of the last twelve months one each. The
 * newest is always among them. A person who was erased is in no backup after a year.
 */

const DAYS = 7;
const WEEKS = 5;
const MONTHS = 12;
const DAY_MS = 86_400_000;
/** The first Monday after 1970 began was its fifth day. */
const MONDAY_OFFSET = 4;

export interface Kept {
  readonly id: string;
  readonly takenAt: number;
}

const weekOf = (time: number): string => String(Math.floor((Math.floor(time / DAY_MS) - MONDAY_OFFSET) / 7));

/** The newest backup of each of the newest `count` periods. */
function newestOf(newestFirst: readonly Kept[], periodOf: (time: number) => string, count: number): Kept[] {
  const periods = new Map<string, Kept>();
  for (const backup of newestFirst) {
    const period = periodOf(backup.takenAt);
    if (!periods.has(period)) periods.set(period, backup);
  }
  return [...periods.values()].slice(0, count);
}

/** The backups whose time is over. */
export function listExpired(backups: readonly Kept[]): Kept[] {
  const newestFirst = backups.toSorted((a, b) => b.takenAt - a.takenAt);
  const kept = new Set([
    ...newestOf(newestFirst, toDate, DAYS),
    ...newestOf(newestFirst, weekOf, WEEKS),
    ...newestOf(newestFirst, (time) => toDate(time).slice(0, 7), MONTHS),
  ]);
  return newestFirst.filter((backup) => !kept.has(backup));
}

/** Tables, each after those that it refers to. */
export function inOrderOfReference<T extends { readonly name: string; readonly refers: readonly string[] }>(
  tables: readonly T[],
): T[] {
  const ordered: T[] = [];
  const placed = new Set<string>();
  const known = new Map(tables.map((table) => [table.name, table]));
  const place = (table: T): void => {
    if (placed.has(table.name)) return;
    placed.add(table.name);
    for (const name of table.refers) {
      const other = known.get(name);
      if (other) place(other);
    }
    ordered.push(table);
  };
  for (const table of tables) place(table);
  return ordered;
}
