import type { Arena, Bars, Series } from "#modules/indicators";
import { createArena, evaluate, resample, slice } from "#modules/indicators";
import type { BarField, Condition, IndicatorCall, TextField, Value } from "./expression.ts";
import { compares, fold } from "./expression.ts";
import { computeMath } from "./functions.ts";
import { definitionOf, reachOf, reachOfCondition } from "./reach.ts";

/** One symbol, as far as it is looked at. */
export interface Subject {
  readonly bars: Bars;
  /** Close of the market's index on each bar's day, NaN where there was none. */
  readonly index: Series;
  /** Numbers that do not change from bar to bar; NaN where nothing was told. */
  readonly fact: (name: string) => number;
  readonly text: (field: TextField) => string | null;
}

/** Evaluates expressions over all bars of one symbol after the other. What two expressions share is computed once. */
export interface SeriesEvaluator {
  /** Begins with a symbol; every series of the one before is void. */
  begin(subject: Subject): void;
  /** The value at each bar, NaN where it is missing. */
  value(value: Value): Series;
  /** 1 or 0 at each bar; what is missing does not hold. */
  condition(condition: Condition): Series;
}

interface State {
  readonly arena: Arena;
  readonly known: Map<string, Series>;
  readonly indicators: Map<string, readonly Series[]>;
  readonly subject: Subject;
}

export function createSeriesEvaluator(): SeriesEvaluator {
  const arena = createArena();
  const known = new Map<string, Series>();
  const indicators = new Map<string, readonly Series[]>();
  let state: State | null = null;
  const now = (): State => {
    if (!state) throw new Error("A symbol must be begun first.");
    return state;
  };
  return {
    begin(subject) {
      arena.reset();
      known.clear();
      indicators.clear();
      state = { arena, known, indicators, subject };
    },
    value: (value) => valueOf(now(), value),
    condition: (condition) => conditionOf(now(), condition),
  };
}

function memo(state: State, key: string, make: () => Series): Series {
  const known = state.known.get(key);
  if (known) return known;
  const made = make();
  state.known.set(key, made);
  return made;
}

function fill(state: State, value: (i: number) => number): Series {
  const out = state.arena.take(state.subject.bars.length);
  for (let i = 0; i < out.length; i += 1) out[i] = value(i);
  return out;
}

const get = (series: Series, index: number): number => (index < 0 ? NaN : (series[index] as number));

function valueOf(state: State, value: Value): Series {
  if (value.kind === "bar") return barOf(state.subject, value.field);
  return memo(state, value.key, () => computeValue(state, value));
}

function barOf({ bars, index }: Subject, field: BarField): Series {
  return field === "index_close" ? index : bars[field];
}

function computeValue(state: State, value: Exclude<Value, { kind: "bar" }>): Series {
  switch (value.kind) {
    case "constant":
      return fill(state, () => value.value);
    case "fact": {
      const told = state.subject.fact(value.name);
      return fill(state, () => told);
    }
    case "arithmetic": {
      const [left, right] = [valueOf(state, value.left), valueOf(state, value.right)];
      return fill(state, (i) => fold(value.operator, get(left, i), get(right, i)));
    }
    case "function": {
      const [a, b = a] = value.args.map((arg) => valueOf(state, arg));
      return fill(state, (i) => computeMath(value.name, a?.[i] ?? NaN, b?.[i] ?? NaN));
    }
    case "indicator":
      return indicatorOf(state, value.call)[value.output] as Series;
    case "shift": {
      const of = valueOf(state, value.of);
      return fill(state, (i) => get(of, i - value.by));
    }
    case "frame":
      return framed(state, value.timeframe, {
        reach: reachOf(value.of),
        newest: (inner) => inner.value(value.of).at(-1) ?? NaN,
      });
    case "count":
      return countOf(state, value.of, value.n);
    case "since":
      return sinceOf(state, value.of);
  }
}

function indicatorOf(state: State, call: IndicatorCall): readonly Series[] {
  const known = state.indicators.get(call.key);
  if (known) return known;
  const inputs = call.inputs.map((input) => valueOf(state, input));
  const made = evaluate(definitionOf(call), { bars: state.subject.bars, inputs, params: call.params }, state.arena);
  state.indicators.set(call.key, made);
  return made;
}

function countOf(state: State, of: Condition, n: number): Series {
  const held = conditionOf(state, of);
  let total = 0;
  return fill(state, (i) => {
    total += get(held, i) - (i >= n ? get(held, i - n) : 0);
    return i >= n - 1 ? total : NaN;
  });
}

