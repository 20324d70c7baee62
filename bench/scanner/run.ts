/** `npm run bench:scanner`: indicators and filters of the scanner against their peers, in one run, as ratios. */
import type { Bars } from "../../src/modules/indicators/index.ts";
import { compileColumn, compileCondition, createColumnEvaluator } from "../../src/modules/language/index.ts";
import { measureFilter } from "./filter.ts";
import { medianMs, someBars } from "./market.ts";
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
const universeOf = () => ({
  size: SYMBOLS,
  bars: (symbol: number) => market[symbol] as (typeof market)[number],
  index: () => new Float64Array(BARS),
  fact: () => NaN,
  text: () => null,
  known: new Map<string, Float64Array>(),
});

const values = COLUMNS.map((text) => {
  const compiled = compileColumn(text);
  if (!compiled.ok || compiled.result.type !== "number") throw new Error(text);
  return compiled.result.value;
});

function ours(): Float64Array[] {
  const evaluator = createColumnEvaluator(universeOf());
  return values.map((value) => evaluator.column(value));
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

const ourMs = await medianMs(5, ours);
const rows: [string, number, number][] = [["Bourse", ourMs, 1]];
const talibMs = await medianMs(5, () => talib(market));
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
  const ms = (await medianMs(3, () => peer.run(few))) * (SYMBOLS / few.length) * (COLUMNS.length / peer.columns);
  rows.push([`${peer.name} (${peer.columns} of them, 100 symbols, scaled)`, ms, ms / ourMs]);
}
console.log("| indicators | ms | times ours |\n| --- | --- | --- |");
for (const [name, ms, ratio] of rows) console.log(`| ${name} | ${ms.toFixed(1)} | ${ratio.toFixed(1)} |`);

const filter = await measureFilter();
console.log(`\n| filter, 6 of 60 columns, 10,000 rows | µs | times ours |\n| --- | --- | --- |`);
console.log(`| Bourse | ${filter.ourMicros.toFixed(1)} | 1.0 |`);
console.log(`| DuckDB | ${filter.duckMicros.toFixed(1)} | ${(filter.duckMicros / filter.ourMicros).toFixed(1)} |`);

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
