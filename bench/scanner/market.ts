/** A made-up market for measuring: the same walk for everybody. */
import type { Bars } from "../../src/modules/indicators/index.ts";

export function someBars(symbols: number, length: number): Bars[] {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: symbols }, () => {
    const column = (): Float64Array => new Float64Array(length);
    const bars = {
      length,
      day: Int32Array.from({ length }, (_, i) => 20_000 + i),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    };
    let price = 10 + next() * 200;
    for (let i = 0; i < length; i += 1) {
      const open = price;
      price = Math.max(1, price * (1 + (next() - 0.5) * 0.04));
      bars.open[i] = open;
      bars.close[i] = price;
      bars.high[i] = Math.max(open, price) * (1 + next() * 0.01);
      bars.low[i] = Math.min(open, price) * (1 - next() * 0.01);
      bars.volume[i] = Math.round(1_000 + next() * 1e6);
    }
    return bars;
  });
}

/** The median of some runs, in milliseconds, after one to warm up. */
export async function medianMs(runs: number, work: () => unknown): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[runs >> 1] ?? NaN;
}

/**
 * The median of some runs in milliseconds of processor time, after one to warm up: what others do on the machine
 * meanwhile does not count. For work on one thread that waits for nothing.
 */
export function medianCpuMs(runs: number, work: () => unknown): number {
  work();
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return times.toSorted((a, b) => a - b)[runs >> 1] ?? NaN;
}
