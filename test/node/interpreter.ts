import type { Bars } from "#modules/indicators";

/**
 * A second reading of the language, as slow and plain as can be: one value at one bar at a time, by the definitions,
 * with nothing shared and nothing remembered. A missing value is null, for conditions too: `not` leaves it missing.
 */
export type Tree =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "field"; readonly name: "open" | "high" | "low" | "close" | "volume" }
  | { readonly op: "+" | "-" | "*" | "/"; readonly a: Tree; readonly b: Tree }
  | { readonly op: "sma" | "highest" | "lowest" | "sum"; readonly a: Tree; readonly n: number }
  | { readonly op: "ema"; readonly a: Tree; readonly n: number }
  | { readonly op: "rsi" | "atr"; readonly n: number }
  | { readonly op: "shift"; readonly a: Tree; readonly n: number }
  | { readonly op: "week"; readonly a: Tree }
  | { readonly op: "count"; readonly c: Test; readonly n: number };

export type Test =
  | { readonly op: "<" | "<=" | ">" | ">=" | "==" | "!="; readonly a: Tree; readonly b: Tree }
  | { readonly op: "and" | "or"; readonly p: Test; readonly q: Test }
  | { readonly op: "not"; readonly p: Test }
  | { readonly op: "crosses_above" | "crosses_below"; readonly a: Tree; readonly b: Tree }
  | { readonly op: "rising" | "falling"; readonly a: Tree; readonly n: number }
  | { readonly op: "within"; readonly p: Test; readonly n: number }
  | { readonly op: "is_missing"; readonly a: Tree }
  | { readonly op: "ago"; readonly p: Test; readonly n: number };

/** Writes a tree as the text that the language reads. */
export function write(tree: Tree | Test): string {
  switch (tree.op) {
    case "number":
      return tree.value < 0 ? `(${tree.value})` : String(tree.value);
    case "field":
      return tree.name;
    case "sma":
    case "ema":
    case "highest":
    case "lowest":
    case "sum":
    case "rising":
    case "falling":
      return `${tree.op}(${write(tree.a)}, ${tree.n})`;
    case "rsi":
    case "atr":
      return `${tree.op}(${tree.n})`;
    case "shift":
      return `(${write(tree.a)})[${tree.n}]`;
    case "week":
      return `(${write(tree.a)})@1w`;
    case "count":
      return `count(${write(tree.c)}, ${tree.n})`;
    case "and":
    case "or":
      return `(${write(tree.p)} ${tree.op} ${write(tree.q)})`;
    case "not":
      return `not (${write(tree.p)})`;
    case "crosses_above":
    case "crosses_below":
      return `${tree.op}(${write(tree.a)}, ${write(tree.b)})`;
    case "within":
      return `within(${write(tree.p)}, ${tree.n})`;
    case "is_missing":
      return `is_missing(${write(tree.a)})`;
    case "ago":
      return `(${write(tree.p)})[${tree.n}]`;
    case "+":
    case "-":
    case "*":
    case "/":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "==":
    case "!=":
      return `(${write(tree.a)} ${tree.op} ${write(tree.b)})`;
  }
}

/** Raised where two sides of a comparison are so close that rounding decides. */
export class Tie extends Error {}

type Maybe = number | null;

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Whether a tree's last digits depend on the order of its sums: then that two values are equal is rounding's doing too. */
function isRounded(tree: Tree): boolean {
  if (["sma", "sum", "ema", "rsi", "atr"].includes(tree.op)) return true;
  return ("a" in tree && isRounded(tree.a)) || ("b" in tree && isRounded(tree.b));
}

/** Whether a tree is the same at every bar, before the first one too. */
function isConstant(tree: Tree): boolean {
  if (tree.op === "shift" || tree.op === "week") return isConstant(tree.a);
  if (tree.op === "number") return true;
  return "b" in tree && isConstant(tree.a) && isConstant(tree.b);
}

