import { blank, fill, indexOfHighest, indexOfLowest } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, param, period } from "./types.ts";

/** Wilder's directional movement. The sums are begun with n - 1 bars, as TA-Lib begins them. */
interface Directional {
  readonly plus: Series;
  readonly minus: Series;
}

function directional(call: Call): Directional {
  const n = param(call, 0);
  const { high, low, close } = call.bars;
  const [plus, minus] = [blank(call.take(), n), blank(call.take(), n)];
  let [up, down, range] = [0, 0, 0];
  for (let i = 1; i < close.length; i += 1) {
    const rise = at(high, i) - at(high, i - 1);
    const fall = at(low, i - 1) - at(low, i);
    const before = at(close, i - 1);
    const kept = i < n ? 1 : 1 - 1 / n;
    up = up * kept + rise * Number(rise > 0) * Number(rise > fall);
    down = down * kept + fall * Number(fall > 0) * Number(rise < fall);
    range = range * kept + Math.max(at(high, i), before) - Math.min(at(low, i), before);
    if (i < n) continue;
    const scale = Math.abs(range) < 1e-14 ? 0 : 100 / range;
    plus[i] = up * scale;
    minus[i] = down * scale;
  }
  return { plus, minus };
}

/** 100 * |up - down| / (up + down): the range that both are divided by cancels out. NaN where neither moved. */
function spreadOf(call: Call): Series {
  const n = param(call, 0);
  const { high, low } = call.bars;
  const out = blank(call.take(), n);
  let [up, down] = [0, 0];
  for (let i = 1; i < high.length; i += 1) {
    const rise = at(high, i) - at(high, i - 1);
    const fall = at(low, i - 1) - at(low, i);
    const kept = i < n ? 1 : 1 - 1 / n;
    up = up * kept + rise * Number(rise > 0) * Number(rise > fall);
    down = down * kept + fall * Number(fall > 0) * Number(rise < fall);
    if (i >= n) out[i] = up + down < 1e-14 ? NaN : (100 * Math.abs(down - up)) / (up + down);
  }
  return out;
}

/** The directional index; where nothing moved, what it was before. */
function index(call: Call): Series {
  const out = spreadOf(call);
  let last = 0;
  for (let i = param(call, 0); i < out.length; i += 1) {
    if (!Number.isNaN(at(out, i))) last = at(out, i);
    out[i] = last;
  }
  return out;
}

/** Wilder's mean of DX; a bar without any direction leaves it as it was. */
function averageIndex(call: Call): Series {
  const n = param(call, 0);
  const dx = spreadOf(call);
  const out = blank(call.take(), 2 * n - 1);
  let adx = 0;
  for (let i = n; i < out.length; i += 1) {
    const value = at(dx, i);
    const kept = i < 2 * n ? 1 : 1 - 1 / n;
    if (!Number.isNaN(value)) adx = adx * kept + value / n;
    if (i >= 2 * n - 1) out[i] = adx;
  }
  return out;
}

function aroon(call: Call): Series[] {
  const n = param(call, 0);
  const up = blank(call.take(), n);
  const down = blank(call.take(), n);
  indexOfHighest(call.bars.high, n + 1, (i, best) => {
    up[i] = (100 * (n - (i - best))) / n;
  });
  indexOfLowest(call.bars.low, n + 1, (i, best) => {
    down[i] = (100 * (n - (i - best))) / n;
  });
  return [up, down, fill(call.take(), n, (i) => at(up, i) - at(down, i))];
}

const base = { group: "trend", inputs: [], outputs: ["value"], result: "number", window: ALL } as const;
const wilder = "J. Welles Wilder (1978)";
const lengths = [{ ...period(14), min: 2 }] as const;

export const directionals: readonly Indicator[] = [
  {
    ...base,
    name: "adx",
    title: "Average directional index",
    formula: "Wilder's mean of dx(n) over n bars.",
    source: `${wilder}; TA-Lib ADX`,
    params: lengths,
    warmUp: ([n = 1]) => 2 * n - 1,
    compute: (call) => [averageIndex(call)],
  },
  {
    ...base,
    name: "adxr",
    title: "Average directional index rating",
    formula: "(adx(n) + adx(n)[n - 1]) / 2.",
    source: `${wilder}; TA-Lib ADXR`,
    params: lengths,
    warmUp: ([n = 1]) => 3 * n - 2,
    compute: (call) => {
      const n = param(call, 0);
      const adx = averageIndex(call);
      return [fill(call.take(), 3 * n - 2, (i) => (at(adx, i) + at(adx, i - n + 1)) / 2)];
    },
  },
  {
    ...base,
    name: "dx",
    title: "Directional index",
    formula: "100 * |di_plus - di_minus| / (di_plus + di_minus); where both are 0, what it was before.",
    source: `${wilder}; TA-Lib DX`,
    params: lengths,
    warmUp: ([n = 1]) => n,
    compute: (call) => [index(call)],
  },
  {
    ...base,
    name: "di_plus",
    title: "Positive directional indicator",
    formula: "100 * Wilder's sum of upward movement / Wilder's sum of true range.",
    source: `${wilder}; TA-Lib PLUS_DI`,
    params: lengths,
    warmUp: ([n = 1]) => n,
    compute: (call) => [directional(call).plus],
  },
  {
    ...base,
    name: "di_minus",
    title: "Negative directional indicator",
    formula: "100 * Wilder's sum of downward movement / Wilder's sum of true range.",
    source: `${wilder}; TA-Lib MINUS_DI`,
    params: lengths,
    warmUp: ([n = 1]) => n,
    compute: (call) => [directional(call).minus],
  },
  {
    ...base,
    name: "aroon",
    title: "Aroon",
    formula:
      "up: 100 * (n - bars since the highest high of n + 1 bars) / n; down: the same of the lowest low; oscillator: up - down.",
    source: "Tushar Chande (1995); TA-Lib AROON and AROONOSC",
    params: [{ ...period(14), min: 2 }],
    outputs: ["up", "down", "oscillator"],
    window: ([n = 1]) => n + 1,
    compute: aroon,
  },
];
