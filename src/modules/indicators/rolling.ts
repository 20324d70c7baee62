import type { Series } from "./types.ts";
import { at } from "./types.ts";

/** Kernels that the indicators are made of. Each writes NaN up to its first value and returns `out`. */

/** Marks the first values of a result as not defined. */
export function blank(out: Series, count: number): Series {
  return out.fill(NaN, 0, Math.min(count, out.length));
}

/** Sum of the last `n` values. */
export function sum(x: Series, n: number, out: Series): Series {
  blank(out, n - 1);
  let total = 0;
  for (let i = 0; i < Math.min(n - 1, x.length); i += 1) total += at(x, i);
  for (let i = n - 1; i < x.length; i += 1) {
    total += at(x, i);
    out[i] = total;
    total -= at(x, i - n + 1);
  }
  return out;
}

/** Mean of the last `n` values. */
export function sma(x: Series, n: number, out: Series): Series {
  sum(x, n, out);
  for (let i = n - 1; i < x.length; i += 1) out[i] = at(out, i) / n;
  return out;
}

/** Exponential mean with the factor `alpha`, begun with the plain mean of the first `n` values. */
export function smooth(x: Series, rule: { readonly n: number; readonly alpha: number }, out: Series): Series {
  const { n, alpha } = rule;
  blank(out, n - 1);
  if (x.length < n) return out;
  let value = 0;
  for (let i = 0; i < n; i += 1) value += at(x, i);
  value /= n;
  out[n - 1] = value;
  const kept = 1 - alpha;
  for (let i = n; i < x.length; i += 1) {
    value = value * kept + at(x, i) * alpha;
    out[i] = value;
  }
  return out;
}

/** Exponential mean with the factor 2 / (n + 1). */
export function ema(x: Series, n: number, out: Series): Series {
  return smooth(x, { n, alpha: 2 / (n + 1) }, out);
}

/** Wilder's mean: an exponential one with the factor 1 / n. */
export function wilder(x: Series, n: number, out: Series): Series {
  return smooth(x, { n, alpha: 1 / n }, out);
}

/** Mean of the last `n` values with the weights 1 to n, the newest the heaviest. */
export function wma(x: Series, n: number, out: Series): Series {
  blank(out, n - 1);
  const divisor = (n * (n + 1)) / 2;
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < x.length; i += 1) {
    const leaving = i >= n ? at(x, i - n) : 0;
    weighted += i >= n ? n * at(x, i) - total : (i + 1) * at(x, i);
    total += at(x, i) - leaving;
    if (i >= n - 1) out[i] = weighted / divisor;
  }
  return out;
}

/** Visits each bar from the n-th on with the index of the largest of its last `n` values, the newest among equals. */
export function indexOfHighest(x: Series, n: number, visit: (i: number, best: number) => void): void {
  let best = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (best <= i - n) best = newestHighest(x, i - n + 1, i);
    else if (at(x, i) >= at(x, best)) best = i;
    if (i >= n - 1) visit(i, best);
  }
}

function newestHighest(x: Series, from: number, to: number): number {
  let best = from;
  for (let i = from + 1; i <= to; i += 1) if (at(x, i) >= at(x, best)) best = i;
  return best;
}

/** Visits each bar from the n-th on with the index of the smallest of its last `n` values, the newest among equals. */
export function indexOfLowest(x: Series, n: number, visit: (i: number, best: number) => void): void {
  let best = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (best <= i - n) best = newestLowest(x, i - n + 1, i);
    else if (at(x, i) <= at(x, best)) best = i;
    if (i >= n - 1) visit(i, best);
  }
}

function newestLowest(x: Series, from: number, to: number): number {
  let best = from;
  for (let i = from + 1; i <= to; i += 1) if (at(x, i) <= at(x, best)) best = i;
  return best;
}

/** The largest of the last `n` values. */
export function highest(x: Series, n: number, out: Series): Series {
  blank(out, n - 1);
  indexOfHighest(x, n, (i, best) => {
    out[i] = at(x, best);
  });
  return out;
}

/** The smallest of the last `n` values. */
export function lowest(x: Series, n: number, out: Series): Series {
  blank(out, n - 1);
  indexOfLowest(x, n, (i, best) => {
    out[i] = at(x, best);
  });
  return out;
}

/** Mean squared distance from the mean over the last `n` values, computed afresh for each, so that nothing cancels. */
export function variance(x: Series, n: number, out: Series): Series {
  blank(out, n - 1);
  for (let i = n - 1; i < x.length; i += 1) {
    let mean = 0;
    for (let j = i - n + 1; j <= i; j += 1) mean += at(x, j);
    mean /= n;
    let squares = 0;
    for (let j = i - n + 1; j <= i; j += 1) squares += (at(x, j) - mean) * (at(x, j) - mean);
    out[i] = squares / n;
  }
  return out;
}

/** Square root of the variance. */
export function deviation(x: Series, n: number, out: Series): Series {
  variance(x, n, out);
  for (let i = n - 1; i < x.length; i += 1) out[i] = Math.sqrt(at(out, i));
  return out;
}

/** Fills `out` index by index from `from` on, NaN before it. */
export function fill(out: Series, from: number, value: (i: number) => number): Series {
  blank(out, from);
  for (let i = from; i < out.length; i += 1) out[i] = value(i);
  return out;
}

/** Applies a kernel to what follows the first `skip` values, which are not defined, and marks them so in `out`. */
export function after(
  skip: number,
  source: { readonly x: Series; readonly out: Series },
  kernel: (x: Series, out: Series) => void,
): Series {
  blank(source.out, skip);
  if (skip < source.x.length) kernel(source.x.subarray(skip), source.out.subarray(skip));
  return source.out;
}
