import type { Arena, Bars } from "#modules/indicators";
import { createArena, slice } from "#modules/indicators";
import type { BarField, Condition, TextField, Value } from "./expression.ts";
import { fold } from "./expression.ts";
import { computeMath } from "./functions.ts";
import type { Operand } from "./masks.ts";
import { keepWhere, MIRRORED } from "./masks.ts";
import type { Kept, Wanted } from "./newest.ts";
import { computeNewest, keyOf, wantedBy, wantedByValue } from "./newest.ts";
import type { Bound } from "./ranges.ts";
import { boundsOf, keepWithin } from "./ranges.ts";
import { definitionOf, reachOf, reachOfCondition } from "./reach.ts";
import { createSeriesEvaluator, matchesText } from "./series.ts";

/** Many symbols at one moment. */
export interface Universe {
  readonly size: number;
  /** A symbol's bars up to the moment. */
  readonly bars: (symbol: number) => Bars;
  /** Close of the market's index on each of those bars' days. */
  readonly index: (symbol: number) => Float64Array;
  readonly fact: (symbol: number, name: string) => number;
  readonly text: (symbol: number, field: TextField) => string | null;
  /** Columns that were computed before over the same bars at the same moment, by key. A cache. */
  readonly known: Map<string, Float64Array>;
  /** Names the history of a symbol: another number wherever anything but bars at its end has changed. */
  readonly history: (symbol: number) => number;
  /** What columns keep from one moment to the next, by key. A cache. */
  readonly kept: Map<string, Kept>;
}

/** Newest values of expressions for all symbols at once, and which symbols match. */
export interface ColumnEvaluator {
  /** One value for each symbol, NaN where it is missing. */
  column(value: Value): Float64Array;
  /** Several at once, which is quicker than one after the other. */
  columns(values: readonly Value[]): Float64Array[];
  /** 1 for each symbol that matches. */
  matches(condition: Condition): Uint8Array;
}

/**
 * A column is named by its expression and by how many bars ago. Prices, arithmetic and comparisons are done column by
 * column; only what needs a history is computed symbol by symbol, over no more bars than it looks at.
 */
export function createColumnEvaluator(universe: Universe): ColumnEvaluator {
  const series = createSeriesEvaluator();
  const scope: Scope = { universe, series, arena: createArena() };
  const column = (value: Value): Float64Array => toColumn(scope, operandOf(scope, value, 0));
  return {
    column,
    columns(values) {
      const wanted: Wanted[] = [];
      for (const value of values) wantedByValue(value, 0, wanted);
      computeNewest(universe, wanted);
      return values.map(column);
    },
    matches(condition) {
      const wanted: Wanted[] = [];
      wantedBy(condition, 0, wanted);
      computeNewest(universe, wanted);
      const mask = new Uint8Array(universe.size).fill(1);
      keep(scope, mask, { condition, ago: 0 });
      return mask;
    },
  };
}

interface Scope {
  readonly universe: Universe;
  readonly series: ReturnType<typeof createSeriesEvaluator>;
  readonly arena: Arena;
}

function toColumn({ universe }: Scope, operand: Operand): Float64Array {
  return typeof operand === "number" ? new Float64Array(universe.size).fill(operand) : operand;
}

function remembered({ universe }: Scope, key: string, make: () => Float64Array): Float64Array {
  const known = universe.known.get(key);
  if (known) return known;
  const made = make();
  universe.known.set(key, made);
  return made;
}

function operandOf(scope: Scope, value: Value, ago: number): Operand {
  if (value.kind === "constant") return value.value;
  if (value.kind === "shift") return operandOf(scope, value.of, ago + value.by);
  return remembered(scope, `${value.key}@${ago}`, () => computeColumn(scope, value, ago));
}

type Computed = Exclude<Value, { kind: "constant" | "shift" }>;

function computeColumn(scope: Scope, value: Computed, ago: number): Float64Array {
  const { universe } = scope;
  switch (value.kind) {
    case "bar":
      return gather(universe, value.field, ago);
    case "fact":
      return Float64Array.from({ length: universe.size }, (_, symbol) => universe.fact(symbol, value.name));
    case "arithmetic": {
      const left = toColumn(scope, operandOf(scope, value.left, ago));
      const right = toColumn(scope, operandOf(scope, value.right, ago));
      return left.map((a, symbol) => fold(value.operator, a, right[symbol] as number));
    }
    case "function": {
      const [first, second] = value.args.map((arg) => toColumn(scope, operandOf(scope, arg, ago)));
      const b = second ?? first;
      return (first ?? new Float64Array(universe.size)).map((a, symbol) =>
        computeMath(value.name, a, b?.[symbol] ?? NaN),
      );
    }
    case "indicator":
      return indicatorColumn(scope, value, ago);
    case "frame":
    case "count":
    case "since":
      return historic(scope, reachOf(value) + ago, () => scope.series.value(value).at(-1 - ago) ?? NaN);
  }
}

function gather(universe: Universe, field: BarField, ago: number): Float64Array {
  const out = new Float64Array(universe.size);
  for (let symbol = 0; symbol < out.length; symbol += 1) {
    const bars = universe.bars(symbol);
    const column = field === "index_close" ? universe.index(symbol) : bars[field];
    out[symbol] = column[bars.length - 1 - ago] ?? NaN;
  }
  return out;
}

type IndicatorValue = Extract<Value, { kind: "indicator" }>;

