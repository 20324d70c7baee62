import type { Comparison } from "./syntax.ts";

/**
 * Comparisons of whole columns, each in a loop of its own: a scan spends its time here. A mask holds 1 where everything
 * so far held; a missing value (NaN) compares as false, for `!=` too.
 */

/** One number for each symbol, or the same for all. */
export type Operand = Float64Array | number;

/** The comparison that says the same with its sides changed over. */
export const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "==": "==",
  "!=": "!=",
};

/** Clears the mask wherever the comparison does not hold. */
export function keepWhere(mask: Uint8Array, operator: Comparison, operands: readonly [Operand, Operand]): void {
  const [left, right] = operands;
  if (typeof left === "number") {
    const column = typeof right === "number" ? new Float64Array(mask.length).fill(right) : right;
    return WITH_NUMBER[MIRRORED[operator]](mask, column, left);
  }
  if (typeof right === "number") return WITH_NUMBER[operator](mask, left, right);
  WITH_COLUMN[operator](mask, left, right);
}

const WITH_NUMBER: Readonly<Record<Comparison, (mask: Uint8Array, column: Float64Array, bound: number) => void>> = {
  "<": (mask, column, bound) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((column[i] as number) < bound);
  },
  "<=": (mask, column, bound) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((column[i] as number) <= bound);
  },
  ">": (mask, column, bound) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((column[i] as number) > bound);
  },
  ">=": (mask, column, bound) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((column[i] as number) >= bound);
  },
  "==": (mask, column, bound) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((column[i] as number) === bound);
  },
  "!=": (mask, column, bound) => {
    for (let i = 0; i < mask.length; i += 1) {
      const value = column[i] as number;
      mask[i] = (mask[i] as number) & (+(value < bound) | +(value > bound));
    }
  },
};

const WITH_COLUMN: Readonly<Record<Comparison, (mask: Uint8Array, left: Float64Array, right: Float64Array) => void>> = {
  "<": (mask, left, right) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((left[i] as number) < (right[i] as number));
  },
  "<=": (mask, left, right) => {
    const { length } = mask;
    for (let i = 0; i < length; i += 1) mask[i] = (mask[i] as number) & +((left[i] as number) <= (right[i] as number));
  },
  ">": (mask, left, right) => WITH_COLUMN["<"](mask, right, left),
  ">=": (mask, left, right) => WITH_COLUMN["<="](mask, right, left),
  "==": (mask, left, right) => {
    for (let i = 0; i < mask.length; i += 1) mask[i] = (mask[i] as number) & +(left[i] === right[i]);
  },
  "!=": (mask, left, right) => {
    for (let i = 0; i < mask.length; i += 1) {
      const a = left[i] as number;
      const b = right[i] as number;
      mask[i] = (mask[i] as number) & (+(a < b) | +(a > b));
    }
  },
};
