import type { BarBatch } from "#objects/market-shard";
import type { Ctx } from "#platform/ctx";

/** What a provider tells of a symbol. */
export interface Listing {
  readonly symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly kind: "stock" | "fund" | "index";
  readonly sector: string | null;
  readonly industry: string | null;
  readonly country: string | null;
  readonly currency: string;
  readonly state: "listed" | "halted" | "delisted";
  readonly listedOn: number | null;
  readonly delistedOn: number | null;
  readonly shares: number | null;
  readonly fundamentals: Readonly<Record<string, number>>;
}

/** A split or dividend of a symbol. */
export interface Action {
  readonly symbol: string;
  readonly day: number;
  readonly kind: "split" | "dividend";
  readonly value: number;
}

/** Everything that a provider has for one session of one exchange, prices as traded. */
export interface SessionData {
  readonly bars: BarBatch;
  /** Symbols that are new or have changed. */
  readonly listings: readonly Listing[];
  readonly actions: readonly Action[];
}

/** Where daily bars come from. An adapter checks whatever it is told before it hands it on. */
export interface Provider {
  /** Stored with what it gave: `generated`, `polygon`, `alpaca`. */
  readonly source: string;
  /** Whose sessions it has. */
  readonly exchanges: readonly string[];
  /** The whole session of an exchange; throws `providerUnavailable` where it cannot be had now. */
  readSession(ctx: Ctx, exchange: string, day: number): Promise<SessionData>;
}

/** Collects bars into columns. */
export interface BatchBuilder {
  readonly size: number;
  add(symbol: string, day: number, values: readonly [number, number, number, number, number]): void;
  build(): BarBatch;
}

const FIRST_CAPACITY = 1_024;

function doubled<T extends Int32Array | Float64Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

export function createBatch(): BatchBuilder {
  const places = new Map<string, number>();
  let which = new Int32Array(FIRST_CAPACITY);
  let days = new Int32Array(FIRST_CAPACITY);
  let columns = Array.from({ length: 5 }, () => new Float64Array(FIRST_CAPACITY));
  let size = 0;
  const grow = (): void => {
    which = doubled(which, new Int32Array(size * 2));
    days = doubled(days, new Int32Array(size * 2));
    columns = columns.map((column) => doubled(column, new Float64Array(size * 2)));
  };
  return {
    get size() {
      return size;
    },
    add(symbol, day, values) {
      if (size === days.length) grow();
      const place = places.get(symbol) ?? places.size;
      places.set(symbol, place);
      which[size] = place;
      days[size] = day;
      columns.forEach((column, index) => {
        column[size] = values[index] ?? NaN;
      });
      size += 1;
    },
    build() {
      const [open, high, low, close, volume] = columns.map((column) => column.slice(0, size)) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const symbols = [...places.keys()];
      return { symbols, which: which.slice(0, size), day: days.slice(0, size), open, high, low, close, volume };
    },
  };
}

/** Whether five numbers can be a bar: finite, prices above zero, the range around open and close, volume not negative. */
export function isBar([open, high, low, close, volume]: readonly number[]): boolean {
  if (open === undefined || high === undefined || low === undefined || close === undefined) return false;
  if (volume === undefined || ![open, high, low, close, volume].every(Number.isFinite)) return false;
  return low > 0 && volume >= 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
}
