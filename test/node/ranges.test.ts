import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compares } from "../../src/modules/language/expression.ts";
import { boundsOf, keepWithin } from "../../src/modules/language/ranges.ts";

const EDGES = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  1,
  -1,
  1 + 2 ** -52,
];
const anyNumber = fc.oneof(fc.constantFrom(...EDGES), fc.double());
const operators = ["<", "<=", ">", ">=", "=="] as const;

describe("comparisons with numbers, many at once", () => {
  it("let through what each of them alone lets through, at every edge of what a number can be", () => {
    const anyComparison = fc.tuple(fc.constantFrom(...operators), anyNumber);
    fc.assert(
      fc.property(
        fc.array(anyComparison, { minLength: 1, maxLength: 9 }),
        fc.array(anyNumber, { minLength: 1, maxLength: 30 }),
        (comparisons, values) => {
          const columns = comparisons.map((_, index) =>
            Float64Array.from(values, (_value, i) => values.at(i - index) ?? NaN),
          );
          const mask = new Uint8Array(values.length).fill(1);
          const bounds = comparisons.flatMap(
            ([operator, value], index) => boundsOf(columns[index] ?? new Float64Array(), operator, value) ?? [],
          );
          keepWithin(mask, bounds);
          const expected = values.map((_, i) =>
            comparisons.every(([operator, value], index) => compares(operator, columns[index]?.[i] ?? NaN, value))
              ? 1
              : 0,
          );
          expect([...mask]).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