function sinceOf(state: State, of: Condition): Series {
  const held = conditionOf(state, of);
  let last = NaN;
  return fill(state, (i) => {
    if (get(held, i) === 1) last = i;
    return i - last;
  });
}

function conditionOf(state: State, condition: Condition): Series {
  return memo(state, `? ${condition.key}`, () => computeCondition(state, condition));
}

function computeCondition(state: State, condition: Condition): Series {
  switch (condition.kind) {
    case "always":
      return fill(state, () => (condition.holds ? 1 : 0));
    case "text": {
      const holds = matchesText(state.subject.text(condition.field), condition);
      return fill(state, () => (holds ? 1 : 0));
    }
    case "compare": {
      const [left, right] = [valueOf(state, condition.left), valueOf(state, condition.right)];
      return fill(state, (i) => (compares(condition.operator, get(left, i), get(right, i)) ? 1 : 0));
    }
    case "and":
    case "or": {
      const parts = condition.of.map((part) => conditionOf(state, part));
      const all = condition.kind === "and";
      return fill(state, (i) =>
        (all ? parts.every((part) => part[i] === 1) : parts.some((part) => part[i] === 1)) ? 1 : 0,
      );
    }
    case "flag": {
      const of = valueOf(state, condition.of);
      const wanted = condition.negated ? 0 : 1;
      return fill(state, (i) => (get(of, i) === wanted ? 1 : 0));
    }
    case "missing": {
      const of = valueOf(state, condition.of);
      return fill(state, (i) => (Number.isNaN(get(of, i)) !== condition.negated ? 1 : 0));
    }
    case "span":
    case "shiftCondition":
    case "frameCondition":
      return computeMoved(state, condition);
  }
}

function computeMoved(
  state: State,
  condition: Extract<Condition, { kind: "span" | "shiftCondition" | "frameCondition" }>,
): Series {
  if (condition.kind === "frameCondition") {
    return framed(state, condition.timeframe, {
      reach: reachOfCondition(condition.of),
      newest: (inner) => inner.condition(condition.of).at(-1) ?? 0,
    });
  }
  const held = conditionOf(state, condition.of);
  if (condition.kind === "shiftCondition")
    return fill(state, (i) => (i < condition.by ? 0 : get(held, i - condition.by)));
  const { n, every } = condition;
  let total = 0;
  return fill(state, (i) => {
    total += get(held, i) - (i >= n ? get(held, i - n) : 0);
    return (every ? total === n : total > 0) ? 1 : 0;
  });
}

/** Whether a symbol's text is among those that are wanted, in any case of letters; a text that is missing is not. */
export function matchesText(
  text: string | null,
  condition: { readonly values: readonly string[]; readonly negated: boolean },
): boolean {
  if (text === null) return false;
  const lower = text.toLowerCase();
  return condition.values.some((value) => value.toLowerCase() === lower) !== condition.negated;
}

/**
 * Evaluates over weeks or months as they stood at each bar: the running one reaches up to that bar and no further, so
 * that nothing is known before it has happened.
 */
function framed(
  state: State,
  timeframe: "1w" | "1mo",
  of: { readonly reach: number; readonly newest: (inner: SeriesEvaluator) => number },
): Series {
  const { subject } = state;
  const inner = createSeriesEvaluator();
  const whole = resample(subject.bars, timeframe);
  const index = new Float64Array(whole.length).fill(NaN);
  let current = 0;
  let started = 0;
  return fill(state, (i) => {
    if ((whole.day[current] as number) < (subject.bars.day[i] as number)) {
      current += 1;
      started = i;
    }
    putPartial(whole, current, slice(subject.bars, started, i + 1));
    index[current] = get(subject.index, i);
    const from = Number.isFinite(of.reach) ? Math.max(0, current + 1 - of.reach) : 0;
    const day = whole.day.slice(from, current + 1);
    day[current - from] = subject.bars.day[i] as number;
    const { open, high, low, close, volume, length } = slice(whole, from, current + 1);
    const bars = { length, day, open, high, low, close, volume };
    inner.begin({ ...subject, bars, index: index.subarray(from, current + 1) });
    return of.newest(inner);
  });
}

/** Sets a week or month to what its first days come to. */
function putPartial(whole: Bars, place: number, days: Bars): void {
  whole.open[place] = days.open[0] as number;
  whole.high[place] = days.high.reduce((a, b) => Math.max(a, b));
  whole.low[place] = days.low.reduce((a, b) => Math.min(a, b));
  whole.close[place] = days.close.at(-1) as number;
  whole.volume[place] = days.volume.reduce((a, b) => a + b);
}
