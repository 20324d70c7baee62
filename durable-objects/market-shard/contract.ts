import type { Cell } from "#kernel/order";

/** What a market shard is told and asked. A shard holds the bars of some thousand symbols; days count since 1970. */

export interface SymbolRecord {
  readonly symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly kind: "stock" | "fund" | "index";
  readonly sector: string | null;
  readonly industry: string | null;
  readonly country: string | null;
  readonly currency: string;
  readonly delistedOn: number | null;
  readonly shares: number | null;
  readonly fundamentals: Readonly<Record<string, number>>;
}

/** A split (new shares for one old one) or a dividend (cash for one share), effective from its day on. */
export interface ActionRecord {
  readonly symbol: string;
  readonly day: number;
  readonly kind: "split" | "dividend";
  readonly value: number;
}

/** Symbols and actions that have changed; `changedAt` is how far the shard then knows. */
export interface Catalogue {
  readonly symbols: readonly SymbolRecord[];
  readonly actions: readonly ActionRecord[];
  readonly changedAt: number;
}

/** Bars as traded, in columns: the n-th bar is that of `symbols[which[n]]`. */
export interface BarBatch {
  readonly symbols: readonly string[];
  readonly which: Int32Array;
  readonly day: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface PutOutcome {
  /** Bars that were new or differed from what was there. */
  readonly changed: number;
  /** Symbols that this shard does not hold; their bars were left out. */
  readonly unknown: readonly string[];
}

export interface BarRequest {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
  readonly timeframe: "1d" | "1w" | "1mo";
  /** Whether dividends are taken out of earlier prices too. */
  readonly dividends: boolean;
}

/** Bars of one symbol in columns, oldest first. */
export interface BarColumns {
  readonly length: number;
  readonly day: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface ShardStatus {
  readonly symbols: number;
  readonly bars: number;
  readonly newestDay: number | null;
  /** How far the shard knows symbols and actions. */
  readonly changedAt: number;
  /** Memory that the columns take. */
  readonly bytes: number;
  /** How long the last rebuild from storage took. */
  readonly rebuiltInMs: number;
}

/** Which symbols a scan looks at; what is null lets everything through. */
export interface ScanUniverse {
  readonly exchanges: readonly string[] | null;
  readonly sectors: readonly string[] | null;
  readonly symbols: readonly string[] | null;
}

export interface ScanRequest {
  /** As its author wrote it; it was compiled once before, so that it cannot fail here. */
  readonly expression: string;
  /** The day as whose evening it is asked; null asks for the newest. */
  readonly asOf: number | null;
  readonly universe: ScanUniverse;
  /** Expressions or text fields to show. */
  readonly columns: readonly string[];
  /** What the matches are sorted by; null sorts by symbol. */
  readonly sort: string | null;
  readonly descending: boolean;
  /** How many of the first matches are wanted. */
  readonly limit: number;
}

export interface ScanMatch {
  readonly symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly cells: readonly Cell[];
  readonly sortBy: Cell;
}

export interface ScanAnswer {
  /** The newest day that was looked at; null where there is no data. */
  readonly asOf: number | null;
  readonly universeSize: number;
  /** Symbols of the universe that have no bar on their exchange's newest day; they never match. */
  readonly stale: number;
  readonly matched: number;
  readonly matches: readonly ScanMatch[];
}

export interface SeriesRequest {
  readonly symbol: string;
  readonly expressions: readonly string[];
  readonly from: number;
}

export interface SeriesAnswer {
  readonly day: Int32Array;
  /** By expression; one with several outputs has one series for each, by name. */
  readonly series: readonly { readonly expression: string; readonly output: string; readonly values: Float64Array }[];
}

export interface BacktestRequest {
  readonly expression: string;
  readonly from: number;
  readonly to: number;
  /** Bars after the signal. */
  readonly horizons: readonly number[];
  readonly universe: ScanUniverse;
}

/** Forward returns over one horizon. The universe's own are counted in hundredths of a percent. */
export interface HorizonReturns {
  readonly signals: Float64Array;
  readonly universeSum: number;
  readonly universeCount: number;
  readonly universeRises: number;
  readonly universeHistogram: Uint32Array;
}

export interface BacktestAnswer {
  readonly symbols: number;
  readonly signals: number;
  readonly horizons: readonly HorizonReturns[];
}

/** The histogram reaches from -100 % to +100 %; what lies beyond is counted at its ends. */
export const HISTOGRAM_STEPS = 20_001;
