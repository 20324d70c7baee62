import type { Bars } from "#modules/indicators";
import { INDICATORS, createArena, evaluate } from "#modules/indicators";

const byName = new Map(INDICATORS.map((indicator) => [indicator.name, indicator]));

/** A generator of numbers from 0 to 1 that a seed settles. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const cents = (price: number): number => Math.max(1, Math.round(price * 100)) / 100;

/** Bars that look real: a walk in cents, with flat stretches, gaps and bars without a body. */
export function someBars(seed: number, length: number): Bars {
  const next = random(seed);
  const bars = {
    length,
    day: Int32Array.from({ length }, (_, i) => 20_000 + i),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  };
  let last = 20 + next() * 200;
  for (let i = 0; i < length; i += 1) {
    const calm = next() < 0.05 ? 0 : 0.02 * last;
    const open = next() < 0.3 ? last : cents(last + (next() - 0.5) * calm);
    const close = next() < 0.1 ? open : cents(open + (next() - 0.5) * calm * 2);
    const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = next() < 0.2 ? top : cents(top + next() * calm);
    bars.low[i] = next() < 0.2 ? bottom : Math.min(bottom, cents(bottom - next() * calm * 0.5));
    bars.volume[i] = Math.round(1_000 + next() * 100_000);
    last = close;
  }
  return bars;
}

export function ours(
  bars: Bars,
  name: string,
  params: readonly number[],
  inputs?: readonly Float64Array[],
): readonly Float64Array[] {
  const indicator = byName.get(name);
  if (!indicator) throw new Error(`There is no ${name}.`);
  const given = inputs ?? indicator.inputs.map(({ default: field }) => bars[(field ?? "close") as "close"]);
  return evaluate(indicator, { bars, inputs: given, params }, createArena());
}
