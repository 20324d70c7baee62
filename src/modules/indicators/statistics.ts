import { blank, deviation, fill, highest, indexOfHighest, indexOfLowest, lowest, sma, sum } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { at, input, param, period } from "./types.ts";

const close = [{ name: "x", default: "close" }] as const;
const value = { group: "statistics", inputs: close, outputs: ["value"], result: "number" } as const;
const windowed = ([n = 1]: readonly number[]): number => n;
const simple =
  (kernel: (x: Series, n: number, out: Series) => Series) =>
  (call: Call): Series[] => [kernel(input(call, 0), param(call, 0), call.take())];

function median(x: Series, n: number, out: Series): Series {
  return fill(out, n - 1, (i) => {
    const sorted = x.subarray(i - n + 1, i + 1).toSorted();
    const half = n >> 1;
    return n % 2 === 1 ? at(sorted, half) : (at(sorted, half - 1) + at(sorted, half)) / 2;
  });
}

/** Line of least squares through the last n values, the oldest at 0. */
function regression(call: Call): Series[] {
  const x = input(call, 0);
  const n = param(call, 0);
  const mean = (n - 1) / 2;
  const spread = (n * (n * n - 1)) / 12;
  const slope = fill(call.take(), n - 1, (i) => {
    let total = 0;
    for (let j = 0; j < n; j += 1) total += (j - mean) * at(x, i - n + 1 + j);
    return total / spread;
  });
  const average = sma(x, n, call.take());
  const intercept = fill(call.take(), n - 1, (i) => at(average, i) - at(slope, i) * mean);
  const line = (steps: number): Series => fill(call.take(), n - 1, (i) => at(intercept, i) + at(slope, i) * steps);
  const angle = fill(call.take(), n - 1, (i) => (Math.atan(at(slope, i)) * 180) / Math.PI);
  return [line(n - 1), slope, intercept, line(n), angle];
}

interface Moments {
  readonly xy: number;
  readonly xx: number;
  readonly yy: number;
}

