import { blank, fill, indexOfHighest, indexOfLowest } from "./rolling.ts";
import type { Call, Indicator, Series } from "./types.ts";
import { ALL, at, param, period } from "./types.ts";

/** Wilder's directional movement. The sums are begun with n - 1 bars, as TA-Lib begins them. */
interface Directional {
  readonly plus: Series;
  readonly minus: Series;
  readonly dx: Series;
}

interface Move {
  readonly up: number;
  readonly down: number;
  readonly range: number;
}

function moveAt({ bars }: Call, i: number): Move {
  const rise = at(bars.high, i) - at(bars.high, i - 1);
  const fall = at(bars.low, i - 1) - at(bars.low, i);
  const before = at(bars.close, i - 1);
  return {
    up: rise > 0 && rise > fall ? rise : 0,
    down: fall > 0 && rise < fall ? fall : 0,
    range: Math.max(at(bars.high, i), before) - Math.min(at(bars.low, i), before),
  };
}

function directional(call: Call): Directional {
  const n = param(call, 0);
  const [plus, minus, dx] = [blank(call.take(), n), blank(call.take(), n), blank(call.take(), n)];
  let [up, down, range, last] = [0, 0, 0, 0];
  for (let i = 1; i < call.bars.length; i += 1) {
    const move = moveAt(call, i);
    const kept = i < n ? 1 : 1 - 1 / n;
    up = up * kept + move.up;
    down = down * kept + move.down;
    range = range * kept + move.range;
    if (i < n) continue;
    const still = Math.abs(range) < 1e-14;
    plus[i] = still ? 0 : (100 * up) / range;
    minus[i] = still ? 0 : (100 * down) / range;
    const both = at(plus, i) + at(minus, i);
    last = both < 1e-14 ? last : (100 * Math.abs(at(minus, i) - at(plus, i))) / both;
    dx[i] = last;
  }
  return { plus, minus, dx };
}

/** Wilder's mean of DX; a bar without any direction leaves it as it was. */
function averageIndex(call: Call): Series {
  const n = param(call, 0);
  const { plus, minus, dx } = directional(call);
  const out = blank(call.take(), 2 * n - 1);
  let adx = 0;
  for (let i = n; i < call.bars.length; i += 1) {
    const flat = at(plus, i) + at(minus, i) < 1e-14;
    if (i < 2 * n) adx += flat ? 0 : at(dx, i) / n;
    else if (!flat) adx = (adx * (n - 1) + at(dx, i)) / n;
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
    compute: (call) => [directional(call).dx],
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
