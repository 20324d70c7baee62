import { after, blank, ema, fill } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, input, param, period } from "./types.ts";

const close = [{ name: "x", default: "close" }] as const;
const value = { group: "momentum", inputs: close, outputs: ["value"], result: "number" } as const;

/** Wilder's means of gains and losses: 100 * (gain - weight * loss) / (gain + loss), 0 where nothing moved. */
export function gainsAndLosses(call: Call, weight: 0 | 1): Series {
  const x = input(call, 0);
  const n = param(call, 0);
  const out = blank(call.take(), n);
  // Half the sum of a change and its size is the rise, without a branch that no processor can foresee.
  const half = 0.5 / n;
  let [gain, loss] = [0, 0];
  for (let i = 1; i < x.length; i += 1) {
    const change = at(x, i) - at(x, i - 1);
    const size = Math.abs(change);
    const kept = i <= n ? 1 : 1 - 1 / n;
    gain = gain * kept + (size + change) * half;
    loss = loss * kept + (size - change) * half;
    if (i >= n) out[i] = gain + loss < 1e-14 ? 0 : (100 * (gain - weight * loss)) / (gain + loss);
  }
  return out;
}

/** Fast mean minus slow mean, both begun so that their first values fall on the same bar. */
function spread(call: Call, fast: number, slow: number): { fast: Series; slow: Series; first: number } {
  const x = input(call, 0);
  const [short, long] = fast < slow ? [fast, slow] : [slow, fast];
  const slowMean = ema(x, long, call.take());
  const fastMean = after(long - short, { x, out: call.take() }, (from, to) => ema(from, short, to));
  return { fast: fastMean, slow: slowMean, first: long - 1 };
}

/** Fast mean and slow mean, each begun as early as it can be. */
function means(call: Call): { fast: Series; slow: Series; first: number } {
  const [fast, slow] = [param(call, 0), param(call, 1)];
  const x = input(call, 0);
  return { fast: ema(x, fast, call.take()), slow: ema(x, slow, call.take()), first: Math.max(fast, slow) - 1 };
}

function difference(call: Call, { a, b }: { readonly a: Series; readonly b: Series }, from: number): Series {
  const out = blank(call.take(), from);
  for (let i = from; i < out.length; i += 1) out[i] = at(a, i) - at(b, i);
  return out;
}

function macd(call: Call): Series[] {
  const { fast, slow, first } = spread(call, param(call, 0), param(call, 1));
  const n = param(call, 2);
  const line = difference(call, { a: fast, b: slow }, first);
  const signal = after(first, { x: line, out: call.take() }, (from, to) => ema(from, n, to));
  return [line, signal, difference(call, { a: line, b: signal }, first + n - 1)];
}

function trix(call: Call): Series[] {
  const n = param(call, 0);
  const first = ema(input(call, 0), n, call.take());
  const second = after(n - 1, { x: first, out: call.take() }, (from, to) => ema(from, n, to));
  const third = after(2 * (n - 1), { x: second, out: call.take() }, (from, to) => ema(from, n, to));
  return [fill(call.take(), 3 * (n - 1) + 1, (i) => (at(third, i) / at(third, i - 1) - 1) * 100)];
}

function tsi(call: Call): Series[] {
  const [long, short] = [param(call, 0), param(call, 1)];
  const x = input(call, 0);
  const change = fill(call.take(), 1, (i) => at(x, i) - at(x, i - 1));
  const size = fill(call.take(), 1, (i) => Math.abs(at(x, i) - at(x, i - 1)));
  const twice = (from: Series): Series => {
    const once = after(1, { x: from, out: call.take() }, (a, b) => ema(a, long, b));
    return after(long, { x: once, out: call.take() }, (a, b) => ema(a, short, b));
  };
  const up = twice(change);
  const all = twice(size);
  return [fill(call.take(), long + short - 1, (i) => (at(all, i) === 0 ? 0 : (100 * at(up, i)) / at(all, i)))];
}

