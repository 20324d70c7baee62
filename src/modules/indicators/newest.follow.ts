import type { Series } from "./types.ts";
import { at } from "./types.ts";

/**
 * Chains of values, each made from the one before, followed to their end without keeping what lies between. Four steps
 * are taken at once, since the processor would otherwise wait for each before it begins the next: the value four bars on
 * is `k⁴ v` plus what those bars bring, which depends on none of them.
 */

/** One symbol on its way through the kernels; one and the same object for all symbols. */
export interface Row {
  open: Series;
  high: Series;
  low: Series;
  close: Series;
  volume: Series;
  /** The series argument, where there is one. */
  x: Series;
  /** How many bars are looked at. */
  end: number;
  /** How many of them were followed before: what is kept of them stands at `place` of `kept`. 0 begins anew. */
  from: number;
  kept: Series;
  place: number;
}

/** Follows `v = (1 - alpha) v + alpha x` from where the row is to its end. */
export function followMean(row: Row, alpha: number, begin: { readonly from: number; readonly value: number }): number {
  const { x, end } = row;
  const k = 1 - alpha;
  const k2 = k * k;
  const k3 = k2 * k;
  const k4 = k2 * k2;
  let { value } = begin;
  let i = begin.from;
  for (; i + 3 < end; i += 4) {
    const brought = at(x, i) * k3 + at(x, i + 1) * k2 + (at(x, i + 2) * k + at(x, i + 3));
    value = value * k4 + brought * alpha;
  }
  for (; i < end; i += 1) value = value * k + at(x, i) * alpha;
  return value;
}

/** Sum of a stretch, in four parts. */
export function sumOf(x: Series, from: number, end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < end; i += 4) {
    a += at(x, i);
    b += at(x, i + 1);
    c += at(x, i + 2);
    d += at(x, i + 3);
  }
  for (; i < end; i += 1) a += at(x, i);
  return a + b + (c + d);
}

/** Mean squared distance from the mean. */
export function varianceOf(x: Series, from: number, end: number): number {
  const mean = sumOf(x, from, end) / (end - from);
  let a = 0;
  let b = 0;
  let i = from;
  for (; i + 1 < end; i += 2) {
    const left = at(x, i) - mean;
    const right = at(x, i + 1) - mean;
    a += left * left;
    b += right * right;
  }
  for (; i < end; i += 1) a += (at(x, i) - mean) * (at(x, i) - mean);
  return (a + b) / (end - from);
}

/** Index of the largest value of a stretch, the newest among equals. */
export function placeOfHighest(x: Series, from: number, end: number): number {
  let a = at(x, from);
  let b = a;
  let i = from + 1;
  for (; i + 1 < end; i += 2) {
    if (at(x, i) > a) a = at(x, i);
    if (at(x, i + 1) > b) b = at(x, i + 1);
  }
  for (; i < end; i += 1) if (at(x, i) > a) a = at(x, i);
  return placeOf(x, a > b ? a : b, end);
}

/** Index of the smallest value of a stretch, the newest among equals. */
export function placeOfLowest(x: Series, from: number, end: number): number {
  let a = at(x, from);
  let b = a;
  let i = from + 1;
  for (; i + 1 < end; i += 2) {
    if (at(x, i) < a) a = at(x, i);
    if (at(x, i + 1) < b) b = at(x, i + 1);
  }
  for (; i < end; i += 1) if (at(x, i) < a) a = at(x, i);
  return placeOf(x, a < b ? a : b, end);
}

function placeOf(x: Series, value: number, end: number): number {
  let i = end - 1;
  while (at(x, i) !== value) i -= 1;
  return i;
}