/** The value of a tree at one bar; null where it is missing. */
export function valueAt(tree: Tree, bars: Bars, t: number): Maybe {
  if (t < 0) return isConstant(tree) ? valueAt(tree, bars, 0) : null;
  switch (tree.op) {
    case "number":
      return tree.value;
    case "field":
      return bars[tree.name][t] ?? null;
    case "+":
    case "-":
    case "*":
    case "/":
      return arithmetic(tree.op, valueAt(tree.a, bars, t), valueAt(tree.b, bars, t));
    case "shift":
      return valueAt(tree.a, bars, t - tree.n);
    case "week": {
      const weeks = weeksUpTo(bars, t);
      return valueAt(tree.a, weeks, weeks.length - 1);
    }
    case "count":
      if (t < tree.n - 1) return null;
      return lastBars(t, tree.n).filter((i) => testAt(tree.c, bars, i) === true).length;
    case "ema":
      return emaAt(tree.a, bars, { t, n: tree.n });
    case "rsi":
      return rsiAt(bars, t, tree.n);
    case "atr":
      return atrAt(bars, t, tree.n);
    case "sma":
    case "highest":
    case "lowest":
    case "sum":
      return windowed(tree, bars, t);
  }
}

function arithmetic(op: "+" | "-" | "*" | "/", a: Maybe, b: Maybe): Maybe {
  if (a === null || b === null || (op === "/" && b === 0)) return null;
  const result = op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a / b;
  return Number.isFinite(result) ? result : null;
}

function lastBars(t: number, n: number): number[] {
  return Array.from({ length: Math.min(n, t + 1) }, (_, back) => t - back);
}

function windowed(
  tree: { op: "sma" | "highest" | "lowest" | "sum"; a: Tree; n: number },
  bars: Bars,
  t: number,
): Maybe {
  if (t < tree.n - 1) return null;
  const values = lastBars(t, tree.n).map((i) => valueAt(tree.a, bars, i));
  if (values.includes(null)) return null;
  const numbers = values as number[];
  if (tree.op === "highest") return Math.max(...numbers);
  if (tree.op === "lowest") return Math.min(...numbers);
  const total = numbers.reduce((a, b) => a + b, 0);
  return tree.op === "sum" ? total : total / tree.n;
}

/** Begins anew behind every missing value: with the plain mean of n values, then step by step. */
function emaAt(of: Tree, bars: Bars, { t, n }: { t: number; n: number }): Maybe {
  let run: number[] = [];
  let mean: Maybe = null;
  for (let i = 0; i <= t; i += 1) {
    const value = valueAt(of, bars, i);
    if (value === null) {
      run = [];
      mean = null;
      continue;
    }
    run.push(value);
    if (mean !== null) mean += (2 / (n + 1)) * (value - mean);
    else if (run.length === n) mean = run.reduce((a, b) => a + b, 0) / n;
  }
  return mean;
}

function rsiAt(bars: Bars, t: number, n: number): Maybe {
  if (t < n) return null;
  const changes = lastBars(t, t).map((i) => (bars.close[i] ?? 0) - (bars.close[i - 1] ?? 0));
  const wilder = (moves: number[]): number => {
    const inOrder = moves.toReversed();
    return inOrder
      .slice(n)
      .reduce((mean, x) => (mean * (n - 1) + x) / n, inOrder.slice(0, n).reduce((a, b) => a + b, 0) / n);
  };
  const gain = wilder(changes.map((x) => Math.max(x, 0)));
  const loss = wilder(changes.map((x) => Math.max(-x, 0)));
  return gain + loss < 1e-14 ? 0 : (100 * gain) / (gain + loss);
}

function atrAt(bars: Bars, t: number, n: number): Maybe {
  if (t < n) return null;
  const range = (i: number): number => {
    const before = bars.close[i - 1] ?? 0;
    return Math.max(bars.high[i] ?? 0, before) - Math.min(bars.low[i] ?? 0, before);
  };
  const ranges = lastBars(t, t).map(range).toReversed();
  return ranges
    .slice(n)
    .reduce((mean, x) => (mean * (n - 1) + x) / n, ranges.slice(0, n).reduce((a, b) => a + b, 0) / n);
}

