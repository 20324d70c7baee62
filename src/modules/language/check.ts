import type { Condition, TextField, Value } from "./expression.ts";
import {
  always,
  arithmetic,
  compare,
  constant,
  fold,
  frame,
  frameCondition,
  join,
  negate,
  shift,
  shiftCondition,
  textCondition,
} from "./expression.ts";
import { checkCall, namesOf } from "./check.calls.ts";
import { FaultError, nearest } from "./fault.ts";
import { isTextField, numberField } from "./fields.ts";
import type { Comparison, Syntax } from "./syntax.ts";

/** What a part of an expression turned out to be. */
export type Typed =
  | { readonly type: "number"; readonly value: Value; readonly outputs?: Outputs }
  | { readonly type: "condition"; readonly condition: Condition }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "textField"; readonly field: TextField };

/** The other outputs that an indicator's value could be, by name. */
export type Outputs = ReadonlyMap<string, Value>;

/** Gives names their meaning and makes sure that the parts fit. */
export function check(syntax: Syntax): Typed {
  switch (syntax.kind) {
    case "number":
      return { type: "number", value: constant(syntax.value) };
    case "text":
      return { type: "text", text: syntax.value };
    case "name":
      return checkName(syntax);
    case "call":
      return checkCall(syntax, { number: checkNumber, condition: checkCondition });
    case "output":
      return checkOutput(syntax);
    case "shift":
    case "frame":
      return checkMoved(syntax);
    case "negate":
      return { type: "number", value: negative(checkNumber(syntax.of)) };
    case "not":
      return { type: "condition", condition: negate(checkCondition(syntax.of)) };
    case "binary":
      return checkBinary(syntax);
    case "in":
      return { type: "condition", condition: checkIn(syntax) };
  }
}

export function checkNumber(syntax: Syntax): Value {
  const typed = check(syntax);
  if (typed.type === "number") return typed.value;
  throw new FaultError("wrong_type", "Here a number is needed.", {
    at: syntax.at,
    expected: ["a number", "a field", "a function"],
  });
}

export function checkCondition(syntax: Syntax): Condition {
  const typed = check(syntax);
  if (typed.type === "condition") return typed.condition;
  throw new FaultError("wrong_type", "Here a condition is needed, such as `close > 10`.", {
    at: syntax.at,
    expected: ["<", "<=", ">", ">=", "=", "!=", "between", "in"],
  });
}

function negative(value: Value): Value {
  return value.kind === "constant" ? constant(-value.value) : arithmetic("*", constant(-1), value);
}

function checkName(syntax: Extract<Syntax, { kind: "name" }>): Typed {
  const { name } = syntax;
  if (name === "true" || name === "false") return { type: "condition", condition: always(name === "true") };
  const value = numberField(name);
  if (value) return { type: "number", value };
  if (isTextField(name)) return { type: "textField", field: name };
  if (namesOf().functions.has(name)) {
    return checkCall(
      { kind: "call", at: syntax.at, name, args: [] },
      { number: checkNumber, condition: checkCondition },
    );
  }
  const suggestion = nearest(name, [...namesOf().functions, ...namesOf().fields]);
  const hint = suggestion === null ? "" : ` Did you mean \`${suggestion}\`?`;
  throw new FaultError("unknown_name", `\`${name}\` is not known.${hint}`, {
    at: syntax.at,
    expected: ["a field", "a function"],
    suggestion,
  });
}

function checkOutput(syntax: Extract<Syntax, { kind: "output" }>): Typed {
  const typed = check(syntax.of);
  const outputs = typed.type === "number" ? typed.outputs : undefined;
  const value = outputs?.get(syntax.name);
  if (value) return { type: "number", value };
  const expected = [...(outputs?.keys() ?? [])];
  const suggestion = nearest(syntax.name, expected);
  const message = expected.length === 0 ? "This has no outputs of its own." : `There is no output \`${syntax.name}\`.`;
  throw new FaultError("unknown_name", message, { at: syntax.at, expected, suggestion });
}

function checkMoved(syntax: Extract<Syntax, { kind: "shift" | "frame" }>): Typed {
  const typed = check(syntax.of);
  if (typed.type !== "number" && typed.type !== "condition")
    throw new FaultError("wrong_type", "A text does not change from bar to bar.", { at: syntax.at });
  if (syntax.kind === "shift") {
    if (typed.type === "number") return { type: "number", value: shift(typed.value, syntax.by) };
    return { type: "condition", condition: shiftCondition(typed.condition, syntax.by) };
  }
  const { timeframe } = syntax;
  if (timeframe === "1d") return typed;
  if (typed.type === "number") return { type: "number", value: frame(typed.value, timeframe) };
  return { type: "condition", condition: frameCondition(typed.condition, timeframe) };
}

const COMPARISONS: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "==", "!="]);

function isComparison(operator: string): operator is Comparison {
  return COMPARISONS.has(operator);
}

function checkBinary(syntax: Extract<Syntax, { kind: "binary" }>): Typed {
  const { operator } = syntax;
  if (operator === "and" || operator === "or") {
    const condition = join(operator, chainOf(syntax, operator).map(checkCondition));
    return { type: "condition", condition };
  }
  if (isComparison(operator)) return { type: "condition", condition: checkComparison(syntax, operator) };
  const [left, right] = [checkNumber(syntax.left), checkNumber(syntax.right)];
  const never = right.kind === "constant" && Number.isNaN(fold(operator, 1, right.value));
  if (never) throw new FaultError("wrong_arguments", "This divides by zero.", { at: syntax.right.at });
  return { type: "number", value: arithmetic(operator, left, right) };
}

/** The members of a chain of one operator, without a level of recursion for each. */
function chainOf(syntax: Syntax, operator: "and" | "or"): Syntax[] {
  const members: Syntax[] = [];
  let rest = syntax;
  while (rest.kind === "binary" && rest.operator === operator) {
    members.unshift(rest.right);
    rest = rest.left;
  }
  return [rest, ...members];
}

function checkComparison(syntax: Extract<Syntax, { kind: "binary" }>, operator: Comparison): Condition {
  const sides = [check(syntax.left), check(syntax.right)];
  if (sides.every(({ type }) => type === "number" || type === "condition"))
    return compare(operator, checkNumber(syntax.left), checkNumber(syntax.right));
  const field = sides.find((side) => side.type === "textField")?.field;
  const text = sides.find((side) => side.type === "text")?.text;
  if (field !== undefined && text !== undefined && (operator === "==" || operator === "!="))
    return textCondition(field, [text], operator === "!=");
  throw new FaultError("wrong_type", "A text is compared with = or != to a text in quotes.", {
    at: syntax.at,
    expected: ["=", "!=", "in"],
  });
}

function checkIn(syntax: Extract<Syntax, { kind: "in" }>): Condition {
  const of = check(syntax.of);
  if (of.type === "textField") {
    const texts = syntax.list.map((item) => {
      if (item.kind === "text") return item.value;
      throw new FaultError("wrong_type", "Here a text in quotes is needed.", { at: item.at, expected: ['"…"'] });
    });
    return textCondition(of.field, texts, false);
  }
  const value = checkNumber(syntax.of);
  return join(
    "or",
    syntax.list.map((item) => compare("==", value, checkNumber(item))),
  );
}
