import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Asset } from "#kernel/money";
import { addMinor, applyBps, divideHalfEven, formatAmount, parseAmount, splitByWeights } from "#kernel/money";

const USD: Asset = { code: "USD", scale: 2, maxMinor: 99_999_999_999 };
const BTC: Asset = { code: "BTC", scale: 8, maxMinor: 2_100_000_000_000_000 };
const JPY: Asset = { code: "JPY", scale: 0, maxMinor: 99_999_999_999 };

const assets = fc.constantFrom(USD, BTC, JPY);
const minor = fc.maxSafeInteger();

/** Spellings of a number that are not an amount: one of them accepted is money made of nothing. */
const HOSTILE = [
  "",
  " ",
  "  12",
  "12 ",
  " 12 ",
  "\t12",
  "12\n",
  "12\r\n",
  "\u00a012",
  "12\u200b",
  "\ufeff12",
  "\u000012",
  "12\u0000",
  "+1",
  "--1",
  "-+1",
  "1-",
  "- 1",
  "\u22121",
  "\u20131",
  "(1)",
  "1+1",
  "1*2",
  "1/2",
  "50%",
  ".5",
  "5.",
  ".",
  "-.5",
  "1..2",
  "1.2.3",
  "01",
  "00",
  "007",
  "-01",
  "0x10",
  "0b1",
  "0o7",
  "1n",
  "1_000",
  "1e3",
  "1E3",
  "1e-3",
  "1e309",
  "Infinity",
  "-Infinity",
  "NaN",
  "null",
  "undefined",
  "true",
  "[]",
  "{}",
  "1,5",
  "1,000",
  "1,000.00",
  "1 000",
  "1'000",
  "1\u00a0000",
  "$1",
  "1 USD",
  "USD1",
  "\u20ac5",
  "\uff11\uff12",
  "\u0661",
  "\u0967",
  "\u00bd",
  "1".repeat(19),
  `1.${"0".repeat(19)}`,
  "9".repeat(400),
  `0.${"0".repeat(400)}1`,
  "1; drop table x",
  "1' or '1'='1",
  "=1+1",
];

describe("an amount", () => {
  it("comes back from its decimal string as it went in, whatever the asset", () => {
    fc.assert(
      fc.property(assets, minor, (asset, value) => {
        const wide = { ...asset, maxMinor: Number.MAX_SAFE_INTEGER };
        const text = formatAmount(value, asset.scale);
        expect(parseAmount(text, wide, { signed: true, zero: true })).toEqual({ ok: true, minor: value + 0 });
      }),
    );
  });

  it("has one spelling: whatever is read is written back as it was, with the asset's decimals", () => {
    fc.assert(
      fc.property(assets, fc.stringMatching(/^-?[0-9]{0,17}\.?[0-9]{0,9}$/), (asset, text) => {
        const read = parseAmount(text, asset, { signed: true, zero: true });
        if (!read.ok) return;
        const [units = "", decimals = ""] = text.split(".");
        const padded = asset.scale === 0 ? units : `${units}.${decimals.padEnd(asset.scale, "0")}`;
        expect(formatAmount(read.minor, asset.scale)).toBe(padded);
      }),
    );
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text), text]))("is never read from %s", (_, text) => {
    for (const asset of [USD, BTC, JPY]) expect(parseAmount(text, asset, { signed: true, zero: true }).ok).toBe(false);
  });

  it("is never read from whatever else anybody types", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const read = parseAmount(text, USD, { signed: true, zero: true });
        expect(read.ok).toBe(read.ok && /^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$/.test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is refused with a word for what is wrong", () => {
    const code = (text: string, rules = {}, asset = USD) => {
      const read = parseAmount(text, asset, rules);
      return read.ok ? read.minor : read.error;
    };
    expect(code("0")).toBe("amount_zero");
    expect(code("0.00")).toBe("amount_zero");
    expect(code("-0", { zero: true, signed: true })).toBe("amount_zero");
    expect(code("0", { zero: true })).toBe(0);
    expect(code("-1")).toBe("amount_negative");
    expect(code("-1", { signed: true })).toBe(-100);
    expect(code("1.005")).toBe("too_many_decimals");
    expect(code("1.000")).toBe("too_many_decimals");
    expect(code("1.0", {}, JPY)).toBe("too_many_decimals");
    expect(code("999999999.99")).toBe(99_999_999_999);
    expect(code("1000000000.00")).toBe("amount_too_large");
    expect(code("-1000000000.00", { signed: true })).toBe("amount_too_large");
    expect(code("90071992547409.93", {}, { ...USD, maxMinor: Number.MAX_SAFE_INTEGER })).toBe("amount_too_large");
    expect(code("1.", { zero: true })).toBe("amount_malformed");
  });

  it("is refused in minor units that are not whole and safe", () => {
    for (const value of [0.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53)]) {
      expect(() => formatAmount(value, 2)).toThrow(RangeError);
      expect(() => addMinor(1, value)).toThrow(RangeError);
      expect(() => applyBps(value, 10)).toThrow(RangeError);
      expect(() => splitByWeights(value, [1])).toThrow(RangeError);
      expect(() => splitByWeights(1, [value])).toThrow(RangeError);
    }
  });
});

