import type { Bars } from "./types.ts";
import { at } from "./types.ts";

/**
 * One candle among its neighbours. What counts as long or short is measured against the mean of the ten (or five)
 * candles before, with TA-Lib's default settings.
 */
export interface Candles {
  body(i: number): number;
  upper(i: number): number;
  lower(i: number): number;
  /** 1 for a close at or above the open, else -1. */
  color(i: number): 1 | -1;
  top(i: number): number;
  bottom(i: number): number;
  open(i: number): number;
  high(i: number): number;
  low(i: number): number;
  close(i: number): number;
  /** Whether the body of `i` lies wholly above that of `j`. */
  gapsUp(i: number, j: number): boolean;
  gapsDown(i: number, j: number): boolean;
  longBody(i: number): boolean;
  shortBody(i: number): boolean;
  /** At or below the short limit, where `shortBody` is strictly below it. */
  smallBody(i: number): boolean;
  doji(i: number): boolean;
  longUpper(i: number): boolean;
  longLower(i: number): boolean;
  noUpper(i: number): boolean;
  noLower(i: number): boolean;
  shortShadows(i: number): boolean;
  near(i: number): number;
  far(i: number): number;
  equal(i: number): number;
}

/** How many bars before a pattern's own its measures look at. */
export const MEASURED = 10;

/** Mean of a measure over the n candles before one. */
function mean(measure: (i: number) => number, i: number, n: number): number {
  let total = 0;
  for (let j = i - n; j < i; j += 1) total += measure(j);
  return total / n;
}

export function candlesOf({ open, high, low, close }: Bars): Candles {
  const top = (i: number): number => Math.max(at(open, i), at(close, i));
  const bottom = (i: number): number => Math.min(at(open, i), at(close, i));
  const body = (i: number): number => Math.abs(at(close, i) - at(open, i));
  const upper = (i: number): number => at(high, i) - top(i);
  const lower = (i: number): number => bottom(i) - at(low, i);
  const range = (i: number): number => at(high, i) - at(low, i);
  const barely = (i: number): number => 0.1 * mean(range, i, MEASURED);
  const shadows = (i: number): number => mean((j) => range(j) - body(j), i, MEASURED) / 2;
  return {
    body,
    upper,
    lower,
    top,
    bottom,
    color: (i) => (at(close, i) >= at(open, i) ? 1 : -1),
    open: (i) => at(open, i),
    high: (i) => at(high, i),
    low: (i) => at(low, i),
    close: (i) => at(close, i),
    gapsUp: (i, j) => bottom(i) > top(j),
    gapsDown: (i, j) => top(i) < bottom(j),
    longBody: (i) => body(i) > mean(body, i, MEASURED),
    shortBody: (i) => body(i) < mean(body, i, MEASURED),
    smallBody: (i) => body(i) <= mean(body, i, MEASURED),
    doji: (i) => body(i) <= barely(i),
    longUpper: (i) => upper(i) > body(i),
    longLower: (i) => lower(i) > body(i),
    noUpper: (i) => upper(i) < barely(i),
    noLower: (i) => lower(i) < barely(i),
    shortShadows: (i) => upper(i) < shadows(i) && lower(i) < shadows(i),
    near: (i) => 0.2 * mean(range, i, 5),
    far: (i) => 0.6 * mean(range, i, 5),
    equal: (i) => 0.05 * mean(range, i, 5),
  };
}
