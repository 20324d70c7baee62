import type { Bars, Indicator, Series } from "./types.ts";

/**
 * Scratch that is handed out piece by piece and taken back all at once, so that a scan of thousands of symbols
 * allocates nothing. It grows to what the hungriest symbol has needed.
 */
export interface Arena {
  take(length: number): Series;
  reset(): void;
}

/** Pieces are made for a common history, so that they seldom grow. */
const LEAST = 544;

/**
 * The n-th piece of one symbol is the same memory as that of the symbol before, and the very same view where it is as
 * long: cutting views costs more than many a computation.
 */
export function createArena(): Arena {
  const buffers: Series[] = [];
  const views: Series[] = [];
  let next = 0;
  return {
    take(length) {
      const index = next;
      next += 1;
      const view = views[index];
      if (view?.length === length) return view;
      let buffer = buffers[index];
      if (!buffer || buffer.length < length) {
        buffer = new Float64Array(Math.max(length, LEAST));
        buffers[index] = buffer;
      }
      const made = buffer.subarray(0, length);
      views[index] = made;
      return made;
    },
    reset() {
      next = 0;
    },
  };
}

export interface Evaluation {
  readonly bars: Bars;
  readonly inputs: readonly Series[];
  readonly params: readonly number[];
}

/**
 * Computes an indicator over one symbol. A series is cut where one of its inputs is missing: what looks back over the
 * gap is missing too, and what follows from the value before begins anew behind it.
 *
 * @returns one series for each output, good until the arena is reset
 */
export function evaluate(indicator: Indicator, call: Evaluation, arena: Arena): readonly Series[] {
  const { length } = call.bars;
  const runs = call.inputs.length === 0 ? [[0, length] as const] : runsOf(call.inputs, length);
  const [only] = runs;
  if (only && runs.length === 1 && only[0] === 0 && only[1] === length)
    return indicator.compute({ ...call, take: () => arena.take(length) });
  const outputs = indicator.outputs.map(() => arena.take(length).fill(NaN));
  for (const [from, to] of runs) {
    const inputs = call.inputs.map((series) => series.subarray(from, to));
    const part = { bars: slice(call.bars, from, to), inputs, params: call.params };
    const results = indicator.compute({ ...part, take: () => arena.take(to - from) });
    results.forEach((result, index) => outputs[index]?.set(result, from));
  }
  return outputs;
}

/** The stretches in which no input is missing, as pairs of begin and end. */
function runsOf(inputs: readonly Series[], length: number): (readonly [number, number])[] {
  if (inputs.every(isWhole)) return [[0, length]];
  const runs: (readonly [number, number])[] = [];
  let from = 0;
  for (let i = 0; i <= length; i += 1) {
    if (i < length && inputs.every((series) => Number.isFinite(series[i]))) continue;
    if (i > from) runs.push([from, i]);
    from = i + 1;
  }
  return runs;
}

/** Whether nothing is missing: a difference of a finite number with itself is 0, and only then. */
function isWhole(series: Series): boolean {
  let sum = 0;
  for (let i = 0; i < series.length; i += 1) sum += (series[i] as number) - (series[i] as number);
  return sum === 0;
}

/** A stretch of a symbol's bars as views of the same memory, each made when it is first looked at. */
class BarSlice implements Bars {
  readonly length: number;
  readonly #bars: Bars;
  readonly #from: number;
  readonly #views: { -readonly [K in Exclude<keyof Bars, "length">]?: Bars[K] } = {};

  constructor(bars: Bars, from: number, to: number) {
    this.length = to - from;
    this.#bars = bars;
    this.#from = from;
  }

  get day(): Int32Array {
    return (this.#views.day ??= this.#bars.day.subarray(this.#from, this.#from + this.length));
  }

  get open(): Series {
    return (this.#views.open ??= this.#cut(this.#bars.open));
  }

  get high(): Series {
    return (this.#views.high ??= this.#cut(this.#bars.high));
  }

  get low(): Series {
    return (this.#views.low ??= this.#cut(this.#bars.low));
  }

  get close(): Series {
    return (this.#views.close ??= this.#cut(this.#bars.close));
  }

  get volume(): Series {
    return (this.#views.volume ??= this.#cut(this.#bars.volume));
  }

  #cut(series: Series): Series {
    return series.subarray(this.#from, this.#from + this.length);
  }
}

/** The bars from one index up to another. */
export function slice(bars: Bars, from: number, to: number): Bars {
  return new BarSlice(bars, from, to);
}
