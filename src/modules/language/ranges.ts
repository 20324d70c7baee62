import type { Comparison } from "./syntax.ts";

/**
 * Comparisons with a number, six in one loop and without a branch: whether a price passes is a coin toss for the
 * processor. Each is brought to the form `sign * x >= low`; a missing value (NaN) passes none.
 */
export interface Bound {
  readonly column: Float64Array;
  readonly sign: 1 | -1;
  readonly low: number;
}

/** What a comparison of a column with a number comes to; null where it is none of these. */
export function boundsOf(column: Float64Array, operator: Comparison, value: number): readonly Bound[] | null {
  switch (operator) {
    case "<":
      return [{ column, sign: -1, low: above(-value) }];
    case "<=":
      return [{ column, sign: -1, low: -value }];
    case ">":
      return [{ column, sign: 1, low: above(value) }];
    case ">=":
      return [{ column, sign: 1, low: value }];
    case "==":
      return [
        { column, sign: 1, low: value },
        { column, sign: -1, low: -value },
      ];
    case "!=":
      return null;
  }
}

const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

/** The next larger number; none, and so nothing passes, above infinity. */
function above(value: number): number {
  if (value === Infinity) return NaN;
  if (value === 0) return Number.MIN_VALUE;
  number[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return number[0];
}

const AT_ONCE = 6;

/** Clears the mask wherever a column does not reach its bound. */
export function keepWithin(mask: Uint8Array, bounds: readonly Bound[]): void {
  for (let start = 0; start < bounds.length; start += AT_ONCE) {
    const group = bounds.slice(start, start + AT_ONCE);
    const [first] = group as [Bound];
    if (group.length === 1) keepOne(mask, first);
    // What is missing to a full group is its first bound once more.
    else keepSix(mask, [...group, ...Array.from({ length: AT_ONCE - group.length }, () => first)] as Six<Bound>);
  }
}

type Six<T> = [T, T, T, T, T, T];
/** The index is within the column. */
const at = (column: Float64Array, index: number): number => column[index] as number;

function keepOne(mask: Uint8Array, { column, sign, low }: Bound): void {
  const { length } = mask;
  for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +(at(column, i) * sign >= low);
}

function keepSix(mask: Uint8Array, [a, b, c, d, e, f]: Six<Bound>): void {
  const { column: colA, sign: signA, low: lowA } = a;
  const { column: colB, sign: signB, low: lowB } = b;
  const { column: colC, sign: signC, low: lowC } = c;
  const { column: colD, sign: signD, low: lowD } = d;
  const { column: colE, sign: signE, low: lowE } = e;
  const { column: colF, sign: signF, low: lowF } = f;
  const { length } = mask;
  for (let i = 0; i < length; i += 1)
    mask[i] =
      (mask[i] as number) &
      +(at(colA, i) * signA >= lowA) &
      +(at(colB, i) * signB >= lowB) &
      +(at(colC, i) * signC >= lowC) &
      +(at(colD, i) * signD >= lowD) &
      +(at(colE, i) * signE >= lowE) &
      +(at(colF, i) * signF >= lowF);
}
