import { MEASURED, candlesOf } from "./candles.ts";
import { candlesticks } from "./candlesticks.ts";
import { formations } from "./formations.ts";
import type { Pattern, Sign } from "./pattern.ts";
import { fill } from "./rolling.ts";
import type { Indicator } from "./types.ts";

const PATTERNS = [...candlesticks, ...formations];

/** Whether what was found is on the side that was asked for; 0 asks for either. */
function holds(found: Sign, side: Sign): 0 | 1 {
  return (side === 0 ? found !== 0 : found === side) ? 1 : 0;
}

function toIndicator(pattern: Pattern, side: Sign): Indicator {
  const prefix = side === 0 ? "" : side === 1 ? "bullish_" : "bearish_";
  const first = MEASURED + pattern.bars - 1;
  return {
    name: prefix + pattern.name,
    title: side === 0 ? pattern.title : `${side === 1 ? "Bullish" : "Bearish"} ${pattern.title.toLowerCase()}`,
    group: "pattern",
    formula: pattern.formula,
    source: `TA-Lib ${pattern.talib} with its default settings`,
    inputs: [],
    params: [],
    outputs: ["value"],
    result: "condition",
    window: () => first + 1,
    compute: ({ bars, take }) => {
      const candles = candlesOf(bars);
      return [fill(take(), first, (i) => holds(pattern.find(candles, i), side))];
    },
  };
}

/** Every candle pattern; those with two sides under three names. */
export const patterns: readonly Indicator[] = PATTERNS.flatMap((pattern) =>
  (pattern.sides === "both" ? ([0, 1, -1] as const) : ([0] as const)).map((side) => toIndicator(pattern, side)),
);
