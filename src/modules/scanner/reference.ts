import type { Indicator } from "#modules/indicators";
import { INDICATORS } from "#modules/indicators";
import { FIELDS, FUNCTIONS } from "#modules/language";

/** One name of the language, as its reference shows it. */
export interface ReferenceEntry {
  readonly name: string;
  readonly kind: "field" | "function" | "indicator";
  readonly type: "number" | "condition" | "text";
  readonly group: string;
  readonly unit: string | null;
  readonly description: string;
  readonly source: string | null;
  readonly arguments: { name: string; type: string; default: number | string | null }[];
  readonly outputs: string[];
  readonly example: string;
}

const GAPS =
  "Where an input is missing, so is the result, for as long as the gap is in its window; what follows from the value before begins anew.";

function ofIndicator(entry: Indicator): ReferenceEntry {
  const params = entry.params.map((parameter) => parameter.default);
  const first = (entry.warmUp?.(params) ?? entry.window(params) - 1) + 1;
  const inputs = entry.inputs.map(({ name, default: field }) => ({ name, type: "number", default: field ?? null }));
  const numbers = entry.params.map(({ name, default: value, fraction }) => ({
    name,
    type: fraction === true ? "number" : "bars",
    default: value,
  }));
  const call = `${entry.name}(${params.join(", ")})`;
  return {
    name: entry.name,
    kind: "indicator",
    type: entry.result,
    group: entry.group,
    unit: null,
    description: `${entry.title}. ${entry.formula} First value: bar ${first}. ${GAPS}`,
    source: entry.source,
    arguments: [...inputs, ...numbers],
    outputs: entry.result === "condition" ? [] : [...entry.outputs],
    example:
      entry.result === "condition"
        ? call
        : `${call} > ${entry.outputs.length > 1 ? `${call}.${entry.outputs[1]}` : "0"}`,
  };
}

/** Every field, function and indicator. */
export const REFERENCE: readonly ReferenceEntry[] = [
  ...FIELDS.map(({ name, type, unit, description, example }): ReferenceEntry => ({
    name,
    kind: "field",
    type,
    group: "field",
    unit,
    description,
    source: null,
    arguments: [],
    outputs: [],
    example,
  })),
  ...FUNCTIONS.map(({ name, args, returns, description, example }): ReferenceEntry => ({
    name,
    kind: "function",
    type: returns,
    group: "function",
    unit: null,
    description,
    source: null,
    arguments: args.map((arg) => ({ name: arg.name, type: arg.type, default: null })),
    outputs: [],
    example,
  })),
  ...INDICATORS.map(ofIndicator),
];
