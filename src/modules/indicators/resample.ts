import type { Bars, Series } from "./types.ts";
import { at } from "./types.ts";

export type Timeframe = "1w" | "1mo";

/** What week or month a day belongs to: weeks begin on Monday. 1970 began on a Thursday. */
export function periodOf(day: number, timeframe: Timeframe): number {
  if (timeframe === "1w") return Math.floor((day + 3) / 7);
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/**
 * Gathers daily bars into weekly or monthly ones. The newest is of the running week or month, as far as it has gone. A
 * bar's day is that of its last session.
 */
export function resample(bars: Bars, timeframe: Timeframe): Bars {
  const starts: number[] = [];
  let last: number | null = null;
  bars.day.forEach((day, index) => {
    const period = periodOf(day, timeframe);
    if (period !== last) starts.push(index);
    last = period;
  });
  const ends = starts.map((_, index) => (starts[index + 1] ?? bars.length) - 1);
  const gather = (value: (from: number, to: number) => number): Series =>
    Float64Array.from(starts, (from, index) => value(from, ends[index] as number));
  return {
    length: starts.length,
    day: Int32Array.from(ends, (end) => bars.day[end] as number),
    open: gather((from) => at(bars.open, from)),
    high: gather((from, to) => bars.high.subarray(from, to + 1).reduce((a, b) => Math.max(a, b))),
    low: gather((from, to) => bars.low.subarray(from, to + 1).reduce((a, b) => Math.min(a, b))),
    close: gather((_, to) => at(bars.close, to)),
    volume: gather((from, to) => bars.volume.subarray(from, to + 1).reduce((a, b) => a + b)),
  };
}
