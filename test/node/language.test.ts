import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "#modules/indicators";
import { slice } from "#modules/indicators";
import {
  compileColumn,
  compileCondition,
  createColumnEvaluator,
  createSeriesEvaluator,
  FIELDS,
  FUNCTIONS,
} from "#modules/language";
import { someBars } from "./bars.ts";
import type { Test, Tree } from "./interpreter.ts";
import { testAt, Tie, valueAt, write } from "./interpreter.ts";

const n = fc.integer({ min: 1, max: 8 });
const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ op: fc.constant("number" as const), value: fc.integer({ min: -50, max: 200 }) }),
  fc.record({ op: fc.constant("field" as const), name: fc.constantFrom("open", "high", "low", "close", "volume") }),
  fc.record({ op: fc.constantFrom("rsi", "atr"), n: fc.integer({ min: 2, max: 10 }) }),
);

const { test: anyTest, tree: anyTree } = fc.letrec<{ tree: Tree; test: Test }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.record({ op: fc.constantFrom("+", "-", "*", "/"), a: tie("tree"), b: tie("tree") }),
    fc.record({
      op: fc.constantFrom("sma", "ema", "highest", "lowest", "sum"),
      a: tie("tree").filter((tree) => tree.op !== "number"),
      n,
    }),
    fc.record({ op: fc.constant("shift"), a: tie("tree"), n: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ op: fc.constant("week"), a: tie("tree") }),
    fc.record({ op: fc.constant("count"), c: tie("test"), n }),
  ),
  test: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ op: fc.constantFrom("<", "<=", ">", ">=", "==", "!="), a: tie("tree"), b: tie("tree") }),
    fc.record({ op: fc.constantFrom("and", "or"), p: tie("test"), q: tie("test") }),
    fc.record({ op: fc.constant("not"), p: tie("test") }),
    fc.record({ op: fc.constantFrom("crosses_above", "crosses_below"), a: tie("tree"), b: tie("tree") }),
    fc.record({ op: fc.constantFrom("rising", "falling"), a: tie("tree"), n }),
    fc.record({ op: fc.constant("within"), p: tie("test"), n }),
    fc.record({ op: fc.constant("is_missing"), a: tie("tree") }),
    fc.record({ op: fc.constant("ago"), p: tie("test"), n: fc.integer({ min: 0, max: 4 }) }),
  ),
}));

function universeOf(list: readonly Bars[]) {
  return {
    size: list.length,
    bars: (symbol: number) => list[symbol] as Bars,
    index: (symbol: number) => new Float64Array(list[symbol]?.length ?? 0).fill(NaN),
    fact: () => NaN,
    text: () => null,
    known: new Map<string, Float64Array>(),
    history: () => 0,
    kept: new Map(),
  };
}

function subjectOf(bars: Bars) {
  return { bars, index: new Float64Array(bars.length).fill(NaN), fact: () => NaN, text: () => null };
}

const runs = Number(process.env["LANGUAGE_RUNS"] ?? 400);

describe("a condition", () => {
  it("matches what a slow reading of its definition matches, and knows nothing of later bars", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        anyTest,
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 1, max: 40 }),
        (test, seed, length) => {
          const text = write(test);
          const compiled = compileCondition(text);
          fc.pre(compiled.ok);
          const list = [0, 1, 2].map((offset) => someBars(seed + offset, length));
          const evaluator = createSeriesEvaluator();
          const matches = createColumnEvaluator(universeOf(list)).matches(compiled.result);
          list.forEach((bars, symbol) => {
            try {
              const expected = testAt(test, bars, length - 1) === true ? 1 : 0;
              expect(matches[symbol], text).toBe(expected);
              evaluator.begin(subjectOf(bars));
              const series = evaluator.condition(compiled.result);
              expect(series.at(-1), text).toBe(expected);
              const half = length >> 1;
              const past = createColumnEvaluator(universeOf([slice(bars, 0, half + 1)])).matches(compiled.result);
              expect(series[half], text).toBe(testAt(test, bars, half) === true ? 1 : 0);
              expect(past[0], text).toBe(series[half]);
              compared += 1;
            } catch (error) {
              if (!(error instanceof Tie)) throw error;
            }
          });
        },
      ),
      { numRuns: runs },
    );
    expect(compared).toBeGreaterThan(runs);
  });

  it("has a normal form that is its own normal form", () => {
    fc.assert(
      fc.property(anyTest, (test) => {
        const once = compileCondition(write(test));
        fc.pre(once.ok && once.result.key.length < 3_000);
        const twice = compileCondition(once.result.key);
        expect(twice.ok ? twice.result.key : twice.fault.message).toBe(once.result.key);
      }),
      { numRuns: runs },
    );
  });

  it("is the same whatever the order of its parts, their spelling and their defaults", () => {
    const key = (text: string): string => {
      const compiled = compileCondition(text);
      return compiled.ok ? compiled.result.key : compiled.fault.message;
    };
    expect(key("RSI() < 30 AND close>sma(close,200)")).toBe(key("close > SMA(200) and rsi(close, 14) < 30"));
    expect(key("not (a_b > 1)")).toMatch(/not known/);
    expect(key("close between 5 and 10")).toBe(key("close <= 10 and close >= 5"));
    expect(key("not (close > 5 or volume < 2)")).toBe(key("volume >= 2 and close <= 5"));
    expect(key("macd().signal > 0")).toBe(key("macd(close, 12, 26, 9).signal > 0"));
    expect(key("volume > 2.5m")).toBe(key("volume > 2500000"));
  });
});

