import { addMonths, toDayNumber } from "#kernel/time";
import { plus } from "./rules.envelope.ts";

/** The months from one to another, both included, oldest first. */
export function monthsBetween(from: string, to: string): string[] {
  const months = [];
  for (let month = from; month <= to; month = addMonths(month, 1)) months.push(month);
  return months;
}

export interface Flow {
  readonly date: string;
  readonly income: number;
  readonly spending: number;
}

/** How many of the newest days with spending are looked at. */
const SPENDING_DAYS = 10;

/**
 * How old money is when it is spent: each unit that goes out is the oldest that came in, and the age is the mean over the
 * last ten days with spending. Null where nothing that came in was ever spent.
 *
 * @param flows by day, oldest first
 */
export function ageOfMoney(flows: readonly Flow[]): number | null {
  const earnedOn = createSource(flows);
  let wentOut = 0;
  const ages = flows
    .filter(({ spending }) => spending > 0)
    .flatMap(({ date, spending }) => {
      wentOut = plus(wentOut, spending);
      const earned = earnedOn(wentOut);
      return earned === null || earned > date ? [] : [toDayNumber(date) - toDayNumber(earned)];
    })
    .slice(-SPENDING_DAYS);
  return ages.length === 0 ? null : Math.round(ages.reduce((sum, age) => sum + age, 0) / ages.length);
}

/** Says on which day the last unit of a growing total had come in; null once more went out than ever came. */
function createSource(flows: readonly Flow[]): (total: number) => string | null {
  let cameIn = 0;
  let next = 0;
  return (total) => {
    while (cameIn < total && next < flows.length) {
      cameIn = plus(cameIn, flows[next]?.income ?? 0);
      next += 1;
    }
    return cameIn < total ? null : (flows[next - 1]?.date ?? null);
  };
}

/** What to put aside each month, so that the last month reaches the target: rounded up, nothing once it is reached. */
export function suggestSaving(target: number, saved: number, months: number): number {
  const missing = Math.max(0, target - saved);
  return months <= 1 ? missing : Math.ceil(missing / months);
}

/** Months from one to another, both counted; at least one. */
export function monthsLeft(from: string, to: string): number {
  return Math.max(1, indexOf(to) - indexOf(from) + 1);
}

function indexOf(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
}
