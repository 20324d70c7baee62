import { compareCells } from "#kernel/order";
import type { ScanAnswer, ScanMatch, ScanUniverse } from "#objects/market-shard";
import { findRow, getState, shardStub } from "#modules/market";
import type { MarketState } from "#modules/market";
import type { Ctx } from "#platform/ctx";
import { checkColumn, checkOutputs, normalFormOf } from "./compile.ts";
import { problems } from "./errors.ts";
import type { StoredUniverse } from "./tables.ts";
import { universeOf } from "./service.watchlists.ts";

export interface RunScan {
  readonly expression: string;
  readonly universe?: StoredUniverse | undefined;
  readonly sort?: string | undefined;
  readonly order: "asc" | "desc";
  readonly columns: readonly string[];
  readonly limit: number;
  readonly offset: number;
  readonly asOf: number | null;
}

export interface ScanResult {
  readonly asOf: number;
  readonly normalForm: string;
  readonly universeSize: number;
  readonly stale: number;
  readonly matched: number;
  readonly elapsedMs: number;
  readonly columns: readonly string[];
  readonly matches: readonly ScanMatch[];
  readonly more: boolean;
  readonly market: MarketState;
}

/** The most matches that one scan gives out: pages, files and stored runs end there. */
export const MAX_MATCHES = 10_000;

/** Runs a scan now, over every shard at once. */
export async function runScan(ctx: Ctx, input: RunScan): Promise<ScanResult> {
  const normalForm = normalFormOf(input.expression);
  input.columns.forEach((column, index) => checkColumn(column, `columns.${index}`));
  if (input.sort !== undefined) checkColumn(input.sort, "sort");
  const [universe, market] = await Promise.all([universeOf(ctx, input.universe ?? {}), getState(ctx)]);
  if (market.asOf === null)
    throw problems.noData({ detail: "Bars must be imported or pulled first.", retryAfterSeconds: 600 });
  const startedAt = performance.now();
  const answers = await askShards(ctx, market, { ...input, universe });
  const matches = mergeMatches(answers, input).slice(input.offset, input.offset + input.limit);
  const total = (count: (answer: ScanAnswer) => number): number =>
    answers.reduce((sum, answer) => sum + count(answer), 0);
  const matched = total((answer) => answer.matched);
  return {
    asOf: Math.max(...answers.map((answer) => answer.asOf ?? 0)),
    normalForm,
    universeSize: total((answer) => answer.universeSize),
    stale: total((answer) => answer.stale),
    matched,
    elapsedMs: Math.round((performance.now() - startedAt) * 1_000) / 1_000,
    columns: input.columns,
    matches,
    more: matched > input.offset + matches.length && matches.length > 0,
    market,
  };
}

type Asked = Omit<RunScan, "universe"> & { readonly universe: ScanUniverse };

async function askShards(ctx: Ctx, market: MarketState, asked: Asked): Promise<ScanAnswer[]> {
  const request = {
    expression: asked.expression,
    asOf: asked.asOf,
    universe: asked.universe,
    columns: asked.columns,
    sort: asked.sort ?? null,
    descending: asked.order === "desc",
    limit: asked.offset + asked.limit,
  };
  return await Promise.all(Array.from({ length: market.shards }, (_, shard) => shardStub(ctx, shard).scan(request)));
}

/** Shards give their matches in order; what they give together is put in order once more. */
function mergeMatches(answers: readonly ScanAnswer[], { order }: RunScan): ScanMatch[] {
  const [only] = answers;
  if (only && answers.length === 1) return [...only.matches];
  const descending = order === "desc";
  return answers
    .flatMap((answer) => answer.matches)
    .toSorted((a, b) => compareCells(a.sortBy, b.sortBy, descending) || compareCells(a.symbol, b.symbol, false));
}

export interface SeriesInput {
  readonly symbol: string;
  readonly set: readonly string[];
  readonly from: number;
}

export interface SeriesResult {
  readonly symbol: string;
  readonly source: string;
  readonly days: Int32Array;
  readonly series: readonly { readonly name: string; readonly values: Float64Array }[];
}

/** Indicators of one symbol, bar by bar. */
export async function readSeries(ctx: Ctx, input: SeriesInput): Promise<SeriesResult> {
  input.set.forEach((expression) => checkOutputs(expression, "set"));
  const row = await findRow(ctx, input.symbol);
  const request = { symbol: row.symbol, expressions: input.set, from: input.from };
  const answer = await shardStub(ctx, row.shard).readSeries(request);
  const outputs = Map.groupBy(answer?.series ?? [], ({ expression }) => expression);
  return {
    symbol: row.symbol,
    source: row.source,
    days: answer?.day ?? new Int32Array(),
    series: (answer?.series ?? []).map(({ expression, output, values }) => ({
      name: (outputs.get(expression)?.length ?? 0) > 1 ? `${expression}.${output}` : expression,
      values,
    })),
  };
}
