import { addMonths } from "#kernel/time";

/**
 * What must stay true, for every month, in whole minor units and with spending below zero:
 * - leftover = assigned + spent + (carried[m-1] ? leftover[m-1] : max(0, leftover[m-1])), of each expense category
 * - toBeBudgeted = income + toBeBudgeted[m-1] + held[m-1] + overspent[m-1] - assigned - held, where overspent[m-1] is the
 *   sum of what expense categories that do not carry over are below zero
 * - toBeBudgeted + held + all leftovers = everything that was ever earned and spent
 * The month before the first is blank.
 */

export type CategoryKind = "expense" | "income";

/** Amounts by month. */
export type Months = Readonly<Record<string, number>>;

export interface MonthSettings {
  /** In the place of what income categories add up to. */
  readonly income: number | null;
  /** In the place of the income of categories that carry over. */
  readonly held: number | null;
}

export interface Books {
  readonly kinds: ReadonlyMap<string, CategoryKind>;
  readonly assigned: ReadonlyMap<string, Months>;
  readonly activity: ReadonlyMap<string, Months>;
  /** From which month on a category carries its overspending over, or no longer does. */
  readonly carries: ReadonlyMap<string, Readonly<Record<string, boolean>>>;
  readonly months: ReadonlyMap<string, MonthSettings>;
}

export interface Envelope {
  readonly categoryId: string;
  readonly kind: CategoryKind;
  readonly assigned: number;
  /** What was spent, below zero; what came in, of an income category. */
  readonly spent: number;
  readonly carriedIn: number;
  readonly available: number;
  readonly carryOverspending: boolean;
}

export interface MonthlyBudget {
  readonly income: number;
  /** What income transactions add up to. */
  readonly received: number;
  readonly fromLastMonth: number;
  /** What last month's overspending takes away, below zero. */
  readonly lastMonthOverspent: number;
  readonly held: number;
  readonly assigned: number;
  readonly spent: number;
  readonly available: number;
  readonly toBeBudgeted: number;
  readonly categories: readonly Envelope[];
}

/** Adds two amounts. Throws `RangeError` rather than leave the safe range. */
export function plus(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum)) throw new RangeError("The amounts add up to more than can be counted.");
  return sum;
}

const EMPTY: Months = {};
const UNSET: MonthSettings = { income: null, held: null };

interface Slot {
  readonly id: string;
  readonly kind: CategoryKind;
  readonly assigned: Months;
  readonly activity: Months;
  readonly carries: Readonly<Record<string, boolean>>;
  carry: boolean;
  leftover: number;
}

/** Works a month out of all that came before it. */
export function computeBudget(books: Books, month: string): MonthlyBudget {
  const slots = Array.from(books.kinds, ([id, kind]): Slot => {
    const assigned = kind === "expense" ? (books.assigned.get(id) ?? EMPTY) : EMPTY;
    const activity = books.activity.get(id) ?? EMPTY;
    return { id, kind, assigned, activity, carries: books.carries.get(id) ?? {}, carry: false, leftover: 0 };
  });
  let result = step(slots, { books, month: "", before: { toBeBudgeted: 0, held: 0 } });
  for (const each of monthsUntil(books, month)) result = step(slots, { books, month: each, before: result });
  return result;
}

/**
 * The months to go through: each that holds something, and the one after it, in which overspending is settled. In the
 * others nothing changes.
 */
function monthsUntil(books: Books, month: string): string[] {
  const found = new Set<string>([month]);
  const sources = [...books.assigned.values(), ...books.activity.values(), ...books.carries.values()];
  for (const source of [...sources.map(Object.keys), [...books.months.keys()]]) {
    for (const each of source) {
      if (each >= month) continue;
      found.add(each);
      found.add(addMonths(each, 1));
    }
  }
  return [...found].toSorted();
}

interface Step {
  readonly books: Books;
  readonly month: string;
  readonly before: Pick<MonthlyBudget, "toBeBudgeted" | "held">;
}

function step(slots: readonly Slot[], { books, month, before }: Step): MonthlyBudget {
  const settings = books.months.get(month) ?? UNSET;
  const totals = { assigned: 0, spent: 0, available: 0, received: 0, carriedIncome: 0, overspent: 0 };
  const categories = slots.map((slot): Envelope => {
    const assigned = slot.assigned[month] ?? 0;
    const spent = slot.activity[month] ?? 0;
    const carriedIn = slot.carry ? slot.leftover : Math.max(0, slot.leftover);
    if (slot.kind === "expense" && !slot.carry) totals.overspent = plus(totals.overspent, Math.min(0, slot.leftover));
    slot.carry = slot.carries[month] ?? slot.carry;
    const envelope = { categoryId: slot.id, kind: slot.kind, assigned, spent, carryOverspending: slot.carry };
    if (slot.kind === "income") {
      totals.received = plus(totals.received, spent);
      if (slot.carry) totals.carriedIncome = plus(totals.carriedIncome, spent);
      return { ...envelope, carriedIn: 0, available: 0 };
    }
    slot.leftover = plus(plus(assigned, spent), carriedIn);
    totals.assigned = plus(totals.assigned, assigned);
    totals.spent = plus(totals.spent, spent);
    totals.available = plus(totals.available, slot.leftover);
    return { ...envelope, carriedIn, available: slot.leftover };
  });
  const { assigned, spent, available, received, carriedIncome, overspent } = totals;
  const income = settings.income ?? received;
  const held = settings.held ?? carriedIncome;
  const fromLastMonth = plus(before.toBeBudgeted, before.held);
  const free = plus(plus(income, fromLastMonth), overspent);
  const toBeBudgeted = plus(plus(free, -assigned), -held);
  return {
    income,
    received,
    fromLastMonth,
    lastMonthOverspent: overspent,
    held,
    assigned,
    spent,
    available,
    toBeBudgeted,
    categories,
  };
}
