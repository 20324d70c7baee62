import type { Row } from "./newest.follow.ts";
import { followMean, placeOfHighest, placeOfLowest, sumOf, varianceOf } from "./newest.follow.ts";
import { averageDirection, averageRange, balance, rangePosition, strength } from "./newest.bars.ts";
import { channelIndex, moneyFlow, stochastic } from "./newest.windows.ts";
import { at } from "./types.ts";

/**
 * Newest values alone, of the indicators that are asked for most: computed without the series that leads to them, and
 * from what is kept of the bar before where the next bar is all that is new.
 *
 * What must stay true: a newest value is the last one of the series, but for the order of its additions (1e-12), however
 * many bars were followed at a time.
 */
export interface Newest {
  /** How many numbers are kept for a symbol from one bar to the next; 0 where the window is read anew each time. */
  readonly keeps: number;
  /** How many bars an output needs; null for one that comes from the series alone. */
  readonly needs: (params: readonly number[], output: number) => number | null;
  /** Called with at least so many bars; what is kept is good once so many were there before. */
  readonly compute: (row: Row, params: readonly number[], output: number) => number;
}

const first = (params: readonly number[]): number => params[0] as number;
const second = (params: readonly number[]): number => params[1] as number;

function mean(row: Row, n: number, alpha: number): number {
  const begin =
    row.from === 0 ? { from: n, value: sumOf(row.x, 0, n) / n } : { from: row.from, value: at(row.kept, row.place) };
  const value = followMean(row, alpha, begin);
  row.kept[row.place] = value;
  return value;
}

/** Two means whose first values fall on the same bar, one less the other. */
function spread(row: Row, fast: number, slow: number): number {
  const { x, kept, place } = row;
  const short = Math.min(fast, slow);
  const long = Math.max(fast, slow);
  const fresh = row.from === 0;
  const from = fresh ? long : row.from;
  const quick = fresh ? sumOf(x, long - short, long) / short : at(kept, place);
  const steady = fresh ? sumOf(x, 0, long) / long : at(kept, place + 1);
  kept[place] = followMean(row, 2 / (short + 1), { from, value: quick });
  kept[place + 1] = followMean(row, 2 / (long + 1), { from, value: steady });
  return at(kept, place) - at(kept, place + 1);
}

function plainMean({ x, end, from, kept, place }: Row, n: number): number {
  // A sum that is carried on gathers rounding; over a few bars that is nothing, over many it is taken anew.
  const carried = from > 0 && end - from < n / 4;
  let total = carried ? at(kept, place) : sumOf(x, end - n, end);
  if (carried) for (let i = from; i < end; i += 1) total += at(x, i) - at(x, i - n);
  kept[place] = total;
  return total / n;
}

function bands({ x, end }: Row, [n = 1, k = 2]: readonly number[], output: number): number {
  const middle = sumOf(x, end - n, end) / n;
  if (output === 0) return middle;
  const width = k * Math.sqrt(varianceOf(x, end - n, end));
  return output === 1 ? middle + width : middle - width;
}

/** Where the extreme of the last n bars is, from where it was before as long as it is still among them. */
function extreme(row: Row, n: number, sign: 1 | -1): number {
  const { x, end, from, kept, place } = row;
  const before = from > 0 ? at(kept, place) : -1;
  let best = before;
  if (before < end - n) best = sign > 0 ? placeOfHighest(x, end - n, end) : placeOfLowest(x, end - n, end);
  else for (let i = from; i < end; i += 1) if ((at(x, i) - at(x, best)) * sign >= 0) best = i;
  kept[place] = best;
  return at(x, best);
}

function change({ x, end }: Row, n: number): number {
  const before = at(x, end - 1 - n);
  return before === 0 ? 0 : (at(x, end - 1) / before - 1) * 100;
}

type Needs = Newest["needs"];

/** The first output alone, from the n-th bar on, or some bars later. */
const after =
  (more: number, times = 1): Needs =>
  (params, output) =>
    output === 0 ? times * first(params) + more : null;
const slower: Needs = (params, output) => (output === 0 ? Math.max(first(params), second(params)) : null);
const banded: Needs = (params, output) => (output < 3 ? first(params) : null);
const smoothed: Needs = ([n = 1, k = 1, d = 1], output) => n + k - 1 + (output === 0 ? 0 : d - 1);

const WHOLE = after(0);
const NEXT = after(1);

/** By the indicator's name. */
export const NEWEST: Readonly<Record<string, Newest>> = {
  sma: { keeps: 1, needs: WHOLE, compute: (row, params) => plainMean(row, first(params)) },
  ema: { keeps: 1, needs: WHOLE, compute: (row, params) => mean(row, first(params), 2 / (first(params) + 1)) },
  rma: { keeps: 1, needs: WHOLE, compute: (row, params) => mean(row, first(params), 1 / first(params)) },
  macd: { keeps: 2, needs: slower, compute: (row, params) => spread(row, first(params), second(params)) },
  rsi: { keeps: 2, needs: NEXT, compute: (row, params) => strength(row, first(params)) },
  bbands: { keeps: 0, needs: banded, compute: bands },
  stddev: { keeps: 0, needs: WHOLE, compute: ({ x, end }, [n = 1]) => Math.sqrt(varianceOf(x, end - n, end)) },
  highest: { keeps: 1, needs: WHOLE, compute: (row, params) => extreme(row, first(params), 1) },
  lowest: { keeps: 1, needs: WHOLE, compute: (row, params) => extreme(row, first(params), -1) },
  roc: { keeps: 0, needs: NEXT, compute: (row, params) => change(row, first(params)) },
  mom: { keeps: 0, needs: NEXT, compute: ({ x, end }, [n = 1]) => at(x, end - 1) - at(x, end - 1 - n) },
  atr: { keeps: 1, needs: NEXT, compute: (row, params) => averageRange(row, first(params)) },
  adx: { keeps: 3, needs: after(0, 2), compute: (row, params) => averageDirection(row, first(params)) },
  obv: { keeps: 1, needs: () => 1, compute: balance },
  williams_r: { keeps: 0, needs: WHOLE, compute: (row, params) => rangePosition(row, first(params)) },
  stoch: { keeps: 0, needs: smoothed, compute: stochastic },
  cci: { keeps: 0, needs: WHOLE, compute: (row, params) => channelIndex(row, first(params)) },
  mfi: { keeps: 0, needs: NEXT, compute: (row, params) => moneyFlow(row, first(params)) },
};
