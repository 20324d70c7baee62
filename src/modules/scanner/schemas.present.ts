import type { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import type { Cell } from "#kernel/order";
import { fromDayNumber, toTimestamp } from "#kernel/time";
import type { ScanMatch } from "#objects/market-shard";
import type { Run, Scan, Version, Watchlist } from "./repository.ts";
import type * as schemas from "./schemas.ts";
import type { ScanResult, SeriesResult } from "./service.run.ts";
import type { RunWithMatches } from "./service.runs.ts";

const time = (value: number | null): string | null => (value === null ? null : toTimestamp(value));

export function presentScan(row: Scan): z.infer<typeof schemas.scan> {
  const {
    id,
    name,
    version: number,
    expression: text,
    normalForm,
    universe: stored,
    schedule: when,
    alert: told,
  } = row;
  const times = {
    nextRunAt: time(row.nextRunAt),
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
  const copied = told === null ? null : { channels: [...told.channels], on: told.on };
  return {
    id,
    name,
    version: number,
    expression: text,
    normalForm,
    universe: presentUniverse(stored),
    schedule: when,
    alert: copied,
    ...times,
  };
}

function presentUniverse({
  exchanges,
  sectors,
  symbols,
  watchlistId,
}: Scan["universe"]): z.infer<typeof schemas.universe> {
  return {
    ...(exchanges ? { exchanges: [...exchanges] } : {}),
    ...(sectors ? { sectors: [...sectors] } : {}),
    ...(symbols ? { symbols: [...symbols] } : {}),
    ...given({ watchlistId }),
  };
}

export function presentVersion(row: Version): z.infer<typeof schemas.version> {
  return {
    version: row.version,
    expression: row.expression,
    universe: presentUniverse(row.universe),
    createdAt: toTimestamp(row.createdAt),
  };
}

export function presentRun(row: Run): z.infer<typeof schemas.run> {
  const { id, scanId, version: number, status, universeSize, stale, matched, elapsedMs } = row;
  const asOf = row.asOf === null ? null : fromDayNumber(row.asOf);
  const times = { createdAt: toTimestamp(row.createdAt), finishedAt: time(row.finishedAt) };
  return { id, scanId, version: number, status, asOf, universeSize, stale, matched, elapsedMs, ...times };
}

export function presentRunWithMatches({ run: row, matches }: RunWithMatches): z.infer<typeof schemas.runWithMatches> {
  const of = (...states: readonly string[]): string[] =>
    matches.filter(({ state }) => states.includes(state)).map((match) => match.symbol);
  return { ...presentRun(row), entered: of("entered"), left: of("left"), matches: of("entered", "stayed") };
}

export function presentWatchlist({
  id,
  name,
  symbols,
  createdAt,
  updatedAt,
}: Watchlist): z.infer<typeof schemas.watchlist> {
  return { id, name, symbols: [...symbols], createdAt: toTimestamp(createdAt), updatedAt: toTimestamp(updatedAt) };
}

function presentMatch(
  match: ScanMatch,
  columns: readonly string[],
): z.infer<typeof schemas.scanResult>["data"][number] {
  const cells = Object.fromEntries(columns.map((name, index): [string, Cell] => [name, match.cells[index] ?? null]));
  return { ...cells, symbol: match.symbol, name: match.name, exchange: match.exchange };
}

export function presentResult(result: ScanResult, nextCursor: string | null): z.infer<typeof schemas.scanResult> {
  const { normalForm, universeSize, stale, matched, elapsedMs, matches, columns, market } = result;
  return {
    asOf: fromDayNumber(result.asOf),
    normalForm,
    universeSize,
    stale,
    staleExchanges: market.exchanges.filter((exchange) => exchange.stale).map(({ exchange }) => exchange),
    source: [...new Set(market.exchanges.map(({ source }) => source))],
    matched,
    elapsedMs,
    nextCursor,
    data: matches.map((match) => presentMatch(match, columns)),
  };
}

function valueAt(values: Float64Array, index: number): number | null {
  const found = values[index];
  return found === undefined || Number.isNaN(found) ? null : found;
}

export function presentSeries(result: SeriesResult): z.infer<typeof schemas.series> {
  return {
    symbol: result.symbol,
    source: result.source,
    columns: result.series.map(({ name }) => name),
    data: Array.from(result.days, (day, index) => ({
      time: fromDayNumber(day),
      values: Object.fromEntries(result.series.map(({ name, values }) => [name, valueAt(values, index)])),
    })),
    nextCursor: null,
  };
}
