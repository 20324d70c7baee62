import type { BarBatch, PutOutcome, SymbolRecord } from "#objects/market-shard";
import type { Ctx } from "#platform/ctx";
import type { SymbolRow } from "./repository.ts";
import * as repository from "./repository.ts";

/** How many symbols one object holds: their bars take some 24 MB, so that a few may share an isolate. */
export const SHARD_SIZE = 1_000;

/** The object that holds the bars of a shard. */
export function shardStub(ctx: Ctx, shard: number): ReturnType<Env["MARKET_SHARD"]["getByName"]> {
  return ctx.env.MARKET_SHARD.getByName(`market-${shard}`);
}

/** Tells every shard what it does not know yet of its symbols, splits and dividends. Repeats change nothing. */
export async function syncShards(ctx: Ctx, shards: number): Promise<void> {
  await Promise.all(
    Array.from({ length: shards }, async (_, shard) => {
      const stub = shardStub(ctx, shard);
      const { changedAt } = await stub.status();
      const changes = await repository.listChanges(ctx, shard, changedAt);
      const newest = [...changes.symbols.map((row) => row.changedAt), changedAt].reduce((a, b) => Math.max(a, b));
      await stub.putCatalogue({ symbols: changes.symbols.map(toRecord), actions: changes.actions, changedAt: newest });
    }),
  );
}

export interface PutRequest {
  readonly bars: BarBatch;
  /** Stores at once; without, `storeBars` must follow. */
  readonly keep: boolean;
  /** Symbols that every shard holds, since indicators compare with them. */
  readonly indices: ReadonlySet<string>;
}

export interface PutReport {
  readonly changed: number;
  readonly unknown: readonly string[];
  /** How many bars went to each shard. */
  readonly sent: ReadonlyMap<number, number>;
}

/** Hands bars to the shards that hold their symbols. */
export async function putBars(ctx: Ctx, request: PutRequest): Promise<PutReport> {
  const { bars, indices } = request;
  const shardOf = await repository.findShards(ctx, bars.symbols);
  const shards = [...new Set(shardOf.values())];
  const sent = new Map<number, number>();
  const outcomes = await Promise.all(
    shards.map(async (shard): Promise<PutOutcome> => {
      const part = pick(bars, (symbol) => shardOf.get(symbol) === shard || indices.has(symbol));
      sent.set(shard, part.day.length);
      return await shardStub(ctx, shard).putBars(part, request.keep);
    }),
  );
  return {
    changed: outcomes.reduce((total, { changed }) => total + changed, 0),
    unknown: bars.symbols.filter((symbol) => !shardOf.has(symbol)),
    sent,
  };
}

/** The bars of some of the symbols. */
function pick(bars: BarBatch, wanted: (symbol: string) => boolean): BarBatch {
  const places = bars.symbols.map((symbol) => wanted(symbol));
  if (places.every(Boolean)) return bars;
  const rows: number[] = [];
  bars.which.forEach((place, row) => {
    if (places[place]) rows.push(row);
  });
  const gather = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] as number);
  return {
    symbols: bars.symbols,
    which: Int32Array.from(rows, (row) => bars.which[row] as number),
    day: Int32Array.from(rows, (row) => bars.day[row] as number),
    open: gather(bars.open),
    high: gather(bars.high),
    low: gather(bars.low),
    close: gather(bars.close),
    volume: gather(bars.volume),
  };
}

function toRecord(row: SymbolRow): SymbolRecord {
  const { symbol, name, exchange, kind, sector, industry, country, currency, delistedOn, shares, fundamentals } = row;
  return { symbol, name, exchange, kind, sector, industry, country, currency, delistedOn, shares, fundamentals };
}
