import type { Bars, Series } from "#modules/indicators";
import type { ActionRecord, SymbolRecord } from "./contract.ts";

/**
 * The bars of a shard in memory. What must stay true:
 * - A symbol keeps its slot. Its bars stand in the order of their days, one for each day at most.
 * - Prices are kept as traded. What is read is adjusted for every split that came later.
 * - At most `KEPT_BARS` of a symbol are held; the oldest go first.
 * - A symbol's `history` is another number whenever anything but bars at its end has changed.
 */

/** Two years of sessions, and some weeks. */
export const KEPT_BARS = 544;
/** How many days go at once when there are more: cut every evening, nothing could go on from the evening before. */
export const CUT_DAYS = 20;
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;
const BYTES_A_BAR = 5 * 8 + 4;

export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Stock {
  readonly symbol: string;
  record: SymbolRecord;
  length: number;
  raw: Bars;
  splits: readonly ActionRecord[];
  dividends: readonly ActionRecord[];
  /** What is read: cut to length and adjusted; null once a bar or a split has changed. */
  adjusted: Bars | null;
  history: number;
}

export interface Shelf {
  readonly stocks: Stock[];
  readonly slots: Map<string, number>;
  /** Grows with every change, so that whatever was computed from the bars can be told to be old. */
  version: number;
}

export function createShelf(): Shelf {
  return { stocks: [], slots: new Map(), version: 0 };
}

/** Puts a symbol into its slot, or brings what is known of it up to date. */
export function placeSymbol(shelf: Shelf, slot: number, record: SymbolRecord): void {
  const known = shelf.stocks[slot];
  if (known) known.record = record;
  else {
    const { symbol } = record;
    const nothing = { length: 0, raw: columns(32), splits: [], dividends: [], adjusted: null, history: 0 };
    shelf.stocks[slot] = { symbol, record, ...nothing };
  }
  shelf.slots.set(record.symbol, slot);
  shelf.version += 1;
}

export function placeActions(shelf: Shelf, slot: number, actions: readonly ActionRecord[]): void {
  const stock = shelf.stocks[slot];
  if (!stock) return;
  const inOrder = actions.toSorted((a, b) => a.day - b.day);
  stock.splits = inOrder.filter(({ kind }) => kind === "split");
  stock.dividends = inOrder.filter(({ kind }) => kind === "dividend");
  stock.adjusted = null;
  stock.history += 1;
  shelf.version += 1;
}

/** Lets go of all bars before a day. */
export function forgetBefore(shelf: Shelf, day: number): void {
  for (const stock of shelf.stocks) {
    const old = lowerBound(stock.raw.day, stock.length, day);
    if (old === 0) continue;
    shift(stock.raw, { from: old, to: 0, end: stock.length });
    stock.length -= old;
    stock.adjusted = null;
    stock.history += 1;
  }
  shelf.version += 1;
}

/** Puts a bar in its place. Says whether anything changed by it: not where it was there or is older than what is kept. */
export function placeBar(shelf: Shelf, place: { readonly slot: number; readonly day: number }, bar: Bar): boolean {
  const stock = shelf.stocks[place.slot];
  if (!stock) return false;
  const found = indexOfDay(stock, place.day);
  const known = found < stock.length && stock.raw.day[found] === place.day;
  if (known && COLUMNS.every((column) => stock.raw[column][found] === bar[column])) return false;
  if (found < stock.length) stock.history += 1;
  const index = known ? found : openPlace(stock, found);
  if (index === null) return false;
  write(stock.raw, index, { day: place.day, bar });
  stock.adjusted = null;
  shelf.version += 1;
  return true;
}

/** Puts a whole day behind all that is there, as happens when a shard wakes: days come in order, so nothing is searched. */
export function appendDay(
  shelf: Shelf,
  day: number,
  bars: { readonly slots: Int32Array; readonly columns: readonly Float64Array[] },
): void {
  const [open, high, low, close, volume] = bars.columns as [Series, Series, Series, Series, Series];
  for (let i = 0; i < bars.slots.length; i += 1) {
    const stock = shelf.stocks[bars.slots[i] as number];
    const index = stock ? openPlace(stock, stock.length) : null;
    if (!stock || index === null) continue;
    const { raw } = stock;
    raw.day[index] = day;
    raw.open[index] = open[i] as number;
    raw.high[index] = high[i] as number;
    raw.low[index] = low[i] as number;
    raw.close[index] = close[i] as number;
    raw.volume[index] = volume[i] as number;
    stock.adjusted = null;
  }
  shelf.version += 1;
}

