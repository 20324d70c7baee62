import { DurableObject } from "cloudflare:workers";
import { resample } from "#modules/indicators";
import { compileOutputs, createSeriesEvaluator } from "#modules/language";
import { runBacktest } from "./backtest.ts";
import type {
  BacktestAnswer,
  BacktestRequest,
  BarBatch,
  BarColumns,
  BarRequest,
  Catalogue,
  PutOutcome,
  ScanAnswer,
  ScanRequest,
  SeriesAnswer,
  SeriesRequest,
  ShardStatus,
} from "./contract.ts";
import type { Bar, Shelf } from "./machine.ts";
import {
  CUT_DAYS,
  KEPT_BARS,
  appendDay,
  bytesOf,
  createShelf,
  forgetBefore,
  lowerBound,
  placeActions,
  placeBar,
  placeSymbol,
  readBars,
  readRaw,
  withoutDividends,
} from "./machine.ts";
import { runScan } from "./scan.ts";
import * as storage from "./storage.ts";
import type { Snapshot } from "./universe.ts";
import { takeSnapshot } from "./universe.ts";

/** Columns that are remembered for the newest day: each takes eight bytes a symbol. */
const MAX_COLUMNS = 250;

/** Some thousand symbols with their bars in memory, rebuilt from storage when the object wakes. */
export class MarketShard extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #shelf: Shelf = createShelf();
  /** Days that were changed in memory and are not stored yet; an import stores them at its end. */
  readonly #dirty = new Set<number>();
  #unstored = 0;
  #rebuiltInMs = 0;
  /** The newest day with the columns computed for it. A cache: any change of a bar or a symbol voids it. */
  #newest: Snapshot | null = null;
  /** What columns go on from when a bar is added. A cache. */
  #kept: Snapshot["kept"] = new Map();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    void state.blockConcurrencyWhile(async () => {
      storage.migrate(this.#sql);
      await this.#rebuild();
    });
  }

  status(): ShardStatus {
    const { stocks } = this.#shelf;
    const newest = stocks.map((_, slot) => readBars(this.#shelf, slot).day.at(-1) ?? -1);
    const newestDay = newest.reduce((a, b) => Math.max(a, b), -1);
    return {
      symbols: stocks.length,
      bars: stocks.reduce((total, stock) => total + stock.length, 0),
      newestDay: newestDay < 0 ? null : newestDay,
      changedAt: storage.readMark(this.#sql, "changed_at"),
      bytes: bytesOf(this.#shelf),
      rebuiltInMs: this.#rebuiltInMs,
    };
  }

  /** Takes symbols and actions over. Nothing changes by a repeat. */
  putCatalogue({ symbols, actions, changedAt }: Catalogue): void {
    this.ctx.storage.transactionSync(() => {
      for (const record of symbols) {
        const slot = this.#shelf.slots.get(record.symbol) ?? this.#shelf.stocks.length;
        storage.saveSymbol(this.#sql, slot, record);
        placeSymbol(this.#shelf, slot, record);
      }
      for (const action of actions) storage.saveAction(this.#sql, action);
      storage.saveMark(this.#sql, "changed_at", changedAt);
    });
    for (const symbol of new Set(actions.map((action) => action.symbol))) {
      const slot = this.#shelf.slots.get(symbol);
      if (slot !== undefined) placeActions(this.#shelf, slot, storage.loadActions(this.#sql, symbol));
    }
  }

  /** Takes bars over, as traded. With `keep` they are stored at once; without, `store` must follow. */
  putBars(batch: BarBatch, keep: boolean): PutOutcome {
    const slots = batch.symbols.map((symbol) => this.#shelf.slots.get(symbol));
    let changed = 0;
    for (let i = 0; i < batch.day.length; i += 1) {
      const slot = slots[batch.which[i] as number];
      if (slot === undefined) continue;
      const day = batch.day[i] as number;
      if (!placeBar(this.#shelf, { slot, day }, barAt(batch, i))) continue;
      changed += 1;
      this.#dirty.add(day);
    }
    this.#unstored += batch.day.length;
    if (keep) this.#storeDirty();
    return { changed, unknown: batch.symbols.filter((_, index) => slots[index] === undefined) };
  }

  /**
   * Stores what `putBars` has left in memory.
   *
   * @param expected how many bars were put since the last time; where the object was restarted in between it knows of
   *   fewer, stores nothing and answers false, and the caller begins again
   */
  store(expected: number): boolean {
    if (this.#unstored !== expected) return false;
    this.#storeDirty();
    return true;
  }

  /** Bars of one symbol, adjusted, oldest first; null where the shard does not know it. */
  readBars(request: BarRequest): BarColumns | null {
    const slot = this.#shelf.slots.get(request.symbol);
    const stock = slot === undefined ? undefined : this.#shelf.stocks[slot];
    if (slot === undefined || !stock) return null;
    const split = readBars(this.#shelf, slot);
    const daily = request.dividends ? withoutDividends(split, stock.dividends, stock.splits) : split;
    const bars = request.timeframe === "1d" ? daily : resample(daily, request.timeframe);
    const from = lowerBound(bars.day, bars.length, request.from);
    const to = lowerBound(bars.day, bars.length, request.to + 1);
    return {
      length: to - from,
      day: bars.day.slice(from, to),
      open: bars.open.slice(from, to),
      high: bars.high.slice(from, to),
      low: bars.low.slice(from, to),
      close: bars.close.slice(from, to),
      volume: bars.volume.slice(from, to),
    };
  }

  /** Which symbols match, with the columns that are asked for. */
  scan(request: ScanRequest): ScanAnswer {
    return runScan(this.#snapshot(request.asOf), request);
  }

  /** Replays a condition on the past. */
  backtest(request: BacktestRequest): BacktestAnswer {
    return runBacktest(this.#snapshot(null), request);
  }

  /** Indicators of one symbol, bar by bar; null where the shard does not know it. */
  readSeries(request: SeriesRequest): SeriesAnswer | null {
    const slot = this.#shelf.slots.get(request.symbol);
    if (slot === undefined) return null;
    const snapshot = this.#snapshot(null);
    const bars = snapshot.bars(slot);
    const from = lowerBound(bars.day, bars.length, request.from);
    const evaluator = createSeriesEvaluator();
    evaluator.begin({
      bars,
      index: snapshot.index(slot),
      fact: (name) => snapshot.fact(slot, name),
      text: (field) => snapshot.text(slot, field),
    });
    const series = request.expressions.flatMap((expression) => {
      const compiled = compileOutputs(expression);
      if (!compiled.ok) throw new Error(`An expression came here unchecked: ${compiled.fault.code}.`);
      return [...compiled.result].map(([output, value]) => ({
        expression,
        output,
        values: evaluator.value(value).slice(from),
      }));
    });
    return { day: bars.day.slice(from), series };
  }

  #snapshot(asOf: number | null): Snapshot {
    const newest = this.#newest;
    const valid = newest?.version === this.#shelf.version && newest.known.size < MAX_COLUMNS;
    if (this.#kept.size >= MAX_COLUMNS) this.#kept = new Map();
    const current = newest && valid ? newest : takeSnapshot(this.#shelf, null, this.#kept);
    this.#newest = current;
    return asOf === null || asOf >= (current.asOf ?? 0) ? current : takeSnapshot(this.#shelf, asOf, new Map());
  }

  async #rebuild(): Promise<void> {
    const startedAt = performance.now();
    for (const { slot, record } of storage.loadSymbols(this.#sql)) placeSymbol(this.#shelf, slot, record);
    for (const [symbol, actions] of Map.groupBy(storage.loadActions(this.#sql), (action) => action.symbol)) {
      const slot = this.#shelf.slots.get(symbol);
      if (slot !== undefined) placeActions(this.#shelf, slot, actions);
    }
    for (const { day, slots, bars } of storage.loadDays(this.#sql, KEPT_BARS))
      appendDay(this.#shelf, day, { slots, columns: bars });
    // The clock of a Worker stands still until something was waited for.
    await scheduler.wait(0);
    this.#rebuiltInMs = performance.now() - startedAt;
  }

  #storeDirty(): void {
    this.ctx.storage.transactionSync(() => {
      for (const day of this.#dirty) {
        const bars = this.#shelf.stocks.flatMap((_, slot) => {
          const bar = readRaw(this.#shelf, slot, day);
          return bar ? [{ slot, bar }] : [];
        });
        if (bars.length > 0) storage.saveDay(this.#sql, day, bars);
      }
    });
    this.#dirty.clear();
    this.#unstored = 0;
    const first = storage.cutDays(this.#sql, KEPT_BARS, CUT_DAYS);
    if (first !== null) forgetBefore(this.#shelf, first);
  }
}

function barAt(columns: Omit<BarColumns, "length" | "day">, index: number): Bar {
  return {
    open: columns.open[index] as number,
    high: columns.high[index] as number,
    low: columns.low[index] as number,
    close: columns.close[index] as number,
    volume: columns.volume[index] as number,
  };
}