/** Weekly bars made of what was known at bar t. */
function weeksUpTo(bars: Bars, t: number): Bars {
  const groups = Map.groupBy(lastBars(t, t + 1).toReversed(), (i) => Math.floor(((bars.day[i] ?? 0) + 3) / 7));
  const weeks = [...groups.values()];
  const gather = (value: (days: number[]) => number): Float64Array => Float64Array.from(weeks, value);
  const pick = (series: Float64Array, days: number[]): number[] => days.map((i) => series[i] ?? 0);
  return {
    length: weeks.length,
    day: Int32Array.from(weeks, (days) => bars.day[days.at(-1) ?? 0] ?? 0),
    open: gather((days) => bars.open[days[0] ?? 0] ?? 0),
    high: gather((days) => Math.max(...pick(bars.high, days))),
    low: gather((days) => Math.min(...pick(bars.low, days))),
    close: gather((days) => bars.close[days.at(-1) ?? 0] ?? 0),
    volume: gather((days) => pick(bars.volume, days).reduce((a, b) => a + b)),
  };
}

/** Whether a condition holds at one bar; null where it cannot be said. */
export function testAt(test: Test, bars: Bars, t: number): boolean | null {
  switch (test.op) {
    case "and":
      return both(testAt(test.p, bars, t), testAt(test.q, bars, t));
    case "or":
      return opposite(both(opposite(testAt(test.p, bars, t)), opposite(testAt(test.q, bars, t))));
    case "not":
      return opposite(testAt(test.p, bars, t));
    case "is_missing":
      return valueAt(test.a, bars, t) === null;
    case "ago":
      return t < test.n ? null : testAt(test.p, bars, t - test.n);
    case "within": {
      const seen = lastBars(t, test.n).map((i) => testAt(test.p, bars, i));
      if (seen.includes(true)) return true;
      return seen.length < test.n || seen.includes(null) ? null : false;
    }
    case "rising":
    case "falling": {
      const op = test.op === "rising" ? ">" : "<";
      return everyOf(test.n, (back) =>
        compareAt({ op, a: test.a, b: test.a }, bars, { now: t - back, before: t - back - 1 }),
      );
    }
    case "crosses_above":
    case "crosses_below": {
      const up = test.op === "crosses_above";
      const now = compareAt({ op: up ? ">" : "<", a: test.a, b: test.b }, bars, { now: t, before: t });
      return both(now, compareAt({ op: up ? "<=" : ">=", a: test.a, b: test.b }, bars, { now: t - 1, before: t - 1 }));
    }
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "==":
    case "!=":
      return compareAt(test, bars, { now: t, before: t });
  }
}

function everyOf(n: number, holds: (back: number) => boolean | null): boolean | null {
  return Array.from({ length: n }, (_, back) => holds(back)).reduce(both, true);
}

function both(p: boolean | null, q: boolean | null): boolean | null {
  if (p === false || q === false) return false;
  return p === null || q === null ? null : true;
}

function opposite(p: boolean | null): boolean | null {
  return p === null ? null : !p;
}

type Comparison = { op: "<" | "<=" | ">" | ">=" | "==" | "!="; a: Tree; b: Tree };

function compareAt({ op, a, b }: Comparison, bars: Bars, at: { now: number; before: number }): boolean | null {
  const [x, y] = [valueAt(a, bars, at.now), valueAt(b, bars, at.before)];
  if (x === null || y === null) return null;
  if (isClose(x, y) && (x !== y || isRounded(a) || isRounded(b))) throw new Tie();
  const order = Math.sign(x - y);
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "==": order === 0, "!=": order !== 0 }[
    op
  ];
}
