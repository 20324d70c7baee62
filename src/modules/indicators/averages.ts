import { after, blank, ema, fill, sma, sum, wilder, wma } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, input, param, period } from "./types.ts";

type Kernel = (x: Series, n: number, out: Series) => Series;

const close = [{ name: "x", default: "close" }] as const;
const value = { group: "average", inputs: close, outputs: ["value"], result: "number" } as const;
const windowed = ([n = 1]: readonly number[]): number => n;
const simple =
  (kernel: Kernel) =>
  (call: Call): Series[] => [kernel(input(call, 0), param(call, 0), call.take())];

/** The n-th mean of a mean: each begins where the one before has its first value. */
function again(call: Call, x: Series, skip: number): Series {
  const n = param(call, 0);
  return after(skip, { x, out: call.take() }, (from, to) => ema(from, n, to));
}

function kama(x: Series, n: number, out: Series): Series {
  const slow = 2 / 31;
  const range = 2 / 3 - slow;
  blank(out, n);
  let noise = 0;
  for (let i = 1; i < Math.min(n, x.length); i += 1) noise += Math.abs(at(x, i) - at(x, i - 1));
  let mean = x.length >= n ? at(x, n - 1) : NaN;
  for (let i = n; i < x.length; i += 1) {
    noise += Math.abs(at(x, i) - at(x, i - 1));
    if (i > n) noise -= Math.abs(at(x, i - n) - at(x, i - n - 1));
    const change = at(x, i) - at(x, i - n);
    const efficiency = noise <= change || noise < 1e-14 ? 1 : Math.abs(change / noise);
    const factor = (efficiency * range + slow) ** 2;
    mean += factor * (at(x, i) - mean);
    out[i] = mean;
  }
  return out;
}

export const averages: readonly Indicator[] = [
  {
    ...value,
    name: "sma",
    title: "Simple moving average",
    formula: "Mean of the last n values.",
    source: "TA-Lib SMA",
    params: [period(20)],
    window: windowed,
    compute: simple(sma),
  },
  {
    ...value,
    name: "ema",
    title: "Exponential moving average",
    formula: "e = e[1] + 2 / (n + 1) * (x - e[1]), begun with the mean of the first n values.",
    source: "TA-Lib EMA; TradingView begins the same way",
    params: [period(20)],
    window: ALL,
    warmUp: ([n = 1]) => n - 1,
    compute: simple(ema),
  },
  {
    ...value,
    name: "rma",
    title: "Wilder's moving average",
    formula: "r = r[1] + (x - r[1]) / n, begun with the mean of the first n values.",
    source: "J. Welles Wilder, New Concepts in Technical Trading Systems (1978)",
    params: [period(14)],
    window: ALL,
    warmUp: ([n = 1]) => n - 1,
    compute: simple(wilder),
  },
  {
    ...value,
    name: "wma",
    title: "Weighted moving average",
    formula: "Mean of the last n values with the weights 1 to n, the newest the heaviest.",
    source: "TA-Lib WMA",
    params: [period(20)],
    window: windowed,
    compute: simple(wma),
  },
  {
    ...value,
    name: "dema",
    title: "Double exponential moving average",
    formula: "2 * ema(x, n) - ema(ema(x, n), n).",
    source: "Patrick Mulloy (1994); TA-Lib DEMA",
    params: [period(20)],
    window: ALL,
    warmUp: ([n = 1]) => 2 * (n - 1),
    compute: (call) => {
      const n = param(call, 0);
      const first = ema(input(call, 0), n, call.take());
      const second = again(call, first, n - 1);
      return [fill(call.take(), 2 * (n - 1), (i) => 2 * at(first, i) - at(second, i))];
    },
  },
  {
    ...value,
    name: "tema",
    title: "Triple exponential moving average",
    formula: "3 * e1 - 3 * e2 + e3, each the ema of the one before.",
    source: "Patrick Mulloy (1994); TA-Lib TEMA",
    params: [period(20)],
    window: ALL,
    warmUp: ([n = 1]) => 3 * (n - 1),
    compute: (call) => {
      const n = param(call, 0);
      const first = ema(input(call, 0), n, call.take());
      const second = again(call, first, n - 1);
      const third = again(call, second, 2 * (n - 1));
      return [fill(call.take(), 3 * (n - 1), (i) => 3 * at(first, i) - 3 * at(second, i) + at(third, i))];
    },
  },
  {
    ...value,
    name: "trima",
    title: "Triangular moving average",
    formula:
      "A mean of means: sma(sma(x, (n + 1) / 2), (n + 1) / 2) for an odd n, the halves n / 2 + 1 and n / 2 for an even one.",
    source: "TA-Lib TRIMA",
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const n = param(call, 0);
      const short = Math.floor((n + 1) / 2);
      const long = n + 1 - short;
      const inner = sma(input(call, 0), long, call.take());
      return [after(long - 1, { x: inner, out: call.take() }, (x, out) => sma(x, short, out))];
    },
  },
  {
    ...value,
    name: "kama",
    title: "Kaufman's adaptive moving average",
    formula:
      "An exponential mean whose factor runs from 2 / 31 to 2 / 3 with the efficiency |x - x[n]| / sum |x - x[1]|.",
    source: "Perry Kaufman (1998); TA-Lib KAMA",
    params: [period(10)],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: simple(kama),
  },
  {
    ...value,
    name: "hma",
    title: "Hull moving average",
    formula: "wma(2 * wma(x, n / 2) - wma(x, n), sqrt(n)), lengths rounded down.",
    source: "Alan Hull (2005); as TradingView",
    params: [{ ...period(16), min: 2 }],
    window: ([n = 2]) => n + Math.floor(Math.sqrt(n)) - 1,
    compute: (call) => {
      const n = param(call, 0);
      const fast = wma(input(call, 0), Math.floor(n / 2), call.take());
      const slow = wma(input(call, 0), n, call.take());
      const raw = fill(call.take(), n - 1, (i) => 2 * at(fast, i) - at(slow, i));
      return [after(n - 1, { x: raw, out: call.take() }, (x, out) => wma(x, Math.floor(Math.sqrt(n)), out))];
    },
  },
  {
    ...value,
    name: "vwma",
    title: "Volume-weighted moving average",
    formula: "sum(x * volume, n) / sum(volume, n); missing where nothing was traded.",
    source: "As TradingView",
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const n = param(call, 0);
      const x = input(call, 0);
      const traded = fill(call.take(), 0, (i) => at(x, i) * at(call.bars.volume, i));
      const money = sum(traded, n, call.take());
      const shares = sum(call.bars.volume, n, call.take());
      return [fill(call.take(), n - 1, (i) => at(money, i) / at(shares, i))];
    },
  },
  {
    ...value,
    name: "zlema",
    title: "Zero-lag exponential moving average",
    formula: "ema(x + (x - x[lag]), n) with lag = (n - 1) / 2, rounded down.",
    source: "John Ehlers and Ric Way (2010)",
    params: [period(20)],
    window: ALL,
    warmUp: ([n = 1]) => n - 1 + Math.floor((n - 1) / 2),
    compute: (call) => {
      const n = param(call, 0);
      const lag = Math.floor((n - 1) / 2);
      const x = input(call, 0);
      const ahead = fill(call.take(), lag, (i) => 2 * at(x, i) - at(x, i - lag));
      return [after(lag, { x: ahead, out: call.take() }, (from, to) => ema(from, n, to))];
    },
  },
];