/** The bars of a slot as they are read: adjusted for splits. */
export function readBars(shelf: Shelf, slot: number): Bars {
  const stock = shelf.stocks[slot];
  if (!stock) return columns(0);
  return (stock.adjusted ??= adjust(stock));
}

/** The bar of a slot for a day as it was traded; null where there is none. */
export function readRaw(shelf: Shelf, slot: number, day: number): Bar | null {
  const stock = shelf.stocks[slot];
  if (!stock) return null;
  const index = indexOfDay(stock, day);
  if (index >= stock.length || stock.raw.day[index] !== day) return null;
  const [open, high, low, close, volume] = COLUMNS.map((column) => stock.raw[column][index] as number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { open, high, low, close, volume };
}

/** Takes dividends out of the prices before them, each in proportion to the close before its day. */
export function withoutDividends(
  bars: Bars,
  dividends: readonly ActionRecord[],
  splits: readonly ActionRecord[],
): Bars {
  const copy = copyOf(bars);
  for (const { day, value } of dividends) {
    const index = lowerBound(bars.day, bars.length, day);
    const before = bars.close[index - 1];
    if (before === undefined) continue;
    const later = splits.filter((split) => split.day > day).reduce((product, split) => product * split.value, 1);
    scale(copy, index, { price: 1 - value / later / before, volume: 1 });
  }
  return copy;
}

/** Memory that the columns take, in bytes. */
export function bytesOf(shelf: Shelf): number {
  return shelf.stocks.reduce(
    (total, stock) => total + (stock.raw.length + (stock.splits.length > 0 ? stock.length : 0)) * BYTES_A_BAR,
    0,
  );
}

/** First index whose day is not before the given one. */
export function lowerBound(days: Int32Array, length: number, day: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexOfDay(stock: Stock, day: number): number {
  const last = stock.raw.day[stock.length - 1];
  return last === undefined || last < day ? stock.length : lowerBound(stock.raw.day, stock.length, day);
}

/** Opens a place before `index` and says where it is now; null before the oldest bar of a full symbol. */
function openPlace(stock: Stock, index: number): number | null {
  if (stock.length === KEPT_BARS) {
    if (index === 0) return null;
    stock.history += 1;
    shift(stock.raw, { from: 1, to: 0, end: index });
    return index - 1;
  }
  if (stock.length === stock.raw.length) {
    const grown = columns(Math.min(KEPT_BARS, stock.raw.length * 4));
    copyInto(stock.raw, grown);
    stock.raw = grown;
  }
  if (index < stock.length) shift(stock.raw, { from: index, to: index + 1, end: stock.length });
  stock.length += 1;
  return index;
}

function columns(length: number): Bars {
  const buffer = new ArrayBuffer(length * BYTES_A_BAR);
  const column = (index: number): Float64Array => new Float64Array(buffer, index * length * 8, length);
  const day = new Int32Array(buffer, 5 * length * 8, length);
  return { length, day, open: column(0), high: column(1), low: column(2), close: column(3), volume: column(4) };
}

function write(bars: Bars, index: number, { day, bar }: { readonly day: number; readonly bar: Bar }): void {
  bars.day[index] = day;
  for (const column of COLUMNS) bars[column][index] = bar[column];
}

function shift(bars: Bars, range: { readonly from: number; readonly to: number; readonly end: number }): void {
  bars.day.copyWithin(range.to, range.from, range.end);
  for (const column of COLUMNS) bars[column].copyWithin(range.to, range.from, range.end);
}

function copyInto(source: Bars, target: Bars): void {
  target.day.set(source.day);
  for (const column of COLUMNS) target[column].set(source[column]);
}

function copyOf(bars: Bars): Bars {
  const copy = columns(bars.length);
  copyInto(bars, copy);
  return copy;
}

function adjust(stock: Stock): Bars {
  const cut = (series: Float64Array): Float64Array => series.subarray(0, stock.length);
  const { raw } = stock;
  const view: Bars = {
    length: stock.length,
    day: raw.day.subarray(0, stock.length),
    open: cut(raw.open),
    high: cut(raw.high),
    low: cut(raw.low),
    close: cut(raw.close),
    volume: cut(raw.volume),
  };
  if (stock.splits.length === 0) return view;
  const copy = copyOf(view);
  for (const { day, value } of stock.splits)
    scale(copy, lowerBound(view.day, view.length, day), { price: 1 / value, volume: value });
  return copy;
}

/** Multiplies what stands before `end`. */
function scale(bars: Bars, end: number, factor: { readonly price: number; readonly volume: number }): void {
  for (const column of COLUMNS) {
    const by = column === "volume" ? factor.volume : factor.price;
    const series = bars[column];
    for (let i = 0; i < end; i += 1) series[i] = (series[i] as number) * by;
  }
}
