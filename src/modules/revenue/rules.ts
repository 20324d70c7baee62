import { divideHalfEven } from "#kernel/money";
import type { DailyRevenue, MovedRevenue, StandingRevenue } from "#modules/billing";

/**
 * What must stay true: the revenue at the end is the revenue at the start and the movements between. Amounts are minor
 * units of one asset, rates basis points; what would divide by nothing is null.
 */

/** How the figures are worked out; published with them. */
export const DEFINITION =
  "MRR: the plan prices of active and past-due subscriptions, yearly ones by twelfths (half to even), as they were bought, without tax and one-off items; trials add nothing. ARR: twelve times MRR. ARPU: MRR by paying customers. Customer churn: customers lost by customers at the start. Revenue churn: contraction and churn by MRR at the start; net: less expansion and reactivation. LTV: ARPU by customer churn. CAC: marketing and sales costs by new customers. Trial conversion: trials that were paid for by trials that ended. Each asset by itself; nothing is converted.";

export interface Movements {
  readonly new: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly churn: number;
  readonly reactivation: number;
}

export interface Figures {
  readonly asset: string;
  readonly mrrMinor: number;
  readonly arrMinor: number;
  readonly customers: number;
  readonly arpuMinor: number | null;
  readonly ltvMinor: number | null;
  readonly startMrrMinor: number;
  readonly startCustomers: number;
  readonly movements: Movements;
  readonly newCustomers: number;
  readonly lostCustomers: number;
  readonly customerChurnBps: number | null;
  readonly revenueChurnBps: number | null;
  readonly netRevenueChurnBps: number | null;
  readonly costsMinor: number;
  readonly cacMinor: number | null;
  readonly byPlan: readonly Omit<StandingRevenue, "asset">[];
}

export interface Period {
  readonly asset: string;
  readonly start: readonly StandingRevenue[];
  readonly end: readonly StandingRevenue[];
  readonly moved: readonly MovedRevenue[];
  /** Marketing and sales. */
  readonly costsMinor: number;
}

/** The figures of one asset over a period. */
export function figuresOf({ asset, start, end, moved, costsMinor }: Period): Figures {
  const own = <T extends { readonly asset: string }>(rows: readonly T[]): T[] =>
    rows.filter((row) => row.asset === asset);
  const [opening, closing] = [totalOf(own(start)), totalOf(own(end))];
  const movements = movementsOf(own(moved));
  const counts = new Map(own(moved).map(({ kind, count }) => [kind, count]));
  const newCustomers = counts.get("new") ?? 0;
  const lostCustomers = counts.get("churn") ?? 0;
  const lost = -movements.contraction - movements.churn;
  const regained = movements.expansion + movements.reactivation;
  const arpuMinor = divide(closing.mrrMinor, closing.customers);
  const customerChurnBps = divide(lostCustomers * 10_000, opening.customers);
  return {
    asset,
    mrrMinor: closing.mrrMinor,
    arrMinor: closing.mrrMinor * 12,
    customers: closing.customers,
    arpuMinor,
    ltvMinor: arpuMinor === null || customerChurnBps === null ? null : divide(arpuMinor * 10_000, customerChurnBps),
    startMrrMinor: opening.mrrMinor,
    startCustomers: opening.customers,
    movements,
    newCustomers,
    lostCustomers,
    customerChurnBps,
    revenueChurnBps: divide(lost * 10_000, opening.mrrMinor),
    netRevenueChurnBps: divide((lost - regained) * 10_000, opening.mrrMinor),
    costsMinor,
    cacMinor: divide(costsMinor, newCustomers),
    byPlan: own(end).map(({ level, mrrMinor, customers }) => ({ level, mrrMinor, customers })),
  };
}

/** What moved, by kind; what was lost is below zero. */
function movementsOf(moved: readonly MovedRevenue[]): Movements {
  const sum = (kind: MovedRevenue["kind"]): number => moved.find((row) => row.kind === kind)?.movedMinor ?? 0;
  return {
    new: sum("new"),
    expansion: sum("expansion"),
    contraction: sum("contraction"),
    churn: sum("churn"),
    reactivation: sum("reactivation"),
  };
}

function totalOf(rows: readonly StandingRevenue[]): { readonly mrrMinor: number; readonly customers: number } {
  return {
    mrrMinor: rows.reduce((sum, { mrrMinor }) => sum + mrrMinor, 0),
    customers: rows.reduce((sum, { customers }) => sum + customers, 0),
  };
}

export interface Day {
  readonly day: number;
  readonly asset: string;
  readonly mrrMinor: number;
  readonly customers: number;
  readonly newMinor: number;
  readonly expansionMinor: number;
  readonly contractionMinor: number;
  readonly churnMinor: number;
  readonly reactivationMinor: number;
}

export interface Span {
  /** The first day, and the one after the last. */
  readonly begin: number;
  readonly end: number;
  /** What stood before the first day. */
  readonly standing: readonly StandingRevenue[];
  readonly moved: readonly DailyRevenue[];
}

/** So many days of one asset are worked out at once; a later run goes on from there. */
const MAX_DAYS = 2_000;
const GAINED: ReadonlySet<string> = new Set(["new", "reactivation"]);

/** How each asset's revenue stood at the end of each day on which there was any, or on which it moved. */
export function daysOf({ begin, end, standing, moved }: Span): Day[] {
  const byDay = Map.groupBy(moved, ({ day }) => day);
  const stands = new Map(
    [...Map.groupBy(standing, ({ asset }) => asset)].map(([asset, rows]) => [asset, totalOf(rows)] as const),
  );
  const days: Day[] = [];
  for (let day = begin; day < end && days.length < MAX_DAYS; day += 1) {
    const today = Map.groupBy(byDay.get(day) ?? [], ({ asset }) => asset);
    for (const asset of [...new Set([...stands.keys(), ...today.keys()])].toSorted()) {
      const closed = closeDay({ day, asset }, stands.get(asset) ?? NOTHING, today.get(asset) ?? []);
      days.push(closed);
      if (closed.customers > 0) stands.set(asset, closed);
      else stands.delete(asset);
    }
  }
  return days;
}

const NOTHING = { mrrMinor: 0, customers: 0 };

function closeDay(
  of: Pick<Day, "day" | "asset">,
  { mrrMinor, customers }: typeof NOTHING,
  moved: readonly MovedRevenue[],
): Day {
  const movements = movementsOf(moved);
  const gained = moved.reduce(
    (sum, { kind, count }) => sum + (GAINED.has(kind) ? count : kind === "churn" ? -count : 0),
    0,
  );
  return {
    ...of,
    mrrMinor: moved.reduce((sum, { movedMinor }) => sum + movedMinor, mrrMinor),
    customers: customers + gained,
    newMinor: movements.new,
    expansionMinor: movements.expansion,
    contractionMinor: movements.contraction,
    churnMinor: movements.churn,
    reactivationMinor: movements.reactivation,
  };
}

/** Half to even; null where there is nothing to divide by. */
export function divide(dividend: number, divisor: number): number | null {
  return divisor <= 0 ? null : Number(divideHalfEven(BigInt(dividend), BigInt(divisor)));
}
