import { makeId, type IdPrefix } from "#kernel/ids";
import type { Millis } from "#kernel/time";
import { DAY, toDate } from "#kernel/time";

/**
 * What must stay true: every table stands in the schedule once, and names either the condition by which rows go or the
 * job that takes them away.
 */

/** How a table's rows tell their age: a moment, a day, a month, or an id that sorts by time. */
type Age = "moment" | "date" | "month" | { readonly id: IdPrefix };

export interface Due {
  readonly days: number;
  readonly age: Age;
  /** Which rows go, with the cut as `?1`. */
  readonly where: string;
}

export interface Retention {
  readonly tables: readonly string[];
  readonly kept: string;
  readonly why: string;
  /** The job that takes rows away; null where none does. */
  readonly by: string | null;
  readonly due?: Due;
  /** Why an export leaves these tables out, though they name people. */
  readonly notExported?: string;
  /** Why rows stay when an account goes, though they name people. */
  readonly notErased?: string;
}

export type Exceptions = Pick<Retention, "notExported" | "notErased">;

export const ENFORCED_BY = "retention.enforce";

interface Aged extends Due, Exceptions {
  readonly why: string;
  /** From when the days count. */
  readonly after: string;
}

/** Tables whose rows go by their age. */
export function aged(tables: readonly string[], { days, age, where, after, ...rest }: Aged): Retention {
  const kept = days === 0 ? `until ${after}` : `${days} ${days === 1 ? "day" : "days"} after ${after}`;
  return { tables, kept, by: ENFORCED_BY, due: { days, age, where }, ...rest };
}

/** Tables whose rows go with the account that they belong to. */
export function withAccount(tables: readonly string[], why: string, exceptions: Exceptions = {}): Retention {
  return { tables, kept: "as long as the account", why, by: "identity.eraseDue", ...exceptions };
}

/** Tables whose rows go by a job that has more to do than to delete. */
export function sweptBy(
  by: string,
  tables: readonly string[],
  how: { readonly kept: string; readonly why: string } & Exceptions,
): Retention {
  return { tables, by, ...how };
}

/** Tables whose rows stay. */
export function forGood(tables: readonly string[], why: string, exceptions: Exceptions = {}): Retention {
  return { tables, kept: "for good", why, by: null, ...exceptions };
}

/** The value that rows are held against: what is smaller has served its time. */
export function cutOf({ days, age }: Due, now: Millis): number | string {
  const cut = now - days * DAY;
  if (age === "moment") return cut;
  if (age === "date") return toDate(cut);
  if (age === "month") return toDate(cut).slice(0, 7);
  return makeId(age.id, cut, new Uint8Array(10));
}
