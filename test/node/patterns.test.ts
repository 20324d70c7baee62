import { describe, expect, it } from "vitest";
import { INDICATORS } from "#modules/indicators";
import { ours, someBars } from "./bars.ts";
import { loadTaLib } from "./talib.ts";

const talib = loadTaLib();
const patterns = INDICATORS.filter(({ group }) => group === "pattern");

const names = new Set(patterns.map(({ name }) => name));
const PENETRATION: Readonly<Record<string, readonly number[]>> = {
  CDLMORNINGSTAR: [0.3],
  CDLEVENINGSTAR: [0.3],
  CDLDARKCLOUDCOVER: [0.5],
};

/** What TA-Lib finds in one made-up series, bar by bar, and what we find. */
function find(name: string, other: string, seed: number): { theirs: number[]; mine: number[]; rising: number[] } {
  const bars = someBars(seed, 600);
  const inputs = [bars.open, bars.high, bars.low, bars.close];
  const [found] = talib.call(other, { inputs, options: PENETRATION[other] ?? [], integers: true });
  const cut = (series: Float64Array | undefined): number[] => [...(series ?? [])].slice(20);
  const rising = names.has(`bullish_${name}`) ? ours(bars, `bullish_${name}`, [])[0] : undefined;
  return { theirs: cut(found).map(Math.sign), mine: cut(ours(bars, name, [])[0]), rising: cut(rising) };
}

describe("a candle pattern", () => {
  for (const { name, source } of patterns.filter((pattern) => !/^(bullish|bearish)_/.test(pattern.name))) {
    it(`is found where TA-Lib finds it: ${name}`, () => {
      let count = 0;
      for (let seed = 0; seed < 60; seed += 1) {
        const { theirs, mine, rising } = find(name, /CDL\w+/.exec(source)?.[0] ?? "", seed);
        expect(mine).toEqual(theirs.map(Math.abs));
        if (rising.length > 0) expect(rising).toEqual(theirs.map((sign) => (sign === 1 ? 1 : 0)));
        count += mine.reduce((a, b) => a + b);
      }
      expect(count).toBeGreaterThan(0);
    });
  }
});
