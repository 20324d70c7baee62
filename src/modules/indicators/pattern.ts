import type { Candles } from "./candles.ts";

/** 1 where a pattern speaks for rising prices, -1 for falling ones, 0 where it is not there. */
export type Sign = 1 | -1 | 0;

export interface Pattern {
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  /** Bars that the pattern itself is made of. */
  readonly bars: 1 | 2 | 3 | 4;
  readonly talib: string;
  /** Patterns with two sides are called `bullish_…` and `bearish_…`; null: it speaks for neither. */
  readonly sides: "both" | "one";
  readonly find: (c: Candles, i: number) => Sign;
}

/** The side of a pattern where it is there. */
export function when(holds: boolean, sign: Sign = 1): Sign {
  return holds ? sign : 0;
}