describe("a value", () => {
  it("is what a slow reading of its definition gives, to 1e-9", () => {
    fc.assert(
      fc.property(
        anyTree,
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 1, max: 40 }),
        (tree, seed, length) => {
          const compiled = compileColumn(write(tree));
          fc.pre(compiled.ok && compiled.result.type === "number");
          const bars = someBars(seed, length);
          const column = createColumnEvaluator(universeOf([bars])).column(compiled.result.value);
          try {
            const expected = valueAt(tree, bars, length - 1) ?? NaN;
            const actual = column[0] ?? NaN;
            if (Number.isNaN(expected)) expect(actual).toBeNaN();
            else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected), 1e5));
          } catch (error) {
            if (!(error instanceof Tie)) throw error;
          }
        },
      ),
      { numRuns: runs },
    );
  });
});

describe("the language", () => {
  it("reads every example of its own reference", () => {
    for (const { example } of [...FIELDS, ...FUNCTIONS])
      expect(compileCondition(example), example).toMatchObject({ ok: true });
  });

  it("says where a mistake is, what was expected and what was meant", () => {
    expect(compileCondition("close > smaa(close, 50)")).toMatchObject({
      fault: { code: "unknown_name", line: 1, column: 9, suggestion: "sma" },
    });
    expect(compileCondition("close >\n  )")).toMatchObject({ fault: { code: "syntax", line: 2, column: 3 } });
    expect(compileCondition("close > 5 volume")).toMatchObject({
      fault: { column: 11, expected: ["and", "or", "the end"] },
    });
    expect(compileCondition("close + 5")).toMatchObject({ fault: { code: "wrong_type" } });
    expect(compileCondition("rsi(0) < 5")).toMatchObject({ fault: { code: "wrong_arguments", column: 5 } });
    expect(compileCondition("close[-1] > 5")).toMatchObject({ fault: { code: "syntax", column: 7 } });
    expect(compileCondition("clsoe > 5")).toMatchObject({ fault: { suggestion: "close" } });
    expect(compileCondition("macd().signl > 0")).toMatchObject({ fault: { suggestion: "signal" } });
    expect(compileCondition('sector > "A"')).toMatchObject({ fault: { code: "wrong_type" } });
  });

  it("bounds the length, the depth and the price of an expression", () => {
    expect(compileCondition(`close > ${"1".repeat(5_000)}`)).toMatchObject({ fault: { code: "too_long" } });
    expect(compileCondition(`${"(".repeat(100)}close${")".repeat(100)} > 1`)).toMatchObject({
      fault: { code: "too_deep" },
    });
    expect(compileCondition(`${"not ".repeat(100)} close > 1`)).toMatchObject({ fault: { code: "too_deep" } });
    const dear = Array.from({ length: 30 }, (_, i) => `sma(ema(close, ${i + 2}), 450) > 1`).join(" and ");
    expect(compileCondition(dear)).toMatchObject({ fault: { code: "too_costly" } });
    const doubling = Array.from({ length: 18 }).reduce<string>(
      (inner) => `count(crosses_above(${inner}, 1), 2)`,
      "close",
    );
    expect(compileCondition(`${doubling} > 1`)).toMatchObject({ fault: { code: "too_costly" } });
  });

  it("never throws, whatever it is given", () => {
    const pieces = [
      "close",
      "sma(",
      ")",
      "[1]",
      "@1w",
      " and ",
      " or ",
      "not ",
      ">",
      "<=",
      "1e99",
      "'",
      '"',
      "(",
      ",",
      "-",
      ".signal",
      "between ",
      "in (",
      "rsi(14)",
      "\u0000",
      "é",
      "\n",
      "%",
      "0",
    ];
    const mutated = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join("")),
      anyTest.chain((test) => {
        const text = write(test);
        return fc
          .tuple(fc.nat(text.length), fc.nat(5), fc.constantFrom(...pieces))
          .map(([at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut));
      }),
      fc.string({ unit: "binary", maxLength: 200 }),
    );
    fc.assert(
      fc.property(mutated, (text) => {
        expect(typeof compileCondition(text).ok).toBe("boolean");
        expect(typeof compileColumn(text).ok).toBe("boolean");
      }),
      { numRuns: Math.max(runs * 10, 100_000) },
    );
  });
});
