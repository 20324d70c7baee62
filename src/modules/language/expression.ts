import type { Timeframe } from "#modules/indicators";
import { FaultError } from "./fault.ts";
import type { Arithmetic, Comparison } from "./syntax.ts";

/**
 * An expression whose names are known and whose parts fit, reduced to few forms. What must stay true: there is no
 * `not` in it; it was carried inwards to the comparisons. Therefore a condition may take a missing value for false
 * wherever it meets one: a missing value never turns into a match.
 */

export type BarField = "open" | "high" | "low" | "close" | "volume" | "index_close";

interface Keyed {
  /** The expression in its normal form. Equal expressions have equal keys. */
  readonly key: string;
}

export type Value = Keyed &
  (
    | { readonly kind: "constant"; readonly value: number }
    | { readonly kind: "bar"; readonly field: BarField }
    | { readonly kind: "fact"; readonly name: string }
    | { readonly kind: "arithmetic"; readonly operator: Arithmetic; readonly left: Value; readonly right: Value }
    | { readonly kind: "function"; readonly name: MathName; readonly args: readonly Value[] }
    | { readonly kind: "indicator"; readonly call: IndicatorCall; readonly output: number }
    | { readonly kind: "shift"; readonly of: Value; readonly by: number }
    | { readonly kind: "frame"; readonly of: Value; readonly timeframe: Timeframe }
    | { readonly kind: "count"; readonly of: Condition; readonly n: number }
    | { readonly kind: "since"; readonly of: Condition }
  );

export type Condition = Keyed &
  (
    | { readonly kind: "always"; readonly holds: boolean }
    | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Value; readonly right: Value }
    | { readonly kind: "and" | "or"; readonly of: readonly Condition[] }
    | {
        readonly kind: "text";
        readonly field: TextField;
        readonly values: readonly string[];
        readonly negated: boolean;
      }
    | { readonly kind: "flag"; readonly of: Value; readonly negated: boolean }
    | { readonly kind: "missing"; readonly of: Value; readonly negated: boolean }
    | { readonly kind: "span"; readonly of: Condition; readonly n: number; readonly every: boolean }
    | { readonly kind: "shiftCondition"; readonly of: Condition; readonly by: number }
    | { readonly kind: "frameCondition"; readonly of: Condition; readonly timeframe: Timeframe }
  );

/** An indicator with its arguments, whichever of its outputs is asked for. */
export interface IndicatorCall {
  readonly key: string;
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly params: readonly number[];
}

export type TextField = "symbol" | "name" | "exchange" | "sector" | "industry" | "country" | "currency" | "kind";
export type MathName = "abs" | "sqrt" | "log" | "exp" | "floor" | "ceil" | "round" | "sign" | "min" | "max";

/** How long a normal form may grow: nested crossings name their operands twice at each level. */
const MAX_KEY = 16_000;

/** A key that is not too long; the one place where an expression that grows too large is stopped. */
function sized(key: string): string {
  if (key.length <= MAX_KEY) return key;
  throw new FaultError("too_costly", "Written out, this expression is too long.", { at: 0 });
}

export function constant(value: number): Value {
  return { kind: "constant", value, key: Object.is(value, -0) ? "0" : String(value) };
}

export function bar(field: BarField): Value {
  return { kind: "bar", field, key: field };
}

export function fact(name: string): Value {
  return { kind: "fact", name, key: name };
}

export function arithmetic(operator: Arithmetic, left: Value, right: Value): Value {
  if (left.kind === "constant" && right.kind === "constant") {
    const folded = fold(operator, left.value, right.value);
    if (Number.isFinite(folded)) return constant(folded);
  }
  const commutes = operator === "+" || operator === "*";
  const [first, second] = commutes && right.key < left.key ? [right, left] : [left, right];
  return {
    kind: "arithmetic",
    operator,
    left: first,
    right: second,
    key: sized(`(${first.key} ${operator} ${second.key})`),
  };
}

export function fold(operator: Arithmetic, a: number, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (b === 0) return NaN;
  return operator === "/" ? a / b : a % b;
}

export function mathOf(name: MathName, args: readonly Value[]): Value {
  return { kind: "function", name, args, key: sized(`${name}(${args.map(({ key }) => key).join(", ")})`) };
}

export function indicator(call: IndicatorCall, output: number, outputName: string): Value {
  return { kind: "indicator", call, output, key: output === 0 ? call.key : `${call.key}.${outputName}` };
}

export function shift(of: Value, by: number): Value {
  if (by === 0 || of.kind === "constant" || of.kind === "fact") return of;
  if (of.kind === "shift") return shift(of.of, of.by + by);
  return { kind: "shift", of, by, key: `${wrap(of)}[${by}]` };
}

