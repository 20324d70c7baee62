import { averages } from "./averages.ts";
import { directionals } from "./directional.ts";
import { momentum } from "./momentum.ts";
import { oscillators } from "./oscillators.ts";
import { patterns } from "./patterns.ts";
import { statistics } from "./statistics.ts";
import { trends } from "./trend.ts";
import type { Indicator } from "./types.ts";
import { volatility } from "./volatility.ts";
import { volumes } from "./volume.ts";

export type { Arena } from "./evaluate.ts";
export { createArena, evaluate, slice } from "./evaluate.ts";
export type { Bars, Indicator, Series } from "./types.ts";
export type { Newest } from "./newest.ts";
export { NEWEST } from "./newest.ts";
export type { Row } from "./newest.follow.ts";
export type { Timeframe } from "./resample.ts";
export { resample } from "./resample.ts";

/** Every indicator and candle pattern, in reading order. */
export const INDICATORS: readonly Indicator[] = [
  ...averages,
  ...momentum,
  ...oscillators,
  ...directionals,
  ...trends,
  ...volatility,
  ...volumes,
  ...statistics,
  ...patterns,
];
