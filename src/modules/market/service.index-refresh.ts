import { MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { PriceSource } from "#platform/env.p2p";
import { askSource } from "./index-source.ts";
import type { IndexQuote, IndexSource } from "./repository.price-index.ts";
import * as repository from "./repository.price-index.ts";

const FAILURES_MAX = 3;
const FIRST_REST_MS = 2 * MINUTE;
const LONGEST_REST_MS = 30 * MINUTE;

/** Asks every source for its prices. One that fails three times in a row is left alone for a while, each time longer. */
export async function refreshIndex(ctx: Ctx): Promise<void> {
  const { sources } = ctx.config.priceIndex;
  if (sources.length === 0) return;
  const known = new Map((await repository.listSources(ctx)).map((row) => [row.source, row]));
  const due = sources.filter(({ kind }) => (known.get(kind)?.retryAt ?? 0) <= ctx.now());
  const outcomes = await Promise.all(due.map(async (source) => await refresh(ctx, source, known.get(source.kind))));
  const quotes = outcomes.flatMap((outcome) => outcome.quotes);
  await commit(ctx, [
    ...(quotes.length === 0 ? [] : [repository.putQuotes(ctx, quotes)]),
    ...outcomes.map(({ row }) => repository.putSource(ctx, row)),
  ]);
}

interface Refreshed {
  readonly row: IndexSource;
  readonly quotes: readonly IndexQuote[];
}

async function refresh(ctx: Ctx, source: PriceSource, before: IndexSource | undefined): Promise<Refreshed> {
  const said = await askSource(ctx, source);
  const at = ctx.now();
  const { kind } = source;
  if (said === null) {
    const failures = (before?.failures ?? 0) + 1;
    ctx.log.warn("A source of prices does not answer as agreed.", { target: kind, count: failures });
    const retryAt = failures < FAILURES_MAX ? 0 : at + restAfter(failures);
    return { row: { source: kind, failures, retryAt, lastOkAt: before?.lastOkAt ?? null }, quotes: [] };
  }
  const row = { source: kind, failures: 0, retryAt: 0, lastOkAt: at };
  return { row, quotes: said.map((quote) => ({ ...quote, source: kind, at })) };
}

function restAfter(failures: number): number {
  return Math.min(FIRST_REST_MS * 2 ** (failures - FAILURES_MAX), LONGEST_REST_MS);
}
