import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "#modules/indicators";
import { ours, someBars } from "./bars.ts";
import { loadTaLib } from "./talib.ts";

const talib = loadTaLib();

/** The largest distance, relative to the larger of the value and `scale`, over the bars where both have a value. */
function distance(
  mine: Float64Array,
  theirs: Float64Array,
  { scale = 1e-6 }: { scale?: number },
): { worst: number; compared: number } {
  let worst = 0;
  let compared = 0;
  theirs.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    compared += 1;
    const off = Math.abs((mine[i] ?? NaN) - value) / Math.max(Math.abs(value), scale);
    worst = Number.isNaN(off) ? Infinity : Math.max(worst, off);
  });
  return { worst, compared };
}

interface Case {
  readonly name: string;
  readonly talib: string;
  readonly params: (n: number) => readonly number[];
  readonly options?: (n: number) => readonly number[];
  readonly feed: (bars: Bars) => readonly Float64Array[];
  /** Which of our outputs each of TA-Lib's is. */
  readonly outputs?: readonly number[];
  /**
   * Results that stand near zero are compared against this size instead of their own: sums of prices and volumes lose
   * that many digits to cancellation in either library.
   */
  readonly scale?: number;
}

const closes = (bars: Bars) => [bars.close];
const hlc = (bars: Bars) => [bars.high, bars.low, bars.close];
const hlcv = (bars: Bars) => [bars.high, bars.low, bars.close, bars.volume];
const ohlc = (bars: Bars) => [bars.open, bars.high, bars.low, bars.close];
const only = (n: number) => [n];
const none = () => [];

const CASES: readonly Case[] = [
  { name: "sma", talib: "SMA", params: only, feed: closes },
  { name: "ema", talib: "EMA", params: only, feed: closes },
  { name: "wma", talib: "WMA", params: only, feed: closes },
  { name: "dema", talib: "DEMA", params: only, feed: closes },
  { name: "tema", talib: "TEMA", params: only, feed: closes },
  { name: "trima", talib: "TRIMA", params: only, feed: closes },
  { name: "kama", talib: "KAMA", params: only, feed: closes },
  { name: "rsi", talib: "RSI", params: only, feed: closes },
  { name: "cmo", talib: "CMO", params: only, feed: closes, scale: 1 },
  {
    name: "stoch",
    talib: "STOCH",
    params: (n) => [n, 3, 4],
    options: (n) => [n, 3, 0, 4, 0],
    feed: hlc,
    outputs: [0, 1],
    scale: 1,
  },
  {
    name: "macd",
    talib: "MACD",
    params: (n) => [n, n * 2 + 2, 9],
    options: (n) => [n, n * 2 + 2, 9],
    feed: closes,
    outputs: [0, 1, 2],
    scale: 1,
  },
  { name: "apo", talib: "APO", params: (n) => [n, n + 13], options: (n) => [n, n + 13, 1], feed: closes, scale: 1 },
  { name: "ppo", talib: "PPO", params: (n) => [n, n + 13], options: (n) => [n, n + 13, 1], feed: closes, scale: 1 },
  { name: "roc", talib: "ROC", params: only, feed: closes, scale: 1 },
  { name: "mom", talib: "MOM", params: only, feed: closes },
  { name: "cci", talib: "CCI", params: only, feed: hlc, scale: 1 },
  { name: "williams_r", talib: "WILLR", params: only, feed: hlc },
  { name: "trix", talib: "TRIX", params: only, feed: closes, scale: 1 },
  {
    name: "ultosc",
    talib: "ULTOSC",
    params: (n) => [n, n * 2, n * 3],
    options: (n) => [n, n * 2, n * 3],
    feed: hlc,
    scale: 1,
  },
  { name: "bop", talib: "BOP", params: none, options: none, feed: ohlc },
  { name: "adx", talib: "ADX", params: only, feed: hlc },
  { name: "adxr", talib: "ADXR", params: only, feed: hlc },
  { name: "dx", talib: "DX", params: only, feed: hlc, scale: 1 },
  { name: "di_plus", talib: "PLUS_DI", params: only, feed: hlc },
  { name: "di_minus", talib: "MINUS_DI", params: only, feed: hlc },
  { name: "aroon", talib: "AROON", params: only, feed: (bars) => [bars.high, bars.low], outputs: [1, 0] },
  { name: "aroon", talib: "AROONOSC", params: only, feed: (bars) => [bars.high, bars.low], outputs: [2] },
  {
    name: "psar",
    talib: "SAR",
    params: () => [0.02, 0.2],
    options: () => [0.02, 0.2],
    feed: (bars) => [bars.high, bars.low],
  },
  { name: "true_range", talib: "TRANGE", params: none, options: none, feed: hlc },
  { name: "atr", talib: "ATR", params: only, feed: hlc },
  { name: "natr", talib: "NATR", params: only, feed: hlc },
  { name: "variance", talib: "VAR", params: only, options: (n) => [n, 1], feed: closes, scale: 1e3 },
  { name: "obv", talib: "OBV", params: none, options: none, feed: (bars) => [bars.close, bars.volume] },
  { name: "ad", talib: "AD", params: none, options: none, feed: hlcv, scale: 1 },
  { name: "adosc", talib: "ADOSC", params: (n) => [n, n + 7], options: (n) => [n, n + 7], feed: hlcv, scale: 1e4 },
  { name: "mfi", talib: "MFI", params: only, feed: hlcv },
  { name: "highest", talib: "MAX", params: only, feed: (bars) => [bars.high] },
  { name: "lowest", talib: "MIN", params: only, feed: (bars) => [bars.low] },
  { name: "sum", talib: "SUM", params: only, feed: closes },
  { name: "midpoint", talib: "MIDPOINT", params: only, feed: closes },
  { name: "linreg", talib: "LINEARREG", params: only, feed: closes, outputs: [0] },
  { name: "linreg", talib: "LINEARREG_SLOPE", params: only, feed: closes, outputs: [1], scale: 10 },
  { name: "linreg", talib: "LINEARREG_INTERCEPT", params: only, feed: closes, outputs: [2] },
  { name: "linreg", talib: "TSF", params: only, feed: closes, outputs: [3] },
  { name: "linreg", talib: "LINEARREG_ANGLE", params: only, feed: closes, outputs: [4], scale: 10 },
];