describe("a sum", () => {
  it("is exact, or refused when it leaves the safe range", () => {
    expect(addMinor()).toBe(0);
    expect(addMinor(Number.MAX_SAFE_INTEGER, 1, -1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => addMinor(Number.MAX_SAFE_INTEGER, 1)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 50 }), (values) => {
        expect(BigInt(addMinor(...values))).toBe(values.reduce((sum, value) => sum + BigInt(value), 0n));
      }),
    );
  });
});

describe("a share in basis points", () => {
  it("is rounded half to even", () => {
    expect([50, 150, 250, 350].map((value) => applyBps(value, 100))).toEqual([0, 2, 2, 4]);
    expect([-50, -150, -250, -350].map((value) => applyBps(value, 100) + 0)).toEqual([0, -2, -2, -4]);
    expect(applyBps(Number.MAX_SAFE_INTEGER, 10_000)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => applyBps(Number.MAX_SAFE_INTEGER, 10_001)).toThrow(RangeError);
    expect(() => applyBps(100, 0.5)).toThrow(RangeError);
    expect(() => applyBps(100, 2 ** 53)).toThrow(RangeError);
  });

  it("is never more than half a unit off, and even where it is exactly half", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (a, b) => {
          const quotient = divideHalfEven(a, b);
          const twice = 2n * (a - quotient * b);
          expect(twice <= b && twice >= -b).toBe(true);
          if (twice === b || twice === -b) expect(quotient % 2n).toBe(0n);
        },
      ),
    );
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
    expect(() => divideHalfEven(1n, -1n)).toThrow(RangeError);
  });
});

describe("a split", () => {
  const weights = fc
    .array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0));

  it("adds up to the whole, gives nothing to no weight, and each at most one unit too much or too little", () => {
    fc.assert(
      fc.property(minor, weights, (whole, list) => {
        const parts = splitByWeights(whole, list);
        const total = list.reduce((sum, weight) => sum + BigInt(weight), 0n);
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(whole));
        for (const [index, part] of parts.entries()) {
          const weight = BigInt(list[index] ?? 0);
          const off = BigInt(part) * total - BigInt(whole) * weight;
          expect((off < 0n ? -off : off) < total).toBe(true);
          if (weight === 0n) expect(part).toBe(0);
        }
      }),
    );
  });

  it("gives what is left to the largest remainders, the earlier first among equals", () => {
    expect(splitByWeights(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(splitByWeights(-100, [1, 1, 1])).toEqual([-34, -33, -33]);
    expect(splitByWeights(102, [1, 1, 1, 1])).toEqual([26, 26, 25, 25]);
    expect(splitByWeights(10, [1, 2, 4])).toEqual([1, 3, 6]);
    expect(splitByWeights(10, [3, 5, 8])).toEqual([2, 3, 5]);
    expect(splitByWeights(10, [0, 1, 0])).toEqual([0, 10, 0]);
    expect(splitByWeights(0, [1, 2])).toEqual([0, 0]);
  });

  it("of 1 to 1,000 by 3, 7 and 11 leaves nothing over, and no two parts differ by more than a unit", () => {
    for (const parts of [3, 7, 11])
      for (let whole = 1; whole <= 1_000; whole += 1) {
        const split = splitByWeights(
          whole,
          Array.from({ length: parts }, () => 1),
        );
        expect(addMinor(...split)).toBe(whole);
        expect(Math.max(...split) - Math.min(...split)).toBeLessThanOrEqual(1);
      }
  });

  it("is refused without a weight, or with one below zero", () => {
    for (const list of [[], [0], [0, 0], [1, -1], [2, -1]]) expect(() => splitByWeights(1, list)).toThrow(RangeError);
  });
});
