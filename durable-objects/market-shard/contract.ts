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
