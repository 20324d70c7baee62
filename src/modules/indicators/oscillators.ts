import { gainsAndLosses } from "./momentum.ts";
import { after, blank, fill, highest, lowest, sma } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, param, period } from "./types.ts";

const close = [{ name: "x", default: "close" }] as const;
const value = { group: "momentum", inputs: close, outputs: ["value"], result: "number" } as const;
const ofBars = { ...value, inputs: [] } as const;

/** A range below this is rounding, not movement. */
const FLAT = 1e-9;

/** Where a value stands between the lowest and the highest of the last n bars, 0 to 100; 0 where they are equal. */
function position(call: Call, range: { x: Series; high: Series; low: Series }, n: number): Series {
  const top = highest(range.high, n, call.take());
  const bottom = lowest(range.low, n, call.take());
  return fill(call.take(), n - 1, (i) => {
    const span = at(top, i) - at(bottom, i);
    return span < FLAT ? 0 : ((at(range.x, i) - at(bottom, i)) / span) * 100;
  });
}

function stoch(call: Call): Series[] {
  const [n, k, d] = [param(call, 0), param(call, 1), param(call, 2)];
  const { close: x, high, low } = call.bars;
  const raw = position(call, { x, high, low }, n);
  const slow = after(n - 1, { x: raw, out: call.take() }, (from, to) => sma(from, k, to));
  return [slow, after(n + k - 2, { x: slow, out: call.take() }, (from, to) => sma(from, d, to))];
}

function stochRsi(call: Call): Series[] {
  const [n, k, d] = [param(call, 0), param(call, 1), param(call, 2)];
  const rsi = gainsAndLosses(call, 0);
  const fast = after(n, { x: rsi, out: call.take() }, (x, out) => {
    const sub = { ...call, take: () => call.take().subarray(0, x.length) };
    out.set(position(sub, { x, high: x, low: x }, k));
  });
  return [fast, after(n + k - 1, { x: fast, out: call.take() }, (from, to) => sma(from, d, to))];
}

function cci(call: Call): Series[] {
  const n = param(call, 0);
  const { high, low, close: last } = call.bars;
  const typical = fill(call.take(), 0, (i) => (at(high, i) + at(low, i) + at(last, i)) / 3);
  const out = fill(call.take(), n - 1, (i) => {
    let mean = 0;
    for (let j = i - n + 1; j <= i; j += 1) mean += at(typical, j);
    mean /= n;
    let distance = 0;
    for (let j = i - n + 1; j <= i; j += 1) distance += Math.abs(at(typical, j) - mean);
    const off = at(typical, i) - mean;
    return off === 0 || distance === 0 ? 0 : off / ((0.015 * distance) / n);
  });
  return [out];
}

/** Buying pressure over true range, summed over n bars. */
function pressure(call: Call, n: number): Series {
  const { high, low, close: last } = call.bars;
  const out = blank(call.take(), n);
  let bought = 0;
  let ranged = 0;
  const add = (i: number, sign: number): void => {
    const before = at(last, i - 1);
    const floor = Math.min(at(low, i), before);
    bought += sign * (at(last, i) - floor);
    ranged += sign * (Math.max(at(high, i), before) - floor);
  };
  for (let i = 1; i < call.bars.length; i += 1) {
    add(i, 1);
    if (i > n) add(i - n, -1);
    if (i >= n) out[i] = Math.abs(ranged) < 1e-14 ? 0 : bought / ranged;
  }
  return out;
}

function ultimate(call: Call): Series[] {
  const lengths = call.params.toSorted((a, b) => a - b);
  const [short, middle, long] = lengths.map((n) => pressure(call, n)) as [Series, Series, Series];
  const first = lengths.at(-1) ?? 1;
  return [fill(call.take(), first, (i) => (100 * (4 * at(short, i) + 2 * at(middle, i) + at(long, i))) / 7)];
}

