import type { Indicator } from "#modules/indicators";
import { INDICATORS } from "#modules/indicators";
import type { Condition, IndicatorCall, Value } from "./expression.ts";

/** How many bars an expression looks at, and what it costs. */

const byName = new Map(INDICATORS.map((entry) => [entry.name, entry]));

/** The indicator of a call; the checker lets no other name through. */
export function definitionOf(call: IndicatorCall): Indicator {
  const definition = byName.get(call.name);
  if (!definition) throw new Error(`There is no indicator ${call.name}.`);
  return definition;
}

/** How many of the newest bars a value depends on; Infinity where each value follows from the one before. */
export function reachOf(value: Value): number {
  switch (value.kind) {
    case "constant":
    case "fact":
    case "bar":
      return 1;
    case "arithmetic":
      return Math.max(reachOf(value.left), reachOf(value.right));
    case "function":
      return value.args.map(reachOf).reduce((a, b) => Math.max(a, b), 1);
    case "indicator": {
      const inputs = value.call.inputs.map(reachOf).reduce((a, b) => Math.max(a, b), 1);
      return definitionOf(value.call).window(value.call.params) + inputs - 1;
    }
    case "shift":
      return reachOf(value.of) + value.by;
    case "count":
      return reachOfCondition(value.of) + value.n - 1;
    case "frame":
    case "since":
      return Infinity;
  }
}

export function reachOfCondition(condition: Condition): number {
  switch (condition.kind) {
    case "always":
    case "text":
      return 1;
    case "compare":
      return Math.max(reachOf(condition.left), reachOf(condition.right));
    case "and":
    case "or":
      return condition.of.map(reachOfCondition).reduce((a, b) => Math.max(a, b), 1);
    case "flag":
    case "missing":
      return reachOf(condition.of);
    case "span":
      return reachOfCondition(condition.of) + condition.n - 1;
    case "shiftCondition":
      return reachOfCondition(condition.of) + condition.by;
    case "frameCondition":
      return Infinity;
  }
}

/** Bars of history that a recursive indicator is taken to read, for its price. */
const WHOLE_HISTORY = 500;
const FRAME_FACTOR = 4;

/** What an expression costs for one symbol: bars read by each of its different indicators and spans. */
export function costOf(root: Condition): number {
  const seen = new Map<string, number>();
  visitCondition(root, seen, 1);
  return [...seen.values()].reduce((a, b) => a + b, 0);
}

function charge(seen: Map<string, number>, key: string, bars: number): void {
  seen.set(key, Math.max(seen.get(key) ?? 0, Math.min(bars, WHOLE_HISTORY * FRAME_FACTOR)));
}

function visit(value: Value, seen: Map<string, number>, factor: number): void {
  switch (value.kind) {
    case "constant":
    case "fact":
    case "bar":
      return;
    case "arithmetic":
      charge(seen, value.key, 1);
      visit(value.left, seen, factor);
      return visit(value.right, seen, factor);
    case "function":
      charge(seen, value.key, 1);
      return value.args.forEach((arg) => visit(arg, seen, factor));
    case "indicator":
      charge(
        seen,
        value.call.key,
        factor * Math.min(WHOLE_HISTORY, definitionOf(value.call).window(value.call.params)),
      );
      return value.call.inputs.forEach((input) => visit(input, seen, factor));
    case "shift":
      return visit(value.of, seen, factor);
    case "frame":
      return visit(value.of, seen, FRAME_FACTOR);
    case "count":
      charge(seen, value.key, factor * value.n);
      return visitCondition(value.of, seen, factor);
    case "since":
      charge(seen, value.key, factor * WHOLE_HISTORY);
      return visitCondition(value.of, seen, factor);
  }
}

function visitCondition(condition: Condition, seen: Map<string, number>, factor: number): void {
  switch (condition.kind) {
    case "always":
    case "text":
      return;
    case "compare":
      charge(seen, condition.key, 1);
      visit(condition.left, seen, factor);
      return visit(condition.right, seen, factor);
    case "and":
    case "or":
      return condition.of.forEach((part) => visitCondition(part, seen, factor));
    case "flag":
    case "missing":
      return visit(condition.of, seen, factor);
    case "span":
      charge(seen, condition.key, factor * condition.n);
      return visitCondition(condition.of, seen, factor);
    case "shiftCondition":
      return visitCondition(condition.of, seen, factor);
    case "frameCondition":
      return visitCondition(condition.of, seen, FRAME_FACTOR);
  }
}
