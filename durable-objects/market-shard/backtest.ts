import type { Bars } from "#modules/indicators";
import { createSeriesEvaluator } from "#modules/language";
import type { BacktestAnswer, BacktestRequest } from "./contract.ts";
import { HISTOGRAM_STEPS } from "./contract.ts";
import { lowerBound } from "./machine.ts";
import { conditionOf } from "./scan.ts";
import type { Snapshot } from "./universe.ts";
import { isListed } from "./universe.ts";

/**
 * Replays a condition on the past. What must stay true: a signal of a day is computed from that day's bars and earlier
 * ones; its return begins with that day's close. Symbols that were delisted later are kept in, and a return that
 * reaches past a delisting ends with the last close.
 */

const MIDDLE = (HISTOGRAM_STEPS - 1) / 2;

interface Tally {
  signals: number[];
  sum: number;
  count: number;
  rises: number;
  readonly histogram: Uint32Array;
}

export function runBacktest(snapshot: Snapshot, request: BacktestRequest): BacktestAnswer {
  const condition = conditionOf(request.expression);
  const evaluator = createSeriesEvaluator();
  const tallies = request.horizons.map((): Tally => ({
    signals: [],
    sum: 0,
    count: 0,
    rises: 0,
    histogram: new Uint32Array(HISTOGRAM_STEPS),
  }));
  let [symbols, signals] = [0, 0];
  snapshot.records.forEach((record, slot) => {
    if (record.kind === "index" || !isListed(record, request.universe)) return;
    const bars = snapshot.bars(slot);
    const range = {
      from: lowerBound(bars.day, bars.length, request.from),
      to: lowerBound(bars.day, bars.length, request.to + 1),
    };
    if (range.from >= range.to) return;
    symbols += 1;
    evaluator.begin({
      bars,
      index: snapshot.index(slot),
      fact: (name) => snapshot.fact(slot, name),
      text: (field) => snapshot.text(slot, field),
    });
    const held = evaluator.condition(condition);
    for (let i = range.from; i < range.to; i += 1) signals += held[i] as number;
    request.horizons.forEach((horizon, index) => {
      const ends = record.delistedOn !== null;
      count(tallies[index] as Tally, { bars, held, horizon, ends, ...range });
    });
  });
  return {
    symbols,
    signals,
    horizons: tallies.map((tally) => ({
      signals: Float64Array.from(tally.signals),
      universeSum: tally.sum,
      universeCount: tally.count,
      universeRises: tally.rises,
      universeHistogram: tally.histogram,
    })),
  };
}

interface Stretch {
  readonly bars: Bars;
  readonly held: Float64Array;
  readonly horizon: number;
  /** Whether there will never be another bar. */
  readonly ends: boolean;
  readonly from: number;
  readonly to: number;
}

function count(tally: Tally, { bars, held, horizon, ends, from, to }: Stretch): void {
  const last = bars.length - 1;
  const end = ends ? Math.min(to, last) : Math.min(to, last - horizon + 1);
  for (let i = from; i < end; i += 1) {
    const later = bars.close[Math.min(i + horizon, last)] as number;
    const gain = later / (bars.close[i] as number) - 1;
    tally.sum += gain;
    tally.count += 1;
    if (gain > 0) tally.rises += 1;
    const step = Math.max(0, Math.min(HISTOGRAM_STEPS - 1, Math.round(gain * 10_000) + MIDDLE));
    tally.histogram[step] = (tally.histogram[step] as number) + 1;
    if (held[i] === 1) tally.signals.push(gain);
  }
}
