/** Six conditions over 10,000 rows of 60 columns: the language against DuckDB, counting the same rows. */
import { compileCondition, createColumnEvaluator } from "../../src/modules/language/index.ts";
import { medianMs } from "./market.ts";

const ROWS = 10_000;
const COLUMNS = 60;
const NO_BARS = {
  length: 0,
  day: new Int32Array(),
  open: new Float64Array(),
  high: new Float64Array(),
  low: new Float64Array(),
  close: new Float64Array(),
  volume: new Float64Array(),
};
const CONDITIONS = [
  [2, ">", 0.2],
  [11, "<", 0.9],
  [23, ">=", 0.1],
  [34, "<=", 0.8],
  [45, ">", 0.05],
  [56, "<", 0.95],
] as const;

export interface FilterReport {
  readonly ourMicros: number;
  readonly duckMicros: number;
  readonly matched: number;
}

export async function measureFilter(): Promise<FilterReport> {
  const table = Array.from({ length: COLUMNS }, () => Float64Array.from({ length: ROWS }, () => Math.random()));
  const known = new Map(table.map((column, index) => [`sma(close, ${index + 2})@0`, column]));
  const universe = {
    size: ROWS,
    bars: () => NO_BARS,
    index: () => new Float64Array(),
    fact: () => NaN,
    text: () => null,
    known,
  };
  const compiled = compileCondition(
    CONDITIONS.map(([n, operator, bound]) => `sma(close, ${n + 2}) ${operator} ${bound}`).join(" and "),
  );
  if (!compiled.ok) throw new Error(compiled.fault.message);
  const evaluator = createColumnEvaluator(universe);
  const count = (): number => {
    const mask = evaluator.matches(compiled.result);
    let matched = 0;
    for (let i = 0; i < mask.length; i += 1) matched += mask[i] as number;
    return matched;
  };
  const repeats = 200;
  const ourMs = await medianMs(9, () => {
    for (let i = 0; i < repeats; i += 1) count();
  });
  const peer = (await import(new URL("../peers/duck-filter.js", import.meta.url).href)) as {
    duckFilter: (
      table: readonly Float64Array[],
      conditions: typeof CONDITIONS,
    ) => Promise<{ micros: number; matched: number }>;
  };
  const duck = await peer.duckFilter(table, CONDITIONS);
  if (duck.matched !== count()) throw new Error("The two filters disagree.");
  return { ourMicros: (ourMs / repeats) * 1_000, duckMicros: duck.micros, matched: duck.matched };
}