/** An indicator of plain prices needs no evaluator between it and the bars; most indicators are that. */
function indicatorColumn(scope: Scope, value: IndicatorValue, ago: number): Float64Array {
  computeNewest(scope.universe, [{ value, ago }]);
  const newest = scope.universe.known.get(keyOf({ value, ago }));
  if (newest) return newest;
  const { call, output } = value;
  const fields = call.inputs.flatMap((input) =>
    input.kind === "bar" && input.field !== "index_close" ? input.field : [],
  );
  const reach = reachOf(value) + ago;
  if (fields.length < call.inputs.length)
    return historic(scope, reach, () => scope.series.value(value).at(-1 - ago) ?? NaN);
  const definition = definitionOf(call);
  const { universe, arena } = scope;
  const out = new Float64Array(universe.size);
  const inputs: Float64Array[] = [];
  for (let symbol = 0; symbol < out.length; symbol += 1) {
    const whole = universe.bars(symbol);
    const from = Number.isFinite(reach) ? Math.max(0, whole.length - reach) : 0;
    const bars = from === 0 ? whole : slice(whole, from, whole.length);
    const { length } = bars;
    for (let i = 0; i < fields.length; i += 1) inputs[i] = bars[fields[i] as "close"];
    arena.reset();
    const outputs = definition.compute({ bars, inputs, params: call.params, take: () => arena.take(length) });
    out[symbol] = outputs[output]?.[length - 1 - ago] ?? NaN;
  }
  return out;
}

/** Computes symbol by symbol what needs a history, over as many bars as it reaches back. */
function historic({ universe, series }: Scope, reach: number, newest: () => number): Float64Array {
  const out = new Float64Array(universe.size);
  for (let symbol = 0; symbol < out.length; symbol += 1) {
    const bars = universe.bars(symbol);
    const from = Number.isFinite(reach) ? Math.max(0, bars.length - reach) : 0;
    series.begin({
      bars: from === 0 ? bars : slice(bars, from, bars.length),
      get index() {
        return universe.index(symbol).subarray(from);
      },
      fact: (name) => universe.fact(symbol, name),
      text: (field) => universe.text(symbol, field),
    });
    out[symbol] = newest();
  }
  return out;
}

interface Asked {
  readonly condition: Condition;
  readonly ago: number;
}

/** Clears the mask where a condition did not hold so many bars ago. */
function keep(scope: Scope, mask: Uint8Array, { condition, ago }: Asked): void {
  switch (condition.kind) {
    case "always":
      if (!condition.holds) mask.fill(0);
      return;
    case "compare": {
      const operands = [operandOf(scope, condition.left, ago), operandOf(scope, condition.right, ago)] as const;
      return keepWhere(mask, condition.operator, operands);
    }
    case "and":
      return keepAll(scope, mask, { parts: condition.of, ago });
    case "or":
      return keepAny(scope, mask, { parts: condition.of, ago });
    case "text":
      for (let symbol = 0; symbol < mask.length; symbol += 1)
        if (mask[symbol] === 1 && !matchesText(scope.universe.text(symbol, condition.field), condition))
          mask[symbol] = 0;
      return;
    case "flag":
      return keepWhere(mask, "==", [operandOf(scope, condition.of, ago), condition.negated ? 0 : 1]);
    case "missing": {
      const column = toColumn(scope, operandOf(scope, condition.of, ago));
      for (let symbol = 0; symbol < mask.length; symbol += 1)
        if (Number.isNaN(column[symbol]) === condition.negated) mask[symbol] = 0;
      return;
    }
    case "shiftCondition":
      keepLonger(scope, mask, ago + condition.by);
      return keep(scope, mask, { condition: condition.of, ago: ago + condition.by });
    case "span":
    case "frameCondition": {
      const key = `? ${condition.key}@${ago}`;
      const newest = (): number => scope.series.condition(condition).at(-1 - ago) ?? 0;
      const column = remembered(scope, key, () => historic(scope, reachOfCondition(condition) + ago, newest));
      return keepWhere(mask, "==", [column, 1]);
    }
  }
}

/** Comparisons with numbers first, all in one loop; then what is left. */
function keepAll(scope: Scope, mask: Uint8Array, { parts, ago }: { parts: readonly Condition[]; ago: number }): void {
  const bounds = parts.map((condition) => boundsBy(scope, { condition, ago }));
  keepWithin(
    mask,
    bounds.flatMap((of) => of ?? []),
  );
  parts.forEach((condition, index) => {
    if (!bounds[index]) keep(scope, mask, { condition, ago });
  });
}

/** A comparison of a column with a number, the number on either side; null for anything else. */
function boundsBy(scope: Scope, { condition, ago }: Asked): readonly Bound[] | null {
  if (condition.kind !== "compare") return null;
  const left = operandOf(scope, condition.left, ago);
  const right = operandOf(scope, condition.right, ago);
  if (typeof left !== "number") return typeof right === "number" ? boundsOf(left, condition.operator, right) : null;
  return typeof right === "number" ? null : boundsOf(right, MIRRORED[condition.operator], left);
}

/** Clears the mask where there is no bar so long ago. */
function keepLonger({ universe }: Scope, mask: Uint8Array, ago: number): void {
  for (let symbol = 0; symbol < mask.length; symbol += 1) if (universe.bars(symbol).length <= ago) mask[symbol] = 0;
}

function keepAny(scope: Scope, mask: Uint8Array, { parts, ago }: { parts: readonly Condition[]; ago: number }): void {
  const any = new Uint8Array(mask.length);
  for (const condition of parts) {
    const part = Uint8Array.from(mask);
    keep(scope, part, { condition, ago });
    for (let symbol = 0; symbol < any.length; symbol += 1)
      any[symbol] = (any[symbol] as number) | (part[symbol] as number);
  }
  mask.set(any);
}