describe("an indicator that TA-Lib knows", () => {
  for (const check of CASES) {
    it(`agrees with it to 1e-9: ${check.name} and ${check.talib}`, () => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.integer({ min: 2, max: 40 }),
          fc.integer({ min: 180, max: 700 }),
          (seed, n, length) => {
            const bars = someBars(seed, length);
            const outputs = check.outputs ?? [0];
            const options = (check.options ?? only)(n);
            const theirs = talib.call(check.talib, { inputs: check.feed(bars), options, outputs: outputs.length });
            const mine = ours(bars, check.name, check.params(n));
            outputs.forEach((index, order) => {
              const series = [mine[index], theirs[order]] as [Float64Array, Float64Array];
              const { worst, compared } = distance(series[0], series[1], check);
              expect(compared).toBeGreaterThan(20);
              expect(worst).toBeLessThan(1e-9);
            });
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it("has the last bar at which a price was highest or lowest, as MAXINDEX and MININDEX do", () => {
    const bars = someBars(7, 400);
    for (const [name, other, series] of [
      ["bars_since_highest", "MAXINDEX", bars.high],
      ["bars_since_lowest", "MININDEX", bars.low],
    ] as const) {
      const [theirs] = talib.call(other, { inputs: [series], options: [25], integers: true });
      const [mine] = ours(bars, name, [25]);
      theirs?.forEach((index, i) => {
        if (!Number.isNaN(index)) expect(series[i - (mine?.[i] ?? NaN)]).toBe(series[index]);
      });
    }
  });

  it("has its deviations and bands, as far as a difference of squares leaves TA-Lib any digits", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, n) => {
        const bars = someBars(seed, 400);
        const squared = (series: Float64Array | undefined): Float64Array =>
          (series ?? new Float64Array()).map((x) => x * x);
        const [deviation] = talib.call("STDDEV", { inputs: [bars.close], options: [n, 1] });
        expect(distance(squared(ours(bars, "stddev", [n])[0]), squared(deviation), { scale: 1e4 }).worst).toBeLessThan(
          1e-9,
        );
        const [upper, middle] = talib.call("BBANDS", { inputs: [bars.close], options: [n, 2, 2, 0], outputs: 3 }) as [
          Float64Array,
          Float64Array,
        ];
        const [ourMiddle, ourUpper] = ours(bars, "bbands", [n, 2]) as [Float64Array, Float64Array];
        expect(distance(ourMiddle, middle, {}).worst).toBeLessThan(1e-9);
        const theirs = squared(upper.map((value, i) => value - (middle[i] ?? NaN)));
        expect(
          distance(squared(ourUpper.map((value, i) => value - (ourMiddle[i] ?? NaN))), theirs, { scale: 1e4 }).worst,
        ).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it("has its stochastic RSI, save where the RSI itself does not move and rounding would be measured", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, n) => {
        const bars = someBars(seed, 400);
        const options = [n, 5, 3, 0];
        const [k, d] = talib.call("STOCHRSI", { inputs: [bars.close], options, outputs: 2 }) as [
          Float64Array,
          Float64Array,
        ];
        const rsi = ours(bars, "rsi", [n])[0] ?? new Float64Array();
        const moves = (i: number): boolean => {
          const last = rsi.subarray(Math.max(0, i - 6), i + 1);
          return [0, 1, 2].every((back) => {
            const range = last.subarray(2 - back, 7 - back);
            return Math.max(...range) - Math.min(...range) > 1e-3;
          });
        };
        const clear = (series: Float64Array): Float64Array => series.map((value, i) => (moves(i) ? value : NaN));
        const [mineK, mineD] = ours(bars, "stochrsi", [n, 5, 3]) as [Float64Array, Float64Array];
        expect(distance(mineK, clear(k), { scale: 1 }).worst).toBeLessThan(1e-9);
        expect(distance(mineD, clear(d), { scale: 1 }).worst).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it("has TA-Lib's correlation, and its beta with the arguments the other way round", () => {
    const bars = someBars(11, 400);
    const index = someBars(12, 400).close;
    const correlation = talib.call("CORREL", { inputs: [bars.close, index], options: [30] });
    const beta = talib.call("BETA", { inputs: [index, bars.close], options: [60] });
    const own = [bars.close, index];
    expect(
      distance(ours(bars, "correlation", [30], own)[0] as Float64Array, correlation[0] as Float64Array, { scale: 1 })
        .worst,
    ).toBeLessThan(1e-9);
    expect(
      distance(ours(bars, "beta", [60], own)[0] as Float64Array, beta[0] as Float64Array, { scale: 1 }).worst,
    ).toBeLessThan(1e-9);
  });
});
