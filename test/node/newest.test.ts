import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "#modules/indicators";
import { INDICATORS, NEWEST, slice } from "#modules/indicators";
import type { Universe } from "#modules/language";
import { compileColumn, compileCondition, createColumnEvaluator, createSeriesEvaluator } from "#modules/language";
import { someBars } from "./bars.ts";

const quick = INDICATORS.filter(({ name }) => Object.hasOwn(NEWEST, name));

/** A call of an indicator with every output that it has, as the language writes it. */
const anyCall = fc.constantFrom(...quick).chain((indicator) =>
  fc
    .tuple(
      fc.constantFrom(...indicator.outputs),
      fc.tuple(...indicator.params.map(({ min, max }) => fc.integer({ min: Math.ceil(min), max: Math.min(max, 40) }))),
      fc.constantFrom("open", "high", "low", "close", "volume"),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([output, params, field, ago]) => {
      const call = `${indicator.name}(${[...indicator.inputs.map(() => field), ...params].join(", ")})`;
      return `${indicator.outputs.length > 1 ? `${call}.${output}` : call}[${ago}]`;
    }),
);

function universeOf(list: readonly Bars[], kept: Universe["kept"], history = 0) {
  return {
    size: list.length,
    bars: (symbol: number) => list[symbol] as Bars,
    index: () => new Float64Array(),
    fact: () => NaN,
    text: () => null,
    known: new Map<string, Float64Array>(),
    history: () => history,
    kept,
  };
}

function valueOf(text: string) {
  const compiled = compileColumn(text);
  if (!compiled.ok || compiled.result.type !== "number") throw new Error(text);
  return compiled.result.value;
}

function seriesOf(bars: Bars, text: string): number {
  const evaluator = createSeriesEvaluator();
  evaluator.begin({ bars, index: new Float64Array(bars.length), fact: () => NaN, text: () => null });
  return evaluator.value(valueOf(text)).at(-1) ?? NaN;
}

function expectClose(actual: number | undefined, expected: number, what: string): void {
  // Where in a band of no width a price stands is rounding's doing: a division by nothing or by next to nothing.
  if (what.includes(".percent") && !(Number.isFinite(expected) && Number.isFinite(actual))) return;
  if (!Number.isFinite(expected)) expect(actual, what).toBe(expected);
  else expect(Math.abs((actual ?? NaN) - expected), what).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

describe("a newest value", () => {
  it("is the last one of the series, at once or going on from bar to bar, however many come at a time", () => {
    fc.assert(
      fc.property(
        fc.array(anyCall, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 }),
        (texts, seed, steps) => {
          const values = texts.map(valueOf);
          const whole = [0, 1, 2].map((offset) => someBars(seed + offset, 400));
          const kept: Universe["kept"] = new Map();
          let length = 0;
          for (const step of steps) {
            length += step;
            // Symbols get their bars one after the other, not all on the same day.
            const list = whole.map((bars, symbol) => slice(bars, 0, Math.max(0, length - symbol)));
            const going = createColumnEvaluator(universeOf(list, kept)).columns(values);
            const anew = createColumnEvaluator(universeOf(list, new Map())).columns(values);
            list.forEach((bars, symbol) => {
              texts.forEach((text, index) => {
                const expected = seriesOf(bars, text);
                expectClose(anew[index]?.[symbol], expected, `${text} of ${bars.length}`);
                expectClose(going[index]?.[symbol], expected, `${text} of ${bars.length}, going on`);
              });
            });
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("begins anew where the history has changed", () => {
    const kept: Universe["kept"] = new Map();
    const values = ["ema(close, 12)", "highest(high, 30)", "sma(close, 40)"].map(valueOf);
    const before = someBars(1, 200);
    createColumnEvaluator(universeOf([before], kept)).columns(values);
    const corrected = someBars(2, 200);
    const after = createColumnEvaluator(universeOf([corrected], kept, 1)).columns(values);
    values.forEach((value, index) => expectClose(after[index]?.[0], seriesOf(corrected, value.key), value.key));
  });

  it("is computed for a whole condition before any of it is compared", () => {
    const compiled = compileCondition("crosses_above(close, sma(close, 20)) and rsi(14) < 60");
    if (!compiled.ok) throw new Error(compiled.fault.message);
    const universe = universeOf([someBars(1, 100)], new Map());
    createColumnEvaluator(universe).matches(compiled.result);
    expect([...universe.kept.keys()].toSorted()).toEqual(["rsi(close, 14)@0", "sma(close, 20)@0", "sma(close, 20)@1"]);
  });
});
