import type { Row } from "./newest.follow.ts";
import { placeOfHighest, placeOfLowest } from "./newest.follow.ts";
import { at } from "./types.ts";

/** Newest values of what is made of a bar and the one before it. */

/** Wilder's means of rises and falls: half the sum of a change and its size is the rise. */
export function strength(row: Row, n: number): number {
  const { x, end, kept, place } = row;
  let changed = row.from === 0 ? 0 : at(kept, place);
  let moved = row.from === 0 ? 0 : at(kept, place + 1);
  let i = row.from === 0 ? 1 : row.from;
  for (; i <= n; i += 1) {
    changed += at(x, i) - at(x, i - 1);
    moved += Math.abs(at(x, i) - at(x, i - 1));
  }
  const k = 1 - 1 / n;
  const k2 = k * k;
  const k3 = k2 * k;
  const k4 = k2 * k2;
  for (; i + 3 < end; i += 4) {
    const a = at(x, i) - at(x, i - 1);
    const b = at(x, i + 1) - at(x, i);
    const c = at(x, i + 2) - at(x, i + 1);
    const d = at(x, i + 3) - at(x, i + 2);
    changed = changed * k4 + (a * k3 + b * k2 + (c * k + d));
    moved = moved * k4 + (Math.abs(a) * k3 + Math.abs(b) * k2 + (Math.abs(c) * k + Math.abs(d)));
  }
  for (; i < end; i += 1) {
    changed = changed * k + (at(x, i) - at(x, i - 1));
    moved = moved * k + Math.abs(at(x, i) - at(x, i - 1));
  }
  kept[place] = changed;
  kept[place + 1] = moved;
  return moved < 1e-14 * n ? 0 : (50 * (moved + changed)) / moved;
}

/** Wilder's mean of the true range, begun with the plain mean of bars 1 to n. */
export function averageRange(row: Row, n: number): number {
  const { high, low, close, end, kept, place } = row;
  const k = 1 - 1 / n;
  const begun = n + 1;
  // Twice the true ranges are followed, times n: halving and dividing is done once, at the end.
  let value = row.from === 0 ? 0 : at(kept, place);
  let before = at(close, row.from === 0 ? 0 : row.from - 1);
  for (let i = row.from === 0 ? 1 : row.from; i < end; i += 1) {
    const top = at(high, i);
    const bottom = at(low, i);
    const twice = top - bottom + Math.abs(top - before) + Math.abs(before - bottom);
    value = value * (i < begun ? 1 : k) + twice;
    before = at(close, i);
  }
  kept[place] = value;
  return value / (2 * n);
}

/** Less than any two prices differ by, so that a difference over its size and this is its sign. */
const TINY = 1e-300;

/** Wilder's mean of the directional index; twice the movements are summed, which cancels out. */
export function averageDirection(row: Row, n: number): number {
  const { high, low, end, kept, place } = row;
  const fresh = row.from === 0;
  let up = fresh ? 0 : at(kept, place);
  let down = fresh ? 0 : at(kept, place + 1);
  let adx = fresh ? 0 : at(kept, place + 2);
  const k = 1 - 1 / n;
  for (let i = fresh ? 1 : row.from; i < end; i += 1) {
    const rise = at(high, i) - at(high, i - 1);
    const fall = at(low, i - 1) - at(low, i);
    const risen = Math.abs(rise) + rise;
    const fallen = Math.abs(fall) + fall;
    const more = risen - fallen;
    const sign = more / (Math.abs(more) + TINY);
    const won = Math.abs(sign);
    const fade = i < n ? 1 : k;
    up = up * fade + risen * (won + sign);
    down = down * fade + fallen * (won - sign);
    if (i < n || up + down < 4e-14) continue;
    adx = adx * (i < 2 * n ? 1 : k) + Math.abs(down - up) / (up + down);
  }
  kept[place] = up;
  kept[place + 1] = down;
  kept[place + 2] = adx;
  return (100 * adx) / n;
}

/** Volume of rising bars less that of falling ones. The first bar counts as rising. */
export function balance(row: Row): number {
  const { close, volume, end, kept, place } = row;
  let total = row.from === 0 ? at(volume, 0) : at(kept, place);
  let before = at(close, row.from === 0 ? 0 : row.from - 1);
  for (let i = row.from === 0 ? 1 : row.from; i < end; i += 1) {
    const moved = at(close, i) - before;
    total += (moved / (Math.abs(moved) + TINY)) * at(volume, i);
    before = at(close, i);
  }
  kept[place] = total;
  return total;
}

/** How far the close is below the highest high, in percent of the range. */
export function rangePosition({ high, low, close, end }: Row, n: number): number {
  const top = at(high, placeOfHighest(high, end - n, end));
  const bottom = at(low, placeOfLowest(low, end - n, end));
  return top === bottom ? 0 : (-100 * (top - at(close, end - 1))) / (top - bottom);
}
