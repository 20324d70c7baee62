import { check, checkCondition } from "./check.ts";
import type { Condition, TextField, Value } from "./expression.ts";
import type { Fault } from "./fault.ts";
import { FaultError, toFault } from "./fault.ts";
import { parse } from "./parser.ts";
import { costOf } from "./reach.ts";

/** What one scan may cost for a symbol, in bars read. */
const MAX_COST = 12_000;
const MAX_NESTING = 38;

export type Compiled<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly fault: Fault };

/** A condition, ready to be evaluated. Its key is the normal form: equal scans have equal keys. */
export function compileCondition(text: string): Compiled<Condition> {
  return catching(text, () => {
    const condition = checkCondition(parse(text));
    limit(condition.key, costOf(condition));
    return condition;
  });
}

/** What a column shows: a number for each symbol, or a text. */
export type Column =
  | { readonly type: "number"; readonly value: Value }
  | { readonly type: "text"; readonly field: TextField };

/** A value, such as what a column shows or a scan is sorted by. */
export function compileColumn(text: string): Compiled<Column> {
  return catching(text, () => {
    const typed = check(parse(text));
    if (typed.type === "textField") return { type: "text", field: typed.field };
    if (typed.type !== "number")
      throw new FaultError("wrong_type", "A column is a number or a text field.", {
        at: 0,
        expected: ["a field", "a function"],
      });
    const { value } = typed;
    limit(value.key, costOf({ kind: "missing", of: value, negated: false, key: value.key }));
    return { type: "number", value };
  });
}

/** An indicator with all of its outputs, for showing them one beside the other. */
export function compileOutputs(text: string): Compiled<ReadonlyMap<string, Value>> {
  return catching(text, () => {
    const typed = check(parse(text));
    if (typed.type !== "number")
      throw new FaultError("wrong_type", "Here a number is needed.", { at: 0, expected: ["a function", "a field"] });
    return typed.outputs ?? new Map([["value", typed.value]]);
  });
}

function limit(key: string, cost: number): void {
  if (cost > MAX_COST)
    throw new FaultError("too_costly", `This reads ${cost} bars of each symbol; at most ${MAX_COST} are allowed.`, {
      at: 0,
    });
  let depth = 0;
  for (const char of key) {
    if (char === "(") depth += 1;
    if (char === ")") depth -= 1;
    if (depth > MAX_NESTING) throw new FaultError("too_deep", "The expression is nested too deeply.", { at: 0 });
  }
}

function catching<T>(text: string, make: () => T): Compiled<T> {
  try {
    return { ok: true, result: make() };
  } catch (error) {
    if (error instanceof FaultError) return { ok: false, fault: toFault(error, text) };
    throw error;
  }
}
