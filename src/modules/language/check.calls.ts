import type { Indicator } from "#modules/indicators";
import { INDICATORS } from "#modules/indicators";
import type { Outputs, Typed } from "./check.ts";
import type { Condition, Value } from "./expression.ts";
import { compare, count, flag, indicator, join, mathOf, missing, shift, since, span } from "./expression.ts";
import { FaultError, nearest } from "./fault.ts";
import { FIELDS, numberField } from "./fields.ts";
import type { LanguageFunction } from "./functions.ts";
import { ALIASES, FUNCTIONS, isMath } from "./functions.ts";
import { MAX_OFFSET } from "./parser.ts";
import type { Syntax } from "./syntax.ts";

type Call = Extract<Syntax, { kind: "call" }>;

/** How the arguments of a call are checked; handed in, since arguments are expressions again. */
export interface Checkers {
  readonly number: (syntax: Syntax) => Value;
  readonly condition: (syntax: Syntax) => Condition;
}

const indicators = new Map(INDICATORS.map((entry) => [entry.name, entry]));
const functions = new Map(FUNCTIONS.map((entry) => [entry.name, entry]));
const names = {
  functions: new Set([...indicators.keys(), ...functions.keys(), ...Object.keys(ALIASES)]),
  fields: new Set(FIELDS.map(({ name }) => name)),
};

/** Every name that has a meaning. */
export function namesOf(): { readonly functions: ReadonlySet<string>; readonly fields: ReadonlySet<string> } {
  return names;
}

export function checkCall(call: Call, checkers: Checkers): Typed {
  const name = ALIASES[call.name] ?? call.name;
  const known = indicators.get(name);
  if (known) return checkIndicator({ ...call, name }, known, checkers);
  const definition = functions.get(name);
  if (definition) return checkFunction({ ...call, name }, definition, checkers);
  const suggestion = nearest(call.name, names.functions);
  const hint = suggestion === null ? "" : ` Did you mean \`${suggestion}\`?`;
  throw new FaultError("unknown_name", `There is no function \`${call.name}\`.${hint}`, {
    at: call.at,
    expected: ["a function"],
    suggestion,
  });
}

/**
 * An indicator takes its series first, then its numbers. A series that has a default may be left out: `sma(50)` is
 * `sma(close, 50)`.
 */
function checkIndicator(call: Call, definition: Indicator, checkers: Checkers): Typed {
  const given = call.args.findIndex((arg) => arg.kind === "number");
  const least = call.args.length - definition.params.length;
  const series = Math.min(definition.inputs.length, Math.max(given < 0 ? call.args.length : given, least));
  const rest = call.args.slice(series);
  if (rest.length > definition.params.length) throw wrongCount(call, definition);
  const inputs = definition.inputs.map(({ name, default: field }, index) => {
    const arg = index < series ? call.args[index] : undefined;
    const value = arg ? checkers.number(arg) : numberField(field ?? "");
    if (!value)
      throw new FaultError("wrong_arguments", `\`${definition.name}\` needs \`${name}\`.`, {
        at: call.at,
        expected: [name],
      });
    return value;
  });
  const params = definition.params.map((parameter, index) => {
    const arg = rest[index];
    return arg ? checkParameter(arg, parameter) : parameter.default;
  });
  const key = `${definition.name}(${[...inputs.map((input) => input.key), ...params].join(", ")})`;
  const made = { key, name: definition.name, inputs, params };
  const outputs: Outputs = new Map(definition.outputs.map((name, index) => [name, indicator(made, index, name)]));
  const first = indicator(made, 0, "");
  if (definition.result === "condition") return { type: "condition", condition: flag(first, false) };
  return definition.outputs.length > 1 ? { type: "number", value: first, outputs } : { type: "number", value: first };
}

function checkParameter(arg: Syntax, { name, min, max, fraction }: Indicator["params"][number]): number {
  const range = `${fraction === true ? "a number" : "a whole number"} from ${min} to ${max}`;
  const value = arg.kind === "number" ? arg.value : NaN;
  if (value >= min && value <= max && (fraction === true || Number.isInteger(value))) return value;
  throw new FaultError("wrong_arguments", `\`${name}\` is ${range}.`, { at: arg.at, expected: [range] });
}

function wrongCount(call: Call, definition: Indicator): FaultError {
  const wanted = [...definition.inputs.map(({ name }) => name), ...definition.params.map(({ name }) => name)];
  const signature = `${definition.name}(${wanted.join(", ")})`;
  return new FaultError("wrong_arguments", `Too many arguments; it is \`${signature}\`.`, {
    at: call.at,
    expected: [signature],
  });
}

function checkFunction(call: Call, definition: LanguageFunction, checkers: Checkers): Typed {
  const signature = `${definition.name}(${definition.args.map(({ name }) => name).join(", ")})`;
  if (call.args.length !== definition.args.length)
    throw new FaultError("wrong_arguments", `It is \`${signature}\`.`, { at: call.at, expected: [signature] });
  const [first, second] = call.args as [Syntax, Syntax];
  if (isMath(definition.name))
    return { type: "number", value: mathOf(definition.name, call.args.map(checkers.number)) };
  switch (definition.name) {
    case "crosses_above":
      return { type: "condition", condition: crossing(checkers.number(first), checkers.number(second), ">") };
    case "crosses_below":
      return { type: "condition", condition: crossing(checkers.number(first), checkers.number(second), "<") };
    case "rising":
      return { type: "condition", condition: trend(checkers.number(first), barsOf(second), ">") };
    case "falling":
      return { type: "condition", condition: trend(checkers.number(first), barsOf(second), "<") };
    case "within":
      return { type: "condition", condition: span(checkers.condition(first), barsOf(second), false) };
    case "always":
      return { type: "condition", condition: span(checkers.condition(first), barsOf(second), true) };
    case "is_missing":
      return { type: "condition", condition: missing(checkers.number(first), false) };
    case "count":
      return { type: "number", value: count(checkers.condition(first), barsOf(second)) };
    default:
      return { type: "number", value: since(checkers.condition(first)) };
  }
}

function crossing(a: Value, b: Value, operator: ">" | "<"): Condition {
  const before = compare(operator === ">" ? "<=" : ">=", shift(a, 1), shift(b, 1));
  return join("and", [compare(operator, a, b), before]);
}

function trend(x: Value, n: number, operator: ">" | "<"): Condition {
  return span(compare(operator, x, shift(x, 1)), n, true);
}

function barsOf(arg: Syntax): number {
  const value = arg.kind === "number" ? arg.value : NaN;
  if (Number.isInteger(value) && value >= 1 && value <= MAX_OFFSET) return value;
  const range = `a whole number from 1 to ${MAX_OFFSET}`;
  throw new FaultError("wrong_arguments", `The number of bars is ${range}.`, { at: arg.at, expected: [range] });
}
