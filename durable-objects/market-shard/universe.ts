import type { Bars } from "#modules/indicators";
import { slice } from "#modules/indicators";
import type { TextField, Universe } from "#modules/language";
import type { ScanUniverse, SymbolRecord } from "./contract.ts";
import type { Shelf } from "./machine.ts";
import { lowerBound, readBars } from "./machine.ts";

/** The symbols of a shard as the language sees them, on one day. */
export interface Snapshot extends Universe {
  readonly version: number;
  /** The newest day with a bar; null where there is none. */
  readonly asOf: number | null;
  readonly records: readonly SymbolRecord[];
  /** Newest day of each exchange. */
  readonly newest: ReadonlyMap<string, number>;
  /** Whether a symbol is in no scan of that day (0), has no bar on it (1), or has one (2). */
  readonly standing: Uint8Array;
}

/**
 * @param asOf the last day that is known; null for the newest
 * @param kept what columns kept of the snapshot before, of the same kind
 */
export function takeSnapshot(shelf: Shelf, asOf: number | null, kept: Snapshot["kept"]): Snapshot {
  const records = shelf.stocks.map(({ record }) => record);
  const bars = records.map((_, slot) => upTo(readBars(shelf, slot), asOf));
  const newest = new Map<string, number>();
  records.forEach(({ exchange }, slot) => {
    const last = bars[slot]?.day.at(-1) ?? -1;
    if (last > (newest.get(exchange) ?? -1)) newest.set(exchange, last);
  });
  const days = [...newest.values()];
  const indexOn = indexCloses(records, bars);
  const index: (Float64Array | undefined)[] = [];
  const asOfDay = days.length === 0 ? null : Math.max(...days);
  return {
    version: shelf.version,
    asOf: asOfDay,
    standing: Uint8Array.from(records, (record, slot) => {
      if (!isTraded(record, asOfDay ?? 0)) return 0;
      return bars[slot]?.day.at(-1) === newest.get(record.exchange) ? 2 : 1;
    }),
    records,
    newest,
    size: records.length,
    bars: (slot) => bars[slot] as Bars,
    index: (slot) => (index[slot] ??= Float64Array.from(bars[slot]?.day ?? [], (day) => indexOn.get(day) ?? NaN)),
    fact: (slot, name) => factOf(records[slot], name),
    text: (slot, field) => textOf(records[slot], field),
    known: new Map(),
    history: (slot) => shelf.stocks[slot]?.history ?? -1,
    kept,
  };
}

function upTo(bars: Bars, asOf: number | null): Bars {
  if (asOf === null || (bars.day.at(-1) ?? 0) <= asOf) return bars;
  return slice(bars, 0, lowerBound(bars.day, bars.length, asOf + 1));
}

/** The closes of the market's index by day. */
function indexCloses(records: readonly SymbolRecord[], bars: readonly Bars[]): ReadonlyMap<number, number> {
  const series = bars[records.findIndex(({ kind }) => kind === "index")];
  return new Map(Array.from(series?.day ?? [], (day, i) => [day, series?.close[i] ?? NaN]));
}

function factOf(record: SymbolRecord | undefined, name: string): number {
  if (!record) return NaN;
  return (name === "shares" ? record.shares : record.fundamentals[name]) ?? NaN;
}

function textOf(record: SymbolRecord | undefined, field: TextField): string | null {
  return record?.[field] ?? null;
}

/** Whether a symbol is one to be scanned on a day: no index, and not delisted by then. */
function isTraded(record: SymbolRecord, day: number): boolean {
  return record.kind !== "index" && (record.delistedOn === null || record.delistedOn >= day);
}

/** Whether the filter lets a symbol through, delisted or not. */
export function isListed(record: SymbolRecord, { exchanges, sectors, symbols }: ScanUniverse): boolean {
  if (exchanges && !exchanges.includes(record.exchange)) return false;
  if (sectors && !sectors.includes(record.sector ?? "")) return false;
  return symbols === null || symbols.includes(record.symbol);
}
