import { calendarOf } from "./calendar.ts";
import type { Columns, CsvBar, CsvError } from "./csv.ts";
import { linesOf, readHeader, readRow } from "./csv.ts";
import { problems } from "./errors.ts";
import type { BatchBuilder, Listing } from "./provider.ts";
import { createBatch } from "./provider.ts";
import * as repository from "./repository.ts";
import { commitSessions, putSymbols } from "./service.ts";
import { putBars, shardStub } from "./shards.ts";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";

/** Bars that go to the shards at once. */
const BATCH_ROWS = 50_000;
const MAX_ERRORS = 100;

export interface ImportReport {
  readonly rows: number;
  /** Bars that were new or differed from what was there: 0 when a file is imported again. */
  readonly changed: number;
  readonly rejected: number;
  /** The first hundred lines that were rejected. */
  readonly errors: readonly CsvError[];
}

/** What an import carries from batch to batch. Its size does not grow with the file. */
interface Progress {
  rows: number;
  changed: number;
  rejected: number;
  readonly errors: CsvError[];
  readonly exchangeOf: Map<string, string>;
  readonly sent: Map<number, number>;
  readonly counts: Map<string, number>;
}

/**
 * Imports a table of bars as it streams in. Bars are stored when the whole file has been read, so that a file in any
 * order is written once; one that is cut off is imported again.
 */
export async function importBars(ctx: Ctx, stream: ReadableStream<Uint8Array>): Promise<ImportReport> {
  const progress: Progress = {
    rows: 0,
    changed: 0,
    rejected: 0,
    errors: [],
    exchangeOf: new Map(),
    sent: new Map(),
    counts: new Map(),
  };
  let columns: Columns | null = null;
  let line = 0;
  let batch = createBatch();
  let listed = new Map<string, CsvBar>();
  for await (const lines of linesOf(stream)) {
    for (const text of lines) {
      line += 1;
      if (!columns) columns = headerOf(text);
      else if (text !== "") takeRow({ progress, batch, listed }, { text, line, columns });
    }
    if (batch.size < BATCH_ROWS) continue;
    await send(ctx, progress, { batch, listed });
    batch = createBatch();
    listed = new Map<string, CsvBar>();
  }
  if (!columns) throw problems.importMalformed({ detail: "The file is empty; its first line names the columns." });
  if (batch.size > 0) await send(ctx, progress, { batch, listed });
  await store(ctx, progress);
  const { rows, changed, rejected, errors } = progress;
  await commit(ctx, [], { audit: { action: "bars.imported", target: "market", after: { rows, changed, rejected } } });
  return { rows, changed, rejected, errors };
}

function headerOf(text: string): Columns {
  const header = readHeader(text);
  if (header instanceof Map) return header as Columns;
  const missing = [...(header as readonly string[])].join(", ");
  throw problems.importMalformed({
    detail: `The first line must name the columns symbol, date, open, high, low, close and volume; missing: ${missing}.`,
  });
}

interface Batch {
  readonly batch: BatchBuilder;
  /** The first bar of each symbol in the batch, which may tell its exchange and name. */
  readonly listed: Map<string, CsvBar>;
}

function takeRow(
  { progress, batch, listed }: Batch & { progress: Progress },
  source: { text: string; line: number; columns: Columns },
): void {
  progress.rows += 1;
  const row = readRow(source.text, source.line, source.columns);
  if ("error" in row) return reject(progress, row.error);
  const { bar } = row;
  if (bar.exchange !== null && !calendarOf(bar.exchange))
    return reject(progress, {
      line: source.line,
      code: "exchange_unknown",
      message: "The exchange is not known here.",
    });
  if (!listed.has(bar.symbol)) listed.set(bar.symbol, bar);
  batch.add(bar.symbol, bar.day, bar.values);
}

function reject(progress: Progress, error: CsvError): void {
  progress.rejected += 1;
  if (progress.errors.length < MAX_ERRORS) progress.errors.push(error);
}

async function send(ctx: Ctx, progress: Progress, { batch, listed }: Batch): Promise<void> {
  await addUnknown(ctx, progress, listed);
  const bars = batch.build();
  const report = await putBars(ctx, { bars, keep: false, indices: new Set() });
  const unknown = new Set(report.unknown);
  for (const [shard, count] of report.sent) progress.sent.set(shard, (progress.sent.get(shard) ?? 0) + count);
  progress.changed += report.changed;
  bars.which.forEach((place, index) => {
    const symbol = bars.symbols[place] ?? "";
    if (unknown.has(symbol)) return reject(progress, unknownSymbol(symbol));
    const key = `${progress.exchangeOf.get(symbol)} ${bars.day[index]}`;
    progress.counts.set(key, (progress.counts.get(key) ?? 0) + 1);
  });
}

function unknownSymbol(symbol: string): CsvError {
  return {
    line: 0,
    code: "symbol_unknown",
    message: `${symbol} is not known; a column \`exchange\` lets the import add it.`,
  };
}

/** Adds symbols that are not known yet, where the file says on which exchange they are. */
async function addUnknown(ctx: Ctx, progress: Progress, listed: ReadonlyMap<string, CsvBar>): Promise<void> {
  const names = [...listed.keys()].filter((symbol) => !progress.exchangeOf.has(symbol));
  const known = await repository.findExchanges(ctx, names);
  for (const [symbol, exchange] of known) progress.exchangeOf.set(symbol, exchange);
  const listings = names
    .filter((symbol) => !known.has(symbol))
    .flatMap((symbol) => toListing(listed.get(symbol)) ?? []);
  if (listings.length === 0) return;
  await putSymbols(ctx, "import", { listings, actions: [] });
  for (const { symbol, exchange } of listings) progress.exchangeOf.set(symbol, exchange);
}

function toListing(bar: CsvBar | undefined): Listing | null {
  const calendar = calendarOf(bar?.exchange ?? "");
  if (!bar || !calendar) return null;
  return {
    symbol: bar.symbol,
    name: bar.name ?? bar.symbol,
    exchange: calendar.code,
    kind: "stock",
    sector: null,
    industry: null,
    country: calendar.country,
    currency: calendar.currency,
    state: "listed",
    listedOn: bar.day,
    delistedOn: null,
    shares: null,
    fundamentals: {},
  };
}

async function store(ctx: Ctx, progress: Progress): Promise<void> {
  const stored = await Promise.all([...progress.sent].map(([shard, count]) => shardStub(ctx, shard).store(count)));
  if (!stored.every(Boolean))
    throw problems.importInterrupted({ detail: "Import the same file again.", retryAfterSeconds: 5 });
  await commitSessions(ctx, "import", { counts: progress.counts, changed: progress.changed });
}
