import { after, blank, ema, fill, sma, sum } from "./rolling.ts";
import type { Bars, Call, Indicator, Series } from "./types.ts";
import { ALL, at, param, period } from "./types.ts";

const base = { group: "volume", inputs: [], outputs: ["value"], result: "number" } as const;
const windowed = ([n = 1]: readonly number[]): number => n;

/** Where the close stands in the bar's range, -1 to 1; 0 in a bar without a range. */
function closeLocation(bars: Bars, i: number): number {
  const span = at(bars.high, i) - at(bars.low, i);
  return span > 0 ? (2 * at(bars.close, i) - at(bars.low, i) - at(bars.high, i)) / span : 0;
}

function accumulation({ bars, take }: Call): Series {
  let total = 0;
  return fill(take(), 0, (i) => {
    total += closeLocation(bars, i) * at(bars.volume, i);
    return total;
  });
}

/** Exponential mean that begins with the very first value, as TA-Lib's ADOSC has it. */
function eager(x: Series, n: number, out: Series): Series {
  const alpha = 2 / (n + 1);
  let mean = at(x, 0);
  return fill(out, 0, (i) => {
    mean += alpha * (at(x, i) - mean);
    return mean;
  });
}

function moneyFlow(call: Call): Series[] {
  const { bars } = call;
  const n = param(call, 0);
  const typical = fill(call.take(), 0, (i) => (at(bars.high, i) + at(bars.low, i) + at(bars.close, i)) / 3);
  const gained = fill(call.take(), 1, (i) =>
    at(typical, i) > at(typical, i - 1) ? at(typical, i) * at(bars.volume, i) : 0,
  );
  const lost = fill(call.take(), 1, (i) =>
    at(typical, i) < at(typical, i - 1) ? at(typical, i) * at(bars.volume, i) : 0,
  );
  const up = after(1, { x: gained, out: call.take() }, (x, out) => sum(x, n, out));
  const down = after(1, { x: lost, out: call.take() }, (x, out) => sum(x, n, out));
  const score = (i: number): number => {
    const all = at(up, i) + at(down, i);
    return all < 1 ? 0 : (100 * at(up, i)) / all;
  };
  return [fill(call.take(), n, score)];
}

function onBalance({ bars, take }: Call): Series[] {
  const { close, volume } = bars;
  const out = take();
  let total = 0;
  for (let i = 0; i < out.length; i += 1) {
    const change = i === 0 ? 1 : at(close, i) - at(close, i - 1);
    total += (Number(change > 0) - Number(change < 0)) * at(volume, i);
    out[i] = total;
  }
  return [out];
}

function moneyOver(call: Call, n: number): Series {
  const { bars } = call;
  const paid = (i: number): number =>
    ((at(bars.high, i) + at(bars.low, i) + at(bars.close, i)) / 3) * at(bars.volume, i);
  return sum(fill(call.take(), 0, paid), n, call.take());
}

export const volumes: readonly Indicator[] = [
  {
    ...base,
    name: "obv",
    title: "On-balance volume",
    formula: "obv[1] plus volume after a higher close, minus it after a lower one; begun with the first bar's volume.",
    source: "Joseph Granville (1963); TA-Lib OBV",
    params: [],
    window: ALL,
    warmUp: () => 0,
    compute: onBalance,
  },
  {
    ...base,
    name: "ad",
    title: "Accumulation and distribution",
    formula: "Running sum of volume * (2 * close - low - high) / (high - low).",
    source: "Marc Chaikin; TA-Lib AD",
    params: [],
    window: ALL,
    warmUp: () => 0,
    compute: (call) => [accumulation(call)],
  },
  {
    ...base,
    name: "adosc",
    title: "Chaikin oscillator",
    formula: "Exponential mean of ad over fast bars minus the one over slow bars, both begun with the first bar.",
    source: "Marc Chaikin; TA-Lib ADOSC",
    params: [
      { ...period(3, "fast"), min: 2 },
      { ...period(10, "slow"), min: 2 },
    ],
    window: ALL,
    warmUp: ([fast = 1, slow = 1]) => Math.max(fast, slow) - 1,
    compute: (call) => {
      const line = accumulation(call);
      const fast = eager(line, param(call, 0), call.take());
      const slow = eager(line, param(call, 1), call.take());
      return [fill(call.take(), Math.max(param(call, 0), param(call, 1)) - 1, (i) => at(fast, i) - at(slow, i))];
    },
  },
  {
    ...base,
    name: "mfi",
    title: "Money flow index",
    formula:
      "100 * up / (up + down), sums over n bars of typical price * volume on rises and falls of the typical price.",
    source: "Gene Quong and Avrum Soudack; TA-Lib MFI",
    params: [{ ...period(14), min: 2 }],
    window: ([n = 1]) => n + 1,
    compute: moneyFlow,
  },
  {
    ...base,
    name: "cmf",
    title: "Chaikin money flow",
    formula: "sum(volume * (2 * close - low - high) / (high - low), n) / sum(volume, n).",
    source: "Marc Chaikin; as TradingView",
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const n = param(call, 0);
      const flow = fill(call.take(), 0, (i) => closeLocation(call.bars, i) * at(call.bars.volume, i));
      const flows = sum(flow, n, call.take());
      const shares = sum(call.bars.volume, n, call.take());
      return [fill(call.take(), n - 1, (i) => at(flows, i) / at(shares, i))];
    },
  },
  {
    ...base,
    name: "vwap",
    title: "Volume-weighted average price",
    formula: "sum((high + low + close) / 3 * volume, n) / sum(volume, n): rolling, since bars are daily.",
    source: "Textbook definition; TradingView's begins anew with each session",
    params: [period(20)],
    window: windowed,
    compute: (call) => {
      const n = param(call, 0);
      const money = moneyOver(call, n);
      const shares = sum(call.bars.volume, n, call.take());
      return [fill(call.take(), n - 1, (i) => at(money, i) / at(shares, i))];
    },
  },
  {
    ...base,
    name: "relative_volume",
    title: "Relative volume",
    formula: "volume / sma(volume, n)[1]: against the n bars before.",
    source: "As the usual screeners",
    params: [period(20)],
    window: ([n = 1]) => n + 1,
    compute: (call) => {
      const n = param(call, 0);
      const usual = sma(call.bars.volume, n, call.take());
      return [fill(call.take(), n, (i) => at(call.bars.volume, i) / at(usual, i - 1))];
    },
  },
  {
    ...base,
    name: "force_index",
    title: "Force index",
    formula: "ema((close - close[1]) * volume, n).",
    source: "Alexander Elder (1993)",
    params: [period(13)],
    window: ALL,
    warmUp: ([n = 1]) => n,
    compute: (call) => {
      const { close, volume } = call.bars;
      const force = fill(call.take(), 1, (i) => (at(close, i) - at(close, i - 1)) * at(volume, i));
      return [after(1, { x: force, out: call.take() }, (x, out) => ema(x, param(call, 0), out))];
    },
  },
  {
    ...base,
    name: "pvt",
    title: "Price volume trend",
    formula: "Running sum of volume * (close / close[1] - 1), 0 for the first bar.",
    source: "As TradingView",
    params: [],
    window: ALL,
    warmUp: () => 0,
    compute: ({ bars, take }) => {
      let total = 0;
      const out = blank(take(), 0);
      return [
        fill(out, 0, (i) => {
          if (i > 0) total += at(bars.volume, i) * (at(bars.close, i) / at(bars.close, i - 1) - 1);
          return total;
        }),
      ];
    },
  },
];