/** Sums of products of distances from the means over the n values up to `end`. */
function moments(x: Series, y: Series, window: { end: number; n: number }): Moments {
  const start = window.end - window.n + 1;
  let [mx, my] = [0, 0];
  for (let i = start; i <= window.end; i += 1) {
    mx += at(x, i);
    my += at(y, i);
  }
  mx /= window.n;
  my /= window.n;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = start; i <= window.end; i += 1) {
    const [dx, dy] = [at(x, i) - mx, at(y, i) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return { xy, xx, yy };
}

function correlation(call: Call): Series[] {
  const [x, y, n] = [input(call, 0), input(call, 1), param(call, 0)];
  return [
    fill(call.take(), n - 1, (i) => {
      const { xy, xx, yy } = moments(x, y, { end: i, n });
      return xx * yy <= 0 ? 0 : xy / Math.sqrt(xx * yy);
    }),
  ];
}

function beta(call: Call): Series[] {
  const n = param(call, 0);
  const returns = (x: Series): Series => fill(call.take(), 1, (i) => at(x, i) / at(x, i - 1) - 1);
  const own = returns(input(call, 0));
  const index = returns(input(call, 1));
  return [
    fill(call.take(), n, (i) => {
      const { xy, yy } = moments(own, index, { end: i, n });
      return yy === 0 ? 0 : xy / yy;
    }),
  ];
}

/** Whether today's value passes what the n bars before it reached. */
function breakout(call: Call, x: Series, sign: 1 | -1): Series[] {
  const n = param(call, 0);
  const edge = sign > 0 ? highest(x, n, call.take()) : lowest(x, n, call.take());
  return [fill(call.take(), n, (i) => (sign * at(x, i) > sign * at(edge, i - 1) ? 1 : 0))];
}

const pair = [
  { name: "x", default: "close" },
  { name: "y", default: "index_close" },
] as const;

export const statistics: readonly Indicator[] = [
  {
    ...value,
    name: "highest",
    title: "Highest value",
    formula: "Largest of the last n values.",
    source: "TA-Lib MAX",
    params: [period(20)],
    inputs: [{ name: "x", default: "high" }],
    window: windowed,
    compute: simple(highest),
  },
  {
    ...value,
    name: "lowest",
    title: "Lowest value",
    formula: "Smallest of the last n values.",
    source: "TA-Lib MIN",
    params: [period(20)],
    inputs: [{ name: "x", default: "low" }],
    window: windowed,
    compute: simple(lowest),
  },
  {
    ...value,
    name: "sum",
    title: "Sum",
    formula: "Sum of the last n values.",
    source: "TA-Lib SUM",
    params: [period(20)],
    window: windowed,
    compute: simple(sum),
  },
  {
    ...value,
    name: "median",
    title: "Median",
    formula: "Middle one of the last n values in order of size; the mean of the two in the middle for an even n.",
    source: "Textbook definition",
    params: [period(20)],
    window: windowed,
    compute: simple(median),
  },
  {
    ...value,
    name: "bars_since_highest",
    title: "Bars since the highest",
    formula: "How many bars ago the largest of the last n values was; the newest among equals.",
    source: "TA-Lib MAXINDEX",
    inputs: [{ name: "x", default: "high" }],
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const out = blank(call.take(), param(call, 0) - 1);
      indexOfHighest(input(call, 0), param(call, 0), (i, best) => {
        out[i] = i - best;
      });
      return [out];
    },
  },
  {
    ...value,
    name: "bars_since_lowest",
    title: "Bars since the lowest",
    formula: "How many bars ago the smallest of the last n values was; the newest among equals.",
    source: "TA-Lib MININDEX",
    inputs: [{ name: "x", default: "low" }],
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const out = blank(call.take(), param(call, 0) - 1);
      indexOfLowest(input(call, 0), param(call, 0), (i, best) => {
        out[i] = i - best;
      });
      return [out];
    },
  },
  {
    ...value,
    name: "midpoint",
    title: "Midpoint",
    formula: "(highest(x, n) + lowest(x, n)) / 2.",
    source: "TA-Lib MIDPOINT",
    params: [period(14)],
    window: windowed,
    compute: (call) => {
      const top = highest(input(call, 0), param(call, 0), call.take());
      const bottom = lowest(input(call, 0), param(call, 0), call.take());
      return [fill(call.take(), param(call, 0) - 1, (i) => (at(top, i) + at(bottom, i)) / 2)];
    },
  },
  {
    ...value,
    name: "percent_rank",
    title: "Percent rank",
    formula: "100 times the share of the n values before that are not above this one.",
    source: "As TradingView",
    params: [period(100)],
    window: ([n = 1]) => n + 1,
    compute: (call) => {
      const x = input(call, 0);
      const n = param(call, 0);
      return [
        fill(call.take(), n, (i) => {
          let below = 0;
          for (let j = i - n; j < i; j += 1) if (at(x, j) <= at(x, i)) below += 1;
          return (100 * below) / n;
        }),
      ];
    },
  },
  {
    ...value,
    name: "zscore",
    title: "Z-score",
    formula: "(x - sma(x, n)) / stddev(x, n); missing where nothing varies.",
    source: "Textbook definition",
    params: [{ ...period(20), min: 2 }],
    window: windowed,
    compute: (call) => {
      const x = input(call, 0);
      const n = param(call, 0);
      const mean = sma(x, n, call.take());
      const spread = deviation(x, n, call.take());
      return [fill(call.take(), n - 1, (i) => (at(spread, i) === 0 ? NaN : (at(x, i) - at(mean, i)) / at(spread, i)))];
    },
  },
  {
    ...value,
    name: "linreg",
    title: "Linear regression",
    formula:
      "Line of least squares through the last n values: value at the newest bar, slope, intercept at the oldest, forecast one bar ahead, angle in degrees.",
    source: "TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT, TSF, LINEARREG_ANGLE",
    params: [{ ...period(14), min: 2 }],
    outputs: ["value", "slope", "intercept", "forecast", "angle"],
    window: windowed,
    compute: regression,
  },
  {
    ...value,
    name: "correlation",
    title: "Correlation",
    formula: "Pearson's coefficient of the last n values of x and y; 0 where one does not vary.",
    source: "TA-Lib CORREL",
    inputs: pair,
    params: [{ ...period(30), min: 2 }],
    window: windowed,
    compute: correlation,
  },
  {
    ...value,
    name: "beta",
    title: "Beta",
    formula:
      "Covariance of the returns of x and y over the variance of those of y, over n returns; y is the market's index where none is named.",
    source: "TA-Lib BETA with its arguments the other way round",
    inputs: pair,
    params: [{ ...period(60), min: 2 }],
    window: ([n = 1]) => n + 1,
    compute: beta,
  },
  {
    ...value,
    name: "new_high",
    title: "New high",
    formula: "high > highest(high, n)[1].",
    source: "Textbook definition",
    inputs: [],
    params: [period(252)],
    result: "condition",
    window: ([n = 1]) => n + 1,
    compute: (call) => breakout(call, call.bars.high, 1),
  },
  {
    ...value,
    name: "new_low",
    title: "New low",
    formula: "low < lowest(low, n)[1].",
    source: "Textbook definition",
    inputs: [],
    params: [period(252)],
    result: "condition",
    window: ([n = 1]) => n + 1,
    compute: (call) => breakout(call, call.bars.low, -1),
  },
];