export function frame(of: Value, timeframe: Timeframe): Value {
  if (of.kind === "constant" || of.kind === "fact") return of;
  return { kind: "frame", of, timeframe, key: `${wrap(of)}@${timeframe}` };
}

/** Whether a comparison of two numbers holds; it never does where one of them is missing. */
export function compares(operator: Comparison, a: number, b: number): boolean {
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "==":
      return a === b;
    case "!=":
      return a !== b && !Number.isNaN(a) && !Number.isNaN(b);
  }
}

export function compare(operator: Comparison, left: Value, right: Value): Condition {
  if (left.kind === "constant" && right.kind === "constant") return always(compares(operator, left.value, right.value));
  const symmetric = operator === "==" || operator === "!=";
  const [first, second] = symmetric && right.key < left.key ? [right, left] : [left, right];
  return {
    kind: "compare",
    operator,
    left: first,
    right: second,
    key: sized(`${first.key} ${operator} ${second.key}`),
  };
}

/** Joins conditions: flat, without repeats, in the order of their keys. */
export function join(kind: "and" | "or", conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((condition) => (condition.kind === kind ? condition.of : [condition]));
  const of = [...new Map(flat.map((condition) => [condition.key, condition])).values()].toSorted((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  const [only] = of;
  if (only && of.length === 1) return only;
  const key = of.map((condition) => (isJoined(condition) ? `(${condition.key})` : condition.key)).join(` ${kind} `);
  return { kind, of, key: sized(key) };
}

export function span(of: Condition, n: number, every: boolean): Condition {
  if (n === 1) return of;
  return { kind: "span", of, n, every, key: `${every ? "always" : "within"}(${of.key}, ${n})` };
}

export function shiftCondition(of: Condition, by: number): Condition {
  if (by === 0) return of;
  if (of.kind === "shiftCondition") return shiftCondition(of.of, of.by + by);
  return { kind: "shiftCondition", of, by, key: `(${of.key})[${by}]` };
}

export function frameCondition(of: Condition, timeframe: Timeframe): Condition {
  if (of.kind === "always" || of.kind === "text") return of;
  return { kind: "frameCondition", of, timeframe, key: `(${of.key})@${timeframe}` };
}

export function textCondition(field: TextField, values: readonly string[], negated: boolean): Condition {
  const sorted = [...new Set(values)].toSorted();
  const key = `${field} ${negated ? "not in" : "in"} (${sorted.map(quote).join(", ")})`;
  return { kind: "text", field, values: sorted, negated, key };
}

export function missing(of: Value, negated: boolean): Condition {
  return { kind: "missing", of, negated, key: `${negated ? "not " : ""}is_missing(${of.key})` };
}

/** An indicator that answers yes or no, such as a candle pattern. */
export function flag(of: Value, negated: boolean): Condition {
  return { kind: "flag", of, negated, key: negated ? `not ${of.key}` : of.key };
}

/** In how many of the last n bars a condition held. */
export function count(of: Condition, n: number): Value {
  return { kind: "count", of, n, key: `count(${of.key}, ${n})` };
}

/** How many bars ago a condition last held. */
export function since(of: Condition): Value {
  return { kind: "since", of, key: `bars_since(${of.key})` };
}

export function always(holds: boolean): Condition {
  return { kind: "always", holds, key: String(holds) };
}

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
  "==": "!=",
  "!=": "==",
};

/** The opposite of a condition, carried inwards: what is missing stays missing and matches neither way. */
export function negate(condition: Condition): Condition {
  switch (condition.kind) {
    case "always":
      return always(!condition.holds);
    case "compare":
      return compare(OPPOSITE[condition.operator], condition.left, condition.right);
    case "and":
    case "or":
      return join(condition.kind === "and" ? "or" : "and", condition.of.map(negate));
    case "text":
      return textCondition(condition.field, condition.values, !condition.negated);
    case "flag":
      return flag(condition.of, !condition.negated);
    case "missing":
      return missing(condition.of, !condition.negated);
    case "span":
      return span(negate(condition.of), condition.n, !condition.every);
    case "shiftCondition":
      return shiftCondition(negate(condition.of), condition.by);
    case "frameCondition":
      return frameCondition(negate(condition.of), condition.timeframe);
  }
}

function isJoined({ kind }: Condition): boolean {
  return kind === "and" || kind === "or";
}

function wrap(of: Value): string {
  return of.kind === "shift" || of.kind === "frame" || of.kind === "constant" ? `(${of.key})` : of.key;
}

function quote(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}
