import { blank, fill, highest, lowest } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, param, period } from "./types.ts";
import { averageTrueRange } from "./volatility.ts";

/** Upper and lower bands move only towards the price until it breaks through; the line is the band behind the price. */
function supertrend(call: Call): Series[] {
  const [n, k] = [param(call, 0), param(call, 1)];
  const { high, low, close } = call.bars;
  const range = averageTrueRange(call, n);
  const [line, direction] = [blank(call.take(), n), blank(call.take(), n)];
  let [upper, lower, rising] = [Infinity, -Infinity, false];
  for (let i = n; i < call.bars.length; i += 1) {
    const middle = (at(high, i) + at(low, i)) / 2;
    const before = at(close, i - 1);
    const top = middle + k * at(range, i);
    const bottom = middle - k * at(range, i);
    const nextUpper = top < upper || before > upper ? top : upper;
    const nextLower = bottom > lower || before < lower ? bottom : lower;
    if (i > n) rising = rising ? at(close, i) >= nextLower : at(close, i) > nextUpper;
    [upper, lower] = [nextUpper, nextLower];
    line[i] = rising ? lower : upper;
    direction[i] = rising ? 1 : -1;
  }
  return [line, direction];
}

interface Stop {
  rising: boolean;
  stop: number;
  extreme: number;
  factor: number;
}

/** Wilder's stop and reverse, one side; the falling side is the same on the mirrored prices. */
function stepStop(
  state: Stop,
  bar: { near: number; far: number; lastNear: number; lastFar: number },
  limits: { step: number; max: number },
): number {
  if (bar.near <= state.stop) {
    const out = Math.max(state.extreme, bar.lastFar, bar.far);
    state.rising = !state.rising;
    state.factor = limits.step;
    state.extreme = bar.near;
    state.stop = Math.max(out + limits.step * (bar.near - out), bar.lastFar, bar.far);
    return out;
  }
  const out = state.stop;
  if (bar.far > state.extreme) {
    state.extreme = bar.far;
    state.factor = Math.min(limits.max, state.factor + limits.step);
  }
  state.stop = Math.min(out + state.factor * (state.extreme - out), bar.lastNear, bar.near);
  return out;
}

function parabolic(call: Call): Series[] {
  const limits = { max: param(call, 1), step: Math.min(param(call, 0), param(call, 1)) };
  const { high, low } = call.bars;
  const out = blank(call.take(), 1);
  if (call.bars.length < 2) return [out];
  const fall = at(low, 0) - at(low, 1);
  const falling = fall > 0 && at(high, 1) - at(high, 0) < fall;
  // The state is kept in prices times the sign, so that falling is rising upside down.
  let sign = falling ? -1 : 1;
  const state: Stop = {
    rising: true,
    stop: falling ? -at(high, 0) : at(low, 0),
    extreme: falling ? -at(low, 1) : at(high, 1),
    factor: limits.step,
  };
  for (let i = 1; i < call.bars.length; i += 1) {
    const last = Math.max(i - 1, 1);
    const [near, far] = sign > 0 ? [low, high] : [high, low];
    const bar = {
      near: sign * at(near, i),
      far: sign * at(far, i),
      lastNear: sign * at(near, last),
      lastFar: sign * at(far, last),
    };
    out[i] = sign * stepStop(state, bar, limits);
    if (state.rising) continue;
    state.rising = true;
    sign = -sign;
    state.stop = -state.stop;
    state.extreme = -state.extreme;
  }
  return [out];
}

function midpointOf(call: Call, n: number): Series {
  const top = highest(call.bars.high, n, call.take());
  const bottom = lowest(call.bars.low, n, call.take());
  return fill(call.take(), n - 1, (i) => (at(top, i) + at(bottom, i)) / 2);
}

function ichimoku(call: Call): Series[] {
  const [short, middle, long] = [param(call, 0), param(call, 1), param(call, 2)];
  const conversion = midpointOf(call, short);
  const base = midpointOf(call, middle);
  const slow = midpointOf(call, long);
  const ahead = middle - 1;
  const first = Math.max(short, middle) - 1 + ahead;
  const a = fill(call.take(), first, (i) => (at(conversion, i - ahead) + at(base, i - ahead)) / 2);
  const b = fill(call.take(), long - 1 + ahead, (i) => at(slow, i - ahead));
  return [conversion, base, a, b];
}

function pivots({ bars, take }: Call): Series[] {
  const level = (score: (p: number, high: number, low: number) => number): Series =>
    fill(take(), 1, (i) => {
      const [high, low] = [at(bars.high, i - 1), at(bars.low, i - 1)];
      return score((high + low + at(bars.close, i - 1)) / 3, high, low);
    });
  return [
    level((p) => p),
    level((p, _, low) => 2 * p - low),
    level((p, high) => 2 * p - high),
    level((p, high, low) => p + high - low),
    level((p, high, low) => p - high + low),
    level((p, high, low) => high + 2 * (p - low)),
    level((p, high, low) => low - 2 * (high - p)),
  ];
}

const base = { group: "trend", inputs: [], result: "number" } as const;

export const trends: readonly Indicator[] = [
  {
    ...base,
    name: "supertrend",
    title: "Supertrend",
    formula:
      "line: hl2 -/+ k * atr(n), moving only towards the price until the close breaks it; direction: 1 rising, -1 falling.",
    source: "Olivier Seban; as TradingView, with TA-Lib's atr",
    params: [period(10), { name: "k", default: 3, min: 0.1, max: 20, fraction: true }],
    outputs: ["line", "direction"],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: supertrend,
  },
  {
    ...base,
    name: "psar",
    title: "Parabolic stop and reverse",
    formula: "sar + factor * (extreme - sar); the factor grows by step with each new extreme, up to max.",
    source: "J. Welles Wilder (1978); TA-Lib SAR",
    params: [
      { name: "step", default: 0.02, min: 0.001, max: 1, fraction: true },
      { name: "max", default: 0.2, min: 0.001, max: 1, fraction: true },
    ],
    outputs: ["value"],
    window: ALL,
    warmUp: () => 1,
    compute: parabolic,
  },
  {
    ...base,
    name: "ichimoku",
    title: "Ichimoku cloud",
    formula:
      "conversion and base: middle of the range of short and middle bars; span_a: their mean, span_b: middle of long bars, both as drawn at this bar.",
    source: "Goichi Hosoda (1969); as TradingView, displaced by middle - 1 bars",
    params: [period(9, "short"), period(26, "middle"), period(52, "long")],
    outputs: ["conversion", "base", "span_a", "span_b"],
    window: ([short = 1, middle = 1, long = 1]) => Math.max(short, middle, long) + middle - 1,
    warmUp: ([short = 1]) => short - 1,
    compute: ichimoku,
  },
  {
    ...base,
    name: "pivot",
    title: "Pivot points",
    formula:
      "p = (high + low + close) / 3 of the bar before; r1 = 2p - low, s1 = 2p - high, r2 and s2 = p +/- (high - low), r3 = high + 2(p - low), s3 = low - 2(high - p).",
    source: "Floor traders' definition; TradingView's traditional pivots",
    params: [],
    outputs: ["p", "r1", "s1", "r2", "s2", "r3", "s3"],
    window: () => 2,
    compute: pivots,
  },
];