export const momentum: readonly Indicator[] = [
  {
    ...value,
    name: "rsi",
    title: "Relative strength index",
    formula: "100 * gain / (gain + loss), Wilder's means of rises and falls over n bars; 0 where nothing moved.",
    source: "J. Welles Wilder (1978); TA-Lib RSI",
    params: [{ ...period(14), min: 2 }],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: (call) => [gainsAndLosses(call, 0)],
  },
  {
    ...value,
    name: "cmo",
    title: "Chande momentum oscillator",
    formula: "100 * (gain - loss) / (gain + loss), with Wilder's means as TA-Lib has them; Chande used plain sums.",
    source: "TA-Lib CMO",
    params: [{ ...period(14), min: 2 }],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: (call) => [gainsAndLosses(call, 1)],
  },
  {
    ...value,
    name: "macd",
    title: "Moving average convergence and divergence",
    formula:
      "macd: ema(x, fast) - ema(x, slow), whose first values fall on the same bar; signal: its ema; histogram: their difference.",
    source: "Gerald Appel; TA-Lib MACD. TradingView begins the fast mean earlier, which fades within some 50 bars",
    params: [{ ...period(12, "fast"), min: 2 }, { ...period(26, "slow"), min: 2 }, period(9, "signal")],
    outputs: ["macd", "signal", "histogram"],
    window: ALL,
    warmUp: ([fast = 1, slow = 1]) => Math.max(fast, slow) - 1,
    compute: macd,
  },
  {
    ...value,
    name: "apo",
    title: "Absolute price oscillator",
    formula: "ema(x, fast) - ema(x, slow).",
    source: "TA-Lib APO with exponential means",
    params: [
      { ...period(12, "fast"), min: 2 },
      { ...period(26, "slow"), min: 2 },
    ],
    window: ALL,
    warmUp: ([fast = 1, slow = 1]) => Math.max(fast, slow) - 1,
    compute: (call) => {
      const { fast, slow, first } = means(call);
      return [fill(call.take(), first, (i) => at(fast, i) - at(slow, i))];
    },
  },
  {
    ...value,
    name: "ppo",
    title: "Percentage price oscillator",
    formula: "100 * (ema(x, fast) - ema(x, slow)) / ema(x, slow).",
    source: "TA-Lib PPO with exponential means",
    params: [
      { ...period(12, "fast"), min: 2 },
      { ...period(26, "slow"), min: 2 },
    ],
    window: ALL,
    warmUp: ([fast = 1, slow = 1]) => Math.max(fast, slow) - 1,
    compute: (call) => {
      const { fast, slow, first } = means(call);
      return [fill(call.take(), first, (i) => ((at(fast, i) - at(slow, i)) / at(slow, i)) * 100)];
    },
  },
  {
    ...value,
    name: "roc",
    title: "Rate of change",
    formula: "100 * (x / x[n] - 1); 0 where x[n] is 0.",
    source: "TA-Lib ROC",
    params: [period(10)],
    window: ([n = 1]) => n + 1,
    compute: (call) => {
      const x = input(call, 0);
      const n = param(call, 0);
      return [fill(call.take(), n, (i) => (at(x, i - n) === 0 ? 0 : (at(x, i) / at(x, i - n) - 1) * 100))];
    },
  },
  {
    ...value,
    name: "mom",
    title: "Momentum",
    formula: "x - x[n].",
    source: "TA-Lib MOM",
    params: [period(10)],
    window: ([n = 1]) => n + 1,
    compute: (call) => {
      const x = input(call, 0);
      const n = param(call, 0);
      return [fill(call.take(), n, (i) => at(x, i) - at(x, i - n))];
    },
  },
  {
    ...value,
    name: "trix",
    title: "Triple exponential rate of change",
    formula: "roc of the ema of the ema of ema(x, n), over one bar.",
    source: "Jack Hutson (1983); TA-Lib TRIX",
    params: [period(15)],
    window: ALL,
    warmUp: ([n = 1]) => 3 * (n - 1) + 1,
    compute: trix,
  },
  {
    ...value,
    name: "tsi",
    title: "True strength index",
    formula: "100 * ema(ema(change, long), short) / ema(ema(|change|, long), short).",
    source: "William Blau (1991); as TradingView, times 100",
    params: [period(25, "long"), period(13, "short")],
    window: ALL,
    warmUp: ([long = 1, short = 1]) => long + short - 1,
    compute: tsi,
  },
];
