import type { Row } from "./newest.follow.ts";
import { placeOfHighest, placeOfLowest } from "./newest.follow.ts";
import { at } from "./types.ts";

/** Newest values of what is read from a short window of bars. */

/** A range below this is rounding, not movement. */
const FLAT = 1e-9;

/** Mean of the last `smooth` positions of the close in its range, and for the second output a mean of such means. */
export function stochastic(row: Row, params: readonly number[], output: number): number {
  const [n = 1, k = 1, d = 1] = params;
  let total = 0;
  for (let back = 0; back < (output === 0 ? 1 : d); back += 1)
    for (let j = 0; j < k; j += 1) total += positionAt(row, row.end - back - j, n);
  return output === 0 ? total / k : total / (k * d);
}

function positionAt({ high, low, close }: Row, end: number, n: number): number {
  const top = at(high, placeOfHighest(high, end - n, end));
  const bottom = at(low, placeOfLowest(low, end - n, end));
  return top - bottom < FLAT ? 0 : ((at(close, end - 1) - bottom) / (top - bottom)) * 100;
}

function typical({ high, low, close }: Row, i: number): number {
  return (at(high, i) + at(low, i) + at(close, i)) / 3;
}

export function channelIndex(row: Row, n: number): number {
  const { end } = row;
  let mean = 0;
  for (let i = end - n; i < end; i += 1) mean += typical(row, i);
  mean /= n;
  let distance = 0;
  for (let i = end - n; i < end; i += 1) distance += Math.abs(typical(row, i) - mean);
  const off = typical(row, end - 1) - mean;
  return off === 0 || distance === 0 ? 0 : off / ((0.015 * distance) / n);
}

export function moneyFlow(row: Row, n: number): number {
  const { volume, end } = row;
  let gained = 0;
  let all = 0;
  let before = typical(row, end - n - 1);
  for (let i = end - n; i < end; i += 1) {
    const price = typical(row, i);
    const flow = price * at(volume, i);
    gained += flow * +(price > before);
    all += flow * (+(price > before) + +(price < before));
    before = price;
  }
  return all < 1 ? 0 : (100 * gained) / all;
}
