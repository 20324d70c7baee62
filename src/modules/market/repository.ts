import { and, asc, eq, gt, gte, like, or } from "drizzle-orm";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Action, Listing } from "./provider.ts";
import { actions, sessions, symbols } from "./tables.ts";

export type SymbolRow = typeof symbols.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;

export interface SymbolFilter {
  readonly query?: string | undefined;
  readonly exchange?: string | undefined;
  readonly sector?: string | undefined;
}

/** Symbols in the order of the alphabet; one row more than the page holds. */
export async function listSymbols(ctx: Ctx, filter: SymbolFilter, page: PageRequest): Promise<SymbolRow[]> {
  const text = filter.query === undefined ? undefined : `%${filter.query.replaceAll(/[%_]/g, "")}%`;
  return await ctx.db.read
    .select()
    .from(symbols)
    .where(
      and(
        page.after === null ? undefined : gt(symbols.symbol, page.after),
        text === undefined ? undefined : or(like(symbols.symbol, text), like(symbols.name, text)),
        filter.exchange === undefined ? undefined : eq(symbols.exchange, filter.exchange),
        filter.sector === undefined ? undefined : eq(symbols.sector, filter.sector),
      ),
    )
    .orderBy(asc(symbols.symbol))
    .limit(page.limit + 1);
}

export async function findSymbol(ctx: Ctx, symbol: string): Promise<SymbolRow | null> {
  const [row] = await ctx.db.read.select().from(symbols).where(eq(symbols.symbol, symbol)).limit(1);
  return row ?? null;
}

/** Which shard each of the given symbols has; those that are not known are left out. */
export async function findShards(ctx: Ctx, names: readonly string[]): Promise<Map<string, number>> {
  const query = ctx.db.sql(
    "select symbol, shard from market_symbols where symbol in (select value from json_each(?))",
    JSON.stringify(names),
  );
  const { results } = await query.all<{ symbol: string; shard: number }>();
  return new Map(results.map(({ symbol, shard }) => [symbol, shard]));
}

/** On which exchange each of the given symbols is; those that are not known are left out. */
export async function findExchanges(ctx: Ctx, names: readonly string[]): Promise<Map<string, string>> {
  const query = ctx.db.sql(
    "select symbol, exchange from market_symbols where symbol in (select value from json_each(?))",
    JSON.stringify(names),
  );
  const { results } = await query.all<{ symbol: string; exchange: string }>();
  return new Map(results.map(({ symbol, exchange }) => [symbol, exchange]));
}

export async function countSymbols(ctx: Ctx): Promise<number> {
  return await ctx.db.primary.$count(symbols);
}

/** Puts symbols down or brings them up to date, a thousand at a time. A symbol keeps the shard that it has. */
export function upsertSymbols(ctx: Ctx, source: string, placed: readonly (Listing & { shard: number })[]): Statement[] {
  return chunks(placed, 1_000).map((part) =>
    ctx.db.sql(
      `insert into market_symbols (symbol, name, exchange, kind, sector, industry, country, currency, state, listed_on,
         delisted_on, shares, fundamentals, source, shard, changed_at)
       select value ->> 'symbol', value ->> 'name', value ->> 'exchange', value ->> 'kind', value ->> 'sector',
         value ->> 'industry', value ->> 'country', value ->> 'currency', value ->> 'state', value ->> 'listedOn',
         value ->> 'delistedOn', value ->> 'shares', value -> 'fundamentals', ?1, value ->> 'shard', ?2
       from json_each(?3) where true
       on conflict (symbol) do update set name = excluded.name, exchange = excluded.exchange, kind = excluded.kind,
         sector = excluded.sector, industry = excluded.industry, country = excluded.country,
         currency = excluded.currency, state = excluded.state, listed_on = excluded.listed_on,
         delisted_on = excluded.delisted_on, shares = excluded.shares, fundamentals = excluded.fundamentals,
         source = excluded.source, changed_at = excluded.changed_at`,
      source,
      ctx.now(),
      JSON.stringify(part),
    ),
  );
}

export function upsertActions(ctx: Ctx, placed: readonly (Action & { shard: number })[]): Statement[] {
  return chunks(placed, 2_000).map((part) =>
    ctx.db.sql(
      `insert into market_actions (symbol, day, kind, value, shard, changed_at)
       select value ->> 'symbol', value ->> 'day', value ->> 'kind', value ->> 'value', value ->> 'shard', ?1
       from json_each(?2) where true
       on conflict (symbol, day, kind) do update set value = excluded.value, changed_at = excluded.changed_at
       where market_actions.value <> excluded.value`,
      ctx.now(),
      JSON.stringify(part),
    ),
  );
}

/** What a shard has to know that changed at or after a moment: its own symbols, the indices, and their actions. */
export async function listChanges(
  ctx: Ctx,
  shard: number,
  since: number,
): Promise<{ symbols: SymbolRow[]; actions: Action[] }> {
  const [changedSymbols, changedActions] = await Promise.all([
    ctx.db.primary
      .select()
      .from(symbols)
      .where(and(or(eq(symbols.shard, shard), eq(symbols.kind, "index")), gte(symbols.changedAt, since))),
    ctx.db.primary
      .select({ symbol: actions.symbol, day: actions.day, kind: actions.kind, value: actions.value })
      .from(actions)
      .where(and(eq(actions.shard, shard), gte(actions.changedAt, since))),
  ]);
  return { symbols: changedSymbols, actions: changedActions };
}

export interface ExchangeRow {
  readonly exchange: string;
  readonly source: string;
  readonly shards: number;
  readonly newestDay: number | null;
}

/** Each exchange with symbols: how many shards there are, and its newest session with bars. */
export async function listExchanges(ctx: Ctx): Promise<ExchangeRow[]> {
  const { results } = await ctx.db
    .sql(
      `select exchange, min(source) as source, (select max(shard) + 1 from market_symbols) as shards,
         (select max(day) from market_sessions s where s.exchange = m.exchange and s.state <> 'missing') as newestDay
       from market_symbols m group by exchange order by exchange`,
    )
    .all<ExchangeRow>();
  return results;
}

export async function listSessions(ctx: Ctx, exchange: string, from: number): Promise<SessionRow[]> {
  return await ctx.db.primary
    .select()
    .from(sessions)
    .where(and(eq(sessions.exchange, exchange), gte(sessions.day, from)));
}

/** Writes what became of sessions. */
export function upsertSessions(ctx: Ctx, rows: readonly SessionRow[]): Statement[] {
  return chunks(rows, 2_000).map((part) =>
    ctx.db.sql(
      `insert into market_sessions (exchange, day, state, bars, source, attempts, updated_at)
       select value ->> 'exchange', value ->> 'day', value ->> 'state', value ->> 'bars', value ->> 'source',
         value ->> 'attempts', value ->> 'updatedAt' from json_each(?) where true
       on conflict (exchange, day) do update set state = excluded.state, bars = max(bars, excluded.bars),
         source = excluded.source, attempts = market_sessions.attempts + 1, updated_at = excluded.updated_at`,
      JSON.stringify(part),
    ),
  );
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, index * size + size),
  );
}