export const oscillators: readonly Indicator[] = [
  {
    ...ofBars,
    name: "stoch",
    title: "Stochastic oscillator",
    formula:
      "k: sma of 100 * (close - lowest(low, n)) / (highest(high, n) - lowest(low, n)) over smooth bars; d: sma of k.",
    source: "George Lane; TA-Lib STOCH",
    params: [period(14), period(3, "smooth"), period(3, "d")],
    outputs: ["k", "d"],
    window: ([n = 1, k = 1, d = 1]) => n + k + d - 2,
    warmUp: ([n = 1, k = 1]) => n + k - 2,
    compute: stoch,
  },
  {
    ...value,
    name: "stochrsi",
    title: "Stochastic RSI",
    formula: "k: where rsi(x, n) stands between its lowest and highest of k bars, 0 to 100, not smoothed; d: its sma.",
    source: "TA-Lib STOCHRSI; TradingView smooths k by another sma",
    params: [{ ...period(14), min: 2 }, period(14, "k"), period(3, "d")],
    outputs: ["k", "d"],
    window: ALL,
    warmUp: ([n = 1, k = 1]) => n + k - 1,
    compute: stochRsi,
  },
  {
    ...ofBars,
    name: "cci",
    title: "Commodity channel index",
    formula: "(tp - sma(tp, n)) / (0.015 * mean |tp - sma(tp, n)|), tp = (high + low + close) / 3.",
    source: "Donald Lambert (1980); TA-Lib CCI",
    params: [{ ...period(20), min: 2 }],
    window: ([n = 1]) => n,
    compute: cci,
  },
  {
    ...ofBars,
    name: "williams_r",
    title: "Williams %R",
    formula: "-100 * (highest(high, n) - close) / (highest(high, n) - lowest(low, n)); 0 where they are equal.",
    source: "Larry Williams (1973); TA-Lib WILLR",
    params: [{ ...period(14), min: 2 }],
    window: ([n = 1]) => n,
    compute: (call) => {
      const n = param(call, 0);
      const top = highest(call.bars.high, n, call.take());
      const bottom = lowest(call.bars.low, n, call.take());
      const score = (i: number): number => {
        const span = at(top, i) - at(bottom, i);
        return span === 0 ? 0 : ((at(top, i) - at(call.bars.close, i)) / span) * -100;
      };
      return [fill(call.take(), n - 1, score)];
    },
  },
  {
    ...ofBars,
    name: "ultosc",
    title: "Ultimate oscillator",
    formula: "100 * (4 * p(a) + 2 * p(b) + p(c)) / 7, p(n) = sum of buying pressure / sum of true range over n bars.",
    source: "Larry Williams (1976); TA-Lib ULTOSC",
    params: [period(7, "a"), period(14, "b"), period(28, "c")],
    window: ([a = 1, b = 1, c = 1]) => Math.max(a, b, c) + 1,
    compute: ultimate,
  },
  {
    ...ofBars,
    name: "ao",
    title: "Awesome oscillator",
    formula: "sma(hl2, fast) - sma(hl2, slow).",
    source: "Bill Williams (1995)",
    params: [period(5, "fast"), period(34, "slow")],
    window: ([fast = 1, slow = 1]) => Math.max(fast, slow),
    compute: (call) => {
      const middle = fill(call.take(), 0, (i) => (at(call.bars.high, i) + at(call.bars.low, i)) / 2);
      const fast = sma(middle, param(call, 0), call.take());
      const slow = sma(middle, param(call, 1), call.take());
      return [fill(call.take(), Math.max(param(call, 0), param(call, 1)) - 1, (i) => at(fast, i) - at(slow, i))];
    },
  },
  {
    ...ofBars,
    name: "bop",
    title: "Balance of power",
    formula: "(close - open) / (high - low); 0 where high and low are equal.",
    source: "Igor Livshin (2001); TA-Lib BOP",
    params: [],
    window: () => 1,
    compute: ({ bars, take }) => [
      fill(take(), 0, (i) => {
        const span = at(bars.high, i) - at(bars.low, i);
        return span < 1e-14 ? 0 : (at(bars.close, i) - at(bars.open, i)) / span;
      }),
    ],
  },
];
