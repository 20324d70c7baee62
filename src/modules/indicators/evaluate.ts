import type { Bars, Indicator, Series } from "./types.ts";

/**
 * Scratch that is handed out piece by piece and taken back all at once, so that a scan of thousands of symbols
 * allocates nothing. It grows to what the hungriest symbol has needed.
 */
export interface Arena {
  take(length: number): Series;
  reset(): void;
}

const CHUNK = 64 * 1024;

export function createArena(): Arena {
  const chunks: Series[] = [];
  let current = 0;
  let used = 0;
  return {
    take(length) {
      let chunk = chunks[current];
      if (chunk && used + length > chunk.length) {
        current += 1;
        used = 0;
        chunk = chunks[current];
      }
      if (!chunk || length > chunk.length) {
        chunk = new Float64Array(Math.max(CHUNK, length));
        chunks[current] = chunk;
      }
      used += length;
      return chunk.subarray(used - length, used);
    },
    reset() {
      current = 0;
      used = 0;
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
  const runs: (readonly [number, number])[] = [];
  let from = 0;
  for (let i = 0; i <= length; i += 1) {
    if (i < length && inputs.every((series) => Number.isFinite(series[i]))) continue;
    if (i > from) runs.push([from, i]);
    from = i + 1;
  }
  return runs;
}

/** The bars from one index up to another, as views of the same memory. */
export function slice(bars: Bars, from: number, to: number): Bars {
  return {
    length: to - from,
    day: bars.day.subarray(from, to),
    open: bars.open.subarray(from, to),
    high: bars.high.subarray(from, to),
    low: bars.low.subarray(from, to),
    close: bars.close.subarray(from, to),
    volume: bars.volume.subarray(from, to),
  };
}
