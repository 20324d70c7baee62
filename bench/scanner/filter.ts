/** Six conditions over 10,000 rows of 60 columns: the language against DuckDB and D1, counting the same rows. */
import { compileCondition, createColumnEvaluator } from "../../src/modules/language/index.ts";
import { d1Filter } from "./d1.ts";
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
  readonly d1Micros: number;
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
    history: () => 0,
    kept: new Map(),
  };
  const compiled = compileCondition(
    CONDITIONS.map(([n, operator, bound]) => `sma(close, ${n + 2}) ${operator} ${bound}`).join(" and "),
  );
  if (!compiled.ok) throw new Error(compiled.fault.message);
  const evaluator = createColumnEvaluator(universe);
  const count = (): number => {
    // Four masks in a word: no byte of the sum overflows within 255 words.
    const words = new Uint32Array(evaluator.matches(compiled.result).buffer);
    let matched = 0;
    for (let start = 0; start < words.length; start += 255) {
      let sum = 0;
      const end = Math.min(words.length, start + 255);
      for (let i = start; i < end; i += 1) sum = (sum + (words[i] as number)) >>> 0;
      matched += (sum & 255) + ((sum >>> 8) & 255) + ((sum >>> 16) & 255) + (sum >>> 24);
    }
    return matched;
  };
  for (let i = 0; i < 2_000; i += 1) count();
  const ourMs = await medianMs(2_000, count);
  const peer = (await import(new URL("../peers/duck-filter.js", import.meta.url).href)) as {
    duckFilter: (
      table: readonly Float64Array[],
      conditions: typeof CONDITIONS,
    ) => Promise<{ micros: number; matched: number }>;
  };
  const duck = await peer.duckFilter(table, CONDITIONS);
  const d1 = await d1Filter(
    table,
    CONDITIONS.map(([n, operator, bound]) => `c${n} ${operator} ${bound}`).join(" and "),
  );
  if (duck.matched !== count() || d1.matched !== count()) throw new Error("The filters disagree.");
  return { ourMicros: ourMs * 1_000, duckMicros: duck.micros, d1Micros: d1.micros, matched: duck.matched };
}
