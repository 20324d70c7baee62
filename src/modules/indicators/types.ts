/**
 * What must stay true: a kernel sees one unbroken run of values, oldest first, without a missing one among them, and
 * writes NaN wherever its result is not defined yet. Whoever calls it cuts series at their gaps (`evaluate`).
 */

/** Values of one symbol, oldest first. NaN is a missing value. */
export type Series = Float64Array;

/** The bars of one symbol, oldest first, adjusted for splits. All arrays have the same length. */
export interface Bars {
  readonly length: number;
  /** Days since 1970. */
  readonly day: Int32Array;
  readonly open: Series;
  readonly high: Series;
  readonly low: Series;
  readonly close: Series;
  readonly volume: Series;
}

export interface Parameter {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Whether fractions are allowed, as for a multiplier. */
  readonly fraction?: boolean;
}

/** One computation over one unbroken run of one symbol. */
export interface Call {
  readonly bars: Bars;
  /** The series arguments, of the same length as the bars. */
  readonly inputs: readonly Series[];
  readonly params: readonly number[];
  /** Scratch of the length of the run, with anything in it, good until the next symbol. */
  readonly take: () => Series;
}

export interface Indicator {
  readonly name: string;
  readonly title: string;
  readonly group: "average" | "momentum" | "trend" | "volatility" | "volume" | "statistics" | "pattern";
  /** What it computes, in words or symbols. */
  readonly formula: string;
  /** Whose definition it follows. */
  readonly source: string;
  /** Names of the series arguments; a default makes an argument optional. */
  readonly inputs: readonly { readonly name: string; readonly default?: string }[];
  readonly params: readonly Parameter[];
  /** The first one is meant when none is named. */
  readonly outputs: readonly string[];
  /** `condition` answers 1, 0 or missing. */
  readonly result: "number" | "condition";
  /**
   * How many bars the newest value depends on. Infinity: all of them, because each value follows from the one before.
   * The first value comes with this bar, or for those with `Infinity` with bar `warmUp`.
   */
  readonly window: (params: readonly number[]) => number;
  /** How many bars come before the first value; where it is left out, the window less one. */
  readonly warmUp?: (params: readonly number[]) => number;
  readonly compute: (call: Call) => readonly Series[];
}

/** A value that is known to be there: the index is within the series. */
export function at(series: Series, index: number): number {
  return series[index] as number;
}

/** The n-th parameter; the language has filled in what was left out. */
export function param(call: { readonly params: readonly number[] }, index: number): number {
  return call.params[index] as number;
}

/** The n-th series argument. */
export function input(call: { readonly inputs: readonly Series[] }, index: number): Series {
  return call.inputs[index] as Series;
}

/** A length in bars. */
export function period(value: number, name = "n", max = 500): Parameter {
  return { name, default: value, min: 1, max };
}

export const ALL = (): number => Infinity;
