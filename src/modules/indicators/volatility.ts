import { after, blank, deviation, ema, fill, highest, lowest, sma, variance, wilder } from "./rolling.ts";
import type { Bars, Call, Indicator, Series } from "./types.ts";
import { ALL, at, input, param, period } from "./types.ts";

const value = { group: "volatility", outputs: ["value"], result: "number" } as const;
const ofBars = { ...value, inputs: [] } as const;
const close = [{ name: "x", default: "close" }] as const;
const multiplier = { name: "k", default: 2, min: 0.1, max: 20, fraction: true } as const;
const windowed = ([n = 1]: readonly number[]): number => n;

/** The largest of today's range and its distances from yesterday's close. Not defined for the first bar. */
export function trueRange(bars: Bars, out: Series): Series {
  blank(out, 1);
  for (let i = 1; i < out.length; i += 1) {
    const before = at(bars.close, i - 1);
    const top = at(bars.high, i);
    const bottom = at(bars.low, i);
    // The larger less the smaller of both pairs, without a branch.
    out[i] = (top - bottom + Math.abs(top - before) + Math.abs(before - bottom)) / 2;
  }
  return out;
}

/** Wilder's mean of the true range; its first value comes with bar n. */
export function averageTrueRange(call: Call, n: number): Series {
  const range = trueRange(call.bars, call.take());
  return after(1, { x: range, out: call.take() }, (x, out) => wilder(x, n, out));
}

/** A band of `k` times `width` around `middle`, from the given bar on. */
function band(call: Call, line: { middle: Series; width: Series }, from: number): Series[] {
  const k = call.params[1] ?? 2;
  const upper = fill(call.take(), from, (i) => at(line.middle, i) + k * at(line.width, i));
  const lower = fill(call.take(), from, (i) => at(line.middle, i) - k * at(line.width, i));
  return [line.middle, upper, lower];
}

function bollinger(call: Call): Series[] {
  const n = param(call, 0);
  const middle = sma(input(call, 0), n, call.take());
  const width = deviation(input(call, 0), n, call.take());
  const [, upper, lower] = band(call, { middle, width }, n - 1) as [Series, Series, Series];
  const span = fill(call.take(), n - 1, (i) => (at(upper, i) - at(lower, i)) / at(middle, i));
  const x = input(call, 0);
  const place = fill(call.take(), n - 1, (i) => (at(x, i) - at(lower, i)) / (at(upper, i) - at(lower, i)));
  return [middle, upper, lower, span, place];
}

function donchian(call: Call): Series[] {
  const n = param(call, 0);
  const upper = highest(call.bars.high, n, call.take());
  const lower = lowest(call.bars.low, n, call.take());
  return [fill(call.take(), n - 1, (i) => (at(upper, i) + at(lower, i)) / 2), upper, lower];
}

export const volatility: readonly Indicator[] = [
  {
    ...ofBars,
    name: "true_range",
    title: "True range",
    formula: "max(high, close[1]) - min(low, close[1]).",
    source: "J. Welles Wilder (1978); TA-Lib TRANGE. TradingView takes high - low for the very first bar",
    params: [],
    window: () => 2,
    compute: (call) => [trueRange(call.bars, call.take())],
  },
  {
    ...ofBars,
    name: "atr",
    title: "Average true range",
    formula: "Wilder's mean of the true range over n bars.",
    source: "J. Welles Wilder (1978); TA-Lib ATR",
    params: [period(14)],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: (call) => [averageTrueRange(call, param(call, 0))],
  },
  {
    ...ofBars,
    name: "natr",
    title: "Normalised average true range",
    formula: "100 * atr(n) / close.",
    source: "TA-Lib NATR",
    params: [period(14)],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: (call) => {
      const range = averageTrueRange(call, param(call, 0));
      return [fill(call.take(), param(call, 0), (i) => (at(range, i) / at(call.bars.close, i)) * 100)];
    },
  },
  {
    ...value,
    name: "stddev",
    title: "Standard deviation",
    formula: "Square root of the mean squared distance from the mean of the last n values (population).",
    source: "TA-Lib STDDEV",
    inputs: close,
    params: [{ ...period(20), min: 2 }],
    window: windowed,
    compute: (call) => [deviation(input(call, 0), param(call, 0), call.take())],
  },
  {
    ...value,
    name: "variance",
    title: "Variance",
    formula: "Mean squared distance from the mean of the last n values (population).",
    source: "TA-Lib VAR",
    inputs: close,
    params: [{ ...period(20), min: 2 }],
    window: windowed,
    compute: (call) => [variance(input(call, 0), param(call, 0), call.take())],
  },
  {
    ...value,
    name: "bbands",
    title: "Bollinger bands",
    formula:
      "middle: sma(x, n); upper and lower: k standard deviations away; width: (upper - lower) / middle; percent: (x - lower) / (upper - lower).",
    source: "John Bollinger; TA-Lib BBANDS",
    inputs: close,
    params: [{ ...period(20), min: 2 }, multiplier],
    outputs: ["middle", "upper", "lower", "width", "percent"],
    window: windowed,
    compute: bollinger,
  },
  {
    ...ofBars,
    name: "keltner",
    title: "Keltner channel",
    formula: "middle: ema(close, n); upper and lower: k times atr(range) away.",
    source: "Linda Raschke's form; as TradingView with Wilder's mean",
    params: [period(20), multiplier, period(10, "range")],
    outputs: ["middle", "upper", "lower"],
    window: ALL,
    warmUp: ([n = 1]) => n - 1,
    compute: (call) => {
      const [n, range] = [param(call, 0), param(call, 2)];
      const middle = ema(call.bars.close, n, call.take());
      const width = averageTrueRange(call, range);
      return band(call, { middle, width }, Math.max(n - 1, range));
    },
  },
  {
    ...ofBars,
    name: "donchian",
    title: "Donchian channel",
    formula: "upper: highest(high, n); lower: lowest(low, n); middle: their mean.",
    source: "Richard Donchian; as TradingView",
    params: [period(20)],
    outputs: ["middle", "upper", "lower"],
    window: windowed,
    compute: donchian,
  },
  {
    ...value,
    name: "historical_volatility",
    title: "Historical volatility",
    formula: "Standard deviation (population) of the last n logarithmic returns, times 100 * sqrt(252).",
    source: "Textbook definition, a year of 252 sessions",
    inputs: [],
    params: [{ ...period(20), min: 2 }],
    window: ([n = 1]) => n + 1,
    compute: (call) => {
      const x = call.bars.close;
      const returns = fill(call.take(), 1, (i) => Math.log(at(x, i) / at(x, i - 1)));
      const spread = after(1, { x: returns, out: call.take() }, (from, to) => deviation(from, param(call, 0), to));
      return [fill(call.take(), param(call, 0), (i) => at(spread, i) * 100 * Math.sqrt(252))];
    },
  },
];
