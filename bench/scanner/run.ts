/** `npm run bench:scanner`: indicators and filters of the scanner against their peers, in one run, as ratios. */
import type { Bars } from "../../src/modules/indicators/index.ts";
import { slice } from "../../src/modules/indicators/index.ts";
import type { Universe } from "../../src/modules/language/index.ts";
import { compileColumn, compileCondition, createColumnEvaluator } from "../../src/modules/language/index.ts";
import { measureFilter } from "./filter.ts";
import { medianCpuMs, medianMs, someBars } from "./market.ts";
import { measureServed } from "./served.ts";
import { createTaLib } from "./talib.ts";

const SYMBOLS = 5_000;
const BARS = 500;
const COLUMNS = [
  "sma(close, 20)",
  "sma(close, 50)",
  "sma(close, 200)",
  "ema(close, 12)",
  "ema(close, 26)",
  "rsi(close, 14)",
  "macd(close, 12, 26, 9)",
  "bbands(close, 20, 2).upper",
  "atr(14)",
  "adx(14)",
  "stoch(14, 3, 3)",
  "cci(20)",
  "williams_r(14)",
  "mfi(14)",
  "obv()",
  "roc(close, 10)",
  "mom(close, 10)",
  "stddev(close, 20)",
  "highest(high, 252)",
  "lowest(low, 252)",
];

const market = someBars(SYMBOLS, BARS);
const universeOf = (): Universe => ({
  size: SYMBOLS,
  bars: (symbol: number) => market[symbol] as (typeof market)[number],
  index: () => new Float64Array(BARS),
  fact: () => NaN,
  text: () => null,
  known: new Map<string, Float64Array>(),
  history: () => 0,
  kept: new Map(),
});

const values = COLUMNS.map((text) => {
  const compiled = compileColumn(text);
  if (!compiled.ok || compiled.result.type !== "number") throw new Error(text);
  return compiled.result.value;
});

function ours(): Float64Array[] {
  const evaluator = createColumnEvaluator(universeOf());
  return evaluator.columns(values);
}

const talib = createTaLib(BARS);
const [mine, theirs] = [ours(), talib(market)];
let worst = 0;
mine.forEach((column, index) =>
  column.forEach((value, symbol) => {
    const other = theirs[symbol]?.[index] ?? NaN;
    worst = Math.max(worst, Math.abs(value - other) / Math.max(1e-3, Math.abs(other)));
  }),
);
console.log(
  `${SYMBOLS} symbols x ${BARS} bars, ${COLUMNS.length} columns, newest values; agreement with TA-Lib: ${worst.toExponential(1)}\n`,
);

const ourMs = medianCpuMs(9, ours);
const rows: [string, number, number][] = [["Bourse", ourMs, 1]];
const talibMs = medianCpuMs(5, () => talib(market));
rows.push(["TA-Lib (talib-web, called directly)", talibMs, talibMs / ourMs]);
interface Peer {
  readonly name: string;
  /** How many of the columns it computes. */
  readonly columns: number;
  readonly run: (bars: readonly Bars[]) => void;
}

const { PEERS } = (await import(new URL("../peers/indicator-libraries.js", import.meta.url).href)) as {
  PEERS: readonly Peer[];
};
const few = market.slice(0, 100);
for (const peer of PEERS) {
  const ms = medianCpuMs(3, () => peer.run(few)) * (SYMBOLS / few.length) * (COLUMNS.length / peer.columns);
  rows.push([`${peer.name} (${peer.columns} of them, 100 symbols, scaled)`, ms, ms / ourMs]);
}
console.log("| indicators | ms of processor | times ours |\n| --- | --- | --- |");
for (const [name, ms, ratio] of rows) console.log(`| ${name} | ${ms.toFixed(1)} | ${ratio.toFixed(1)} |`);

// One new bar for everybody: columns go on from what they kept of the bar before.
const yesterday = market.map((bars) => slice(bars, 0, BARS - 1));
const kept: Universe["kept"] = new Map();
createColumnEvaluator({ ...universeOf(), bars: (symbol) => yesterday[symbol] as Bars, kept }).columns(values);
const before = new Map([...kept].map(([key, state]) => [key, structuredClone(state)]));
const goOn = (): Float64Array[] => {
  for (const [key, state] of before) {
    kept.get(key)?.numbers.set(state.numbers);
    kept.get(key)?.followed.set(state.followed);
  }
  const startedAt = process.cpuUsage();
  const found = createColumnEvaluator({ ...universeOf(), kept }).columns(values);
  const { user, system } = process.cpuUsage(startedAt);
  stepTimes.push((user + system) / 1_000);
  return found;
};
const stepTimes: number[] = [];
for (let run = 0; run < 12; run += 1) goOn();
goOn().forEach((column, index) =>
  column.forEach((value, symbol) => {
    const whole = mine[index]?.[symbol] ?? NaN;
    if (Math.abs(value - whole) > 1e-9 * Math.max(1, Math.abs(whole))) throw new Error(COLUMNS[index]);
  }),
);
const stepMs = stepTimes.toSorted((a, b) => a - b)[stepTimes.length >> 1] ?? NaN;
const readMs = medianCpuMs(9, () => {
  let total = 0;
  for (const bars of market)
    for (const column of [bars.open, bars.high, bars.low, bars.close, bars.volume])
      for (let i = 0; i < BARS; i += 1) total += column[i] as number;
  return total;
});
console.log(`\n| one new bar for all symbols, ${COLUMNS.length} columns | ms | times reading |\n| --- | --- | --- |`);
console.log(`| reading all bars | ${readMs.toFixed(1)} | 1.0 |`);
console.log(`| the new bar | ${stepMs.toFixed(1)} | ${(stepMs / readMs).toFixed(2)} |`);
console.log(`| all of them anew | ${ourMs.toFixed(1)} | ${(ourMs / readMs).toFixed(2)} |`);

const filter = await measureFilter();
console.log(`\n| filter, 6 of 60 columns, 10,000 rows | µs | times ours |\n| --- | --- | --- |`);
console.log(`| Bourse | ${filter.ourMicros.toFixed(1)} | 1.0 |`);
console.log(`| DuckDB | ${filter.duckMicros.toFixed(1)} | ${(filter.duckMicros / filter.ourMicros).toFixed(1)} |`);
console.log(`| D1 | ${filter.d1Micros.toFixed(1)} | ${(filter.d1Micros / filter.ourMicros).toFixed(1)} |`);

const scan = compileCondition(
  "crosses_above(close, sma(close, 50)) and rsi(14) < 60 and atr(14) / close > 0.01 and volume > 2 * avg(volume, 20)",
);
if (!scan.ok) throw new Error(scan.fault.message);
const cold = await medianMs(5, () => createColumnEvaluator(universeOf()).matches(scan.result));
const warm = universeOf();
const hot = await medianMs(50, () => createColumnEvaluator(warm).matches(scan.result));
console.log(
  `\nA scan with three indicators and a crossing over ${SYMBOLS} symbols: ${cold.toFixed(1)} ms the first time, ${(hot * 1_000).toFixed(0)} µs again.`,
);

const middle = (times: readonly number[]): string =>
  (times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN).toFixed(1);
const served = await measureServed();
console.log(
  `\nPOST /scanner/run over ${served.symbols} symbols (${served.rows} bars imported in ${served.importSeconds.toFixed(0)} s), a crossing and three indicators, on a socket:`,
);
console.log(
  `first ${served.firstMs.toFixed(0)} ms, again p50 ${middle(served.again)} ms, with new periods each time p50 ${middle(served.anew)} ms`,
);
