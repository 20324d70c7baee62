import type { MathName } from "./expression.ts";

/** A function of the language that is no indicator. */
export interface LanguageFunction {
  readonly name: string;
  /** What goes in, in order; a `?` marks what may be left out. */
  readonly args: readonly Argument[];
  readonly returns: "number" | "condition";
  readonly description: string;
  readonly example: string;
}

export interface Argument {
  readonly name: string;
  readonly type: "number" | "condition" | "bars";
}

const x: Argument = { name: "x", type: "number" };
const n: Argument = { name: "n", type: "bars" };
const condition: Argument = { name: "condition", type: "condition" };
const two: readonly Argument[] = [
  { name: "a", type: "number" },
  { name: "b", type: "number" },
];

export const FUNCTIONS: readonly LanguageFunction[] = [
  {
    name: "crosses_above",
    args: two,
    returns: "condition",
    description: "a > b and a[1] <= b[1]; never on the first bar.",
    example: "crosses_above(sma(close, 50), sma(close, 200))",
  },
  {
    name: "crosses_below",
    args: two,
    returns: "condition",
    description: "a < b and a[1] >= b[1]; never on the first bar.",
    example: "crosses_below(close, ema(close, 20))",
  },
  {
    name: "rising",
    args: [x, n],
    returns: "condition",
    description: "x was above its value before on each of the last n bars.",
    example: "rising(close, 3)",
  },
  {
    name: "falling",
    args: [x, n],
    returns: "condition",
    description: "x was below its value before on each of the last n bars.",
    example: "falling(close, 3)",
  },
  {
    name: "within",
    args: [condition, n],
    returns: "condition",
    description: "The condition held on at least one of the last n bars, the newest included.",
    example: "within(crosses_above(close, sma(close, 20)), 5)",
  },
  {
    name: "always",
    args: [condition, n],
    returns: "condition",
    description: "The condition held on each of the last n bars.",
    example: "always(close > sma(close, 20), 10)",
  },
  {
    name: "is_missing",
    args: [x],
    returns: "condition",
    description: "x has no value: too few bars, nothing told, or a division by zero.",
    example: "not is_missing(pe)",
  },
  {
    name: "count",
    args: [condition, n],
    returns: "number",
    description: "On how many of the last n bars the condition held; missing before the n-th bar.",
    example: "count(close > open, 10) >= 7",
  },
  {
    name: "bars_since",
    args: [condition],
    returns: "number",
    description: "How many bars ago the condition last held; missing where it never did.",
    example: "bars_since(new_high(252)) <= 5",
  },
  { name: "abs", args: [x], returns: "number", description: "Size without its sign.", example: "abs(change_pct) > 5" },
  {
    name: "sqrt",
    args: [x],
    returns: "number",
    description: "Square root; missing below 0.",
    example: "sqrt(volume) > 1000",
  },
  {
    name: "log",
    args: [x],
    returns: "number",
    description: "Natural logarithm; missing at 0 and below.",
    example: "log(close) > 3",
  },
  { name: "exp", args: [x], returns: "number", description: "Power of e.", example: "exp(change_pct / 100) > 1.05" },
  {
    name: "floor",
    args: [x],
    returns: "number",
    description: "The next whole number below.",
    example: "floor(close) > 10",
  },
  {
    name: "ceil",
    args: [x],
    returns: "number",
    description: "The next whole number above.",
    example: "ceil(close) > 10",
  },
  {
    name: "round",
    args: [x],
    returns: "number",
    description: "The nearest whole number.",
    example: "round(close) > 10",
  },
  { name: "sign", args: [x], returns: "number", description: "1, 0 or -1.", example: "sign(change) = 1" },
  {
    name: "min",
    args: two,
    returns: "number",
    description: "The smaller of two.",
    example: "min(open, close) > sma(close, 20)",
  },
  {
    name: "max",
    args: two,
    returns: "number",
    description: "The larger of two.",
    example: "max(open, close) < sma(close, 20)",
  },
];

const MATH: ReadonlySet<string> = new Set([
  "abs",
  "sqrt",
  "log",
  "exp",
  "floor",
  "ceil",
  "round",
  "sign",
  "min",
  "max",
]);

export function isMath(name: string): name is MathName {
  return MATH.has(name);
}

/** Computes a function of one or two numbers; what is missing stays missing. */
export function computeMath(name: MathName, a: number, b: number): number {
  switch (name) {
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "log":
      return a > 0 ? Math.log(a) : NaN;
    case "abs":
    case "sqrt":
    case "exp":
    case "floor":
    case "ceil":
    case "round":
    case "sign":
      return Math[name](a);
  }
}

/** Other names for what exists. */
export const ALIASES: Readonly<Record<string, string>> = {
  avg: "sma",
  cross_above: "crosses_above",
  cross_below: "crosses_below",
  crossover: "crosses_above",
  crossunder: "crosses_below",
  std: "stddev",
  willr: "williams_r",
  sar: "psar",
  rvol: "relative_volume",
  plus_di: "di_plus",
  minus_di: "di_minus",
  bb: "bbands",
};
