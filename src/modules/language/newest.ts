import type { Newest, Row } from "#modules/indicators";
import { NEWEST } from "#modules/indicators";
import type { Universe } from "./columns.ts";
import type { BarField, Condition, Value } from "./expression.ts";

/**
 * Columns of newest values, all that a scan asks for in one go: symbol by symbol, so that a symbol's bars are read once
 * while they are in the processor's cache, and each column goes on from what it kept where only bars were added.
 */

/** An indicator as it stood so many bars ago. */
export interface Wanted {
  readonly value: Extract<Value, { kind: "indicator" }>;
  readonly ago: number;
}

/** What a column keeps of each symbol for the next bar. */
export interface Kept {
  readonly numbers: Float64Array;
  /** How many bars of a symbol it has followed, and in which history. */
  readonly followed: Int32Array;
  readonly history: Float64Array;
}

interface Plan {
  readonly compute: Newest["compute"];
  readonly field: Exclude<BarField, "index_close"> | null;
  readonly params: readonly number[];
  readonly output: number;
  readonly ago: number;
  readonly needs: number;
  readonly keeps: number;
  readonly kept: Kept;
  readonly out: Float64Array;
}

export const keyOf = ({ value, ago }: Wanted): string => `${value.key}@${ago}`;

const NOTHING = new Float64Array();

/** Computes the columns of those that have a kernel for their newest value, and remembers them. */
export function computeNewest(universe: Universe, wanted: readonly Wanted[]): void {
  const plans = wanted.flatMap((one) => (universe.known.has(keyOf(one)) ? [] : (planOf(universe, one) ?? [])));
  if (plans.length === 0) return;
  const row: Row = {
    open: NOTHING,
    high: NOTHING,
    low: NOTHING,
    close: NOTHING,
    volume: NOTHING,
    x: NOTHING,
    end: 0,
    from: 0,
    kept: NOTHING,
    place: 0,
  };
  for (let symbol = 0; symbol < universe.size; symbol += 1) {
    const bars = universe.bars(symbol);
    row.open = bars.open;
    row.high = bars.high;
    row.low = bars.low;
    row.close = bars.close;
    row.volume = bars.volume;
    const history = universe.history(symbol);
    for (let p = 0; p < plans.length; p += 1) {
      const plan = plans[p] as Plan;
      row.end = bars.length - plan.ago;
      plan.out[symbol] = row.end < plan.needs ? NaN : newestOf(plan, row, { symbol, history });
    }
  }
}

function newestOf(plan: Plan, row: Row, of: { readonly symbol: number; readonly history: number }): number {
  const { kept, keeps, needs } = plan;
  if (plan.field !== null) row.x = row[plan.field];
  row.from = 0;
  if (keeps > 0) {
    const { symbol, history } = of;
    const followed = kept.followed[symbol] as number;
    if (kept.history[symbol] === history && followed >= needs && followed <= row.end) row.from = followed;
    kept.followed[symbol] = row.end;
    kept.history[symbol] = history;
    row.kept = kept.numbers;
    row.place = symbol * keeps;
  }
  return plan.compute(row, plan.params, plan.output);
}

function planOf(universe: Universe, wanted: Wanted): Plan | null {
  const { value, ago } = wanted;
  const { name, params } = value.call;
  const newest = Object.hasOwn(NEWEST, name) ? NEWEST[name] : undefined;
  const needs = newest?.needs(params, value.output) ?? null;
  const field = fieldOf(value);
  if (!newest || needs === null || field === undefined) return null;
  const { compute, keeps } = newest;
  const out = new Float64Array(universe.size);
  universe.known.set(keyOf(wanted), out);
  const kept = keptOf(universe, keyOf(wanted), keeps);
  return { compute, field, params, output: value.output, ago, needs, keeps, kept, out };
}

/** The price that an indicator is of; null where it takes none, nothing where it is of something that is computed. */
function fieldOf({ call }: Wanted["value"]): Plan["field"] | undefined {
  const [input, ...others] = call.inputs;
  if (!input) return null;
  if (others.length > 0 || input.kind !== "bar" || input.field === "index_close") return undefined;
  return input.field;
}

function keptOf({ kept, size }: Universe, key: string, keeps: number): Kept {
  const known = kept.get(key);
  if (known?.followed.length === size) return known;
  const made: Kept = {
    numbers: new Float64Array(size * keeps),
    followed: new Int32Array(keeps === 0 ? 0 : size),
    history: new Float64Array(keeps === 0 ? 0 : size).fill(-1),
  };
  if (keeps > 0) kept.set(key, made);
  return made;
}

/** The indicators that a condition asks for at the newest bar, and how many bars ago. */
export function wantedBy(condition: Condition, ago: number, into: Wanted[]): void {
  switch (condition.kind) {
    case "compare":
      wantedByValue(condition.left, ago, into);
      return wantedByValue(condition.right, ago, into);
    case "and":
    case "or":
      return condition.of.forEach((part) => wantedBy(part, ago, into));
    case "flag":
    case "missing":
      return wantedByValue(condition.of, ago, into);
    case "shiftCondition":
      return wantedBy(condition.of, ago + condition.by, into);
    case "always":
    case "text":
    case "span":
    case "frameCondition":
  }
}

export function wantedByValue(value: Value, ago: number, into: Wanted[]): void {
  switch (value.kind) {
    case "indicator":
      into.push({ value, ago });
      return;
    case "shift":
      return wantedByValue(value.of, ago + value.by, into);
    case "arithmetic":
      wantedByValue(value.left, ago, into);
      return wantedByValue(value.right, ago, into);
    case "function":
      return value.args.forEach((arg) => wantedByValue(arg, ago, into));
    case "constant":
    case "bar":
    case "fact":
    case "frame":
    case "count":
    case "since":
  }
}
