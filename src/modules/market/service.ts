import { defineEvent, draftEvent } from "#kernel/event";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY, SECOND, fromDayNumber } from "#kernel/time";
import type { BarColumns, BarRequest } from "#objects/market-shard";
import type { AuditDraft } from "#platform/commit";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import { z } from "zod";
import { calendarOf, lastSession } from "./calendar.ts";
import { problems } from "./errors.ts";
import type { Listing, SessionData } from "./provider.ts";
import type { ExchangeRow, SymbolFilter, SymbolRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { SHARD_SIZE, putBars, shardStub, syncShards } from "./shards.ts";

/** Bars of a session have come or were corrected: whoever computes from them can do so now. */
export const barsLoaded = defineEvent(
  "market.barsLoaded",
  z.strictObject({ exchange: z.string(), date: z.string(), changed: z.number() }),
);

const MEMORY_MS = 2 * SECOND;

/** How things stand with the data: what a scan runs over, and how far it goes. */
export interface MarketState {
  readonly shards: number;
  /** The newest session with bars of any exchange, in days since 1970; null where there is no data at all. */
  readonly asOf: number | null;
  readonly exchanges: readonly ExchangeState[];
}

export interface ExchangeState {
  readonly exchange: string;
  readonly source: string;
  readonly asOf: number | null;
  /** Whether a session is over whose bars are not here. */
  readonly stale: boolean;
}

const remembered = remember(MEMORY_MS, async (ctx) => toState(ctx, await repository.listExchanges(ctx)));

export async function getState(ctx: Ctx): Promise<MarketState> {
  return await remembered.get(ctx);
}

/** Whether there are any symbols, as the database has it at this moment. */
export async function isEmpty(ctx: Ctx): Promise<boolean> {
  remembered.forget();
  return (await repository.countSymbols(ctx)) === 0;
}

function toState(ctx: Ctx, rows: readonly ExchangeRow[]): MarketState {
  const exchanges = rows.map(({ exchange, source, newestDay }) => {
    const calendar = calendarOf(exchange);
    const due = calendar ? lastSession(calendar, ctx.now()) : Math.floor(ctx.now() / DAY) - 4;
    return { exchange, source, asOf: newestDay, stale: newestDay === null || newestDay < due };
  });
  const days = exchanges.flatMap(({ asOf }) => asOf ?? []);
  return {
    shards: rows[0]?.shards ?? 0,
    asOf: days.length === 0 ? null : Math.max(...days),
    exchanges,
  };
}

export async function listSymbols(ctx: Ctx, filter: SymbolFilter, page: PageRequest): Promise<Page<SymbolRow>> {
  return toPage(await repository.listSymbols(ctx, filter, page), page, (row) => row.symbol);
}

export interface Quote {
  readonly row: SymbolRow;
  /** The newest bar; null where there is none. */
  readonly last: { readonly day: number; readonly close: number; readonly change: number | null } | null;
  /** Whether its exchange has a newer session than the symbol. */
  readonly stale: boolean;
}

export async function getSymbol(ctx: Ctx, symbol: string): Promise<Quote> {
  const row = await findRow(ctx, symbol);
  const state = await getState(ctx);
  const bars = await shardStub(ctx, row.shard).readBars({ ...EVERY_DAY, symbol });
  const newest = bars?.day.at(-1);
  const exchange = state.exchanges.find((candidate) => candidate.exchange === row.exchange);
  if (!bars || newest === undefined) return { row, last: null, stale: true };
  const [before, close] = [bars.close.at(-2), bars.close.at(-1) ?? NaN];
  const change = before === undefined ? null : close / before - 1;
  const stale = exchange?.stale === true || newest < (exchange?.asOf ?? 0);
  return { row, last: { day: newest, close, change }, stale };
}

const EVERY_DAY = { from: 0, to: 1_000_000, timeframe: "1d", dividends: false } as const;

/** A symbol's bars, oldest first, adjusted for splits. */
export async function listBars(ctx: Ctx, request: BarRequest): Promise<{ bars: BarColumns; row: SymbolRow }> {
  const row = await findRow(ctx, request.symbol);
  const bars = await shardStub(ctx, row.shard).readBars(request);
  if (!bars) throw problems.symbolNotFound({ detail: "The symbol has no bars yet." });
  return { bars, row };
}

/** The symbol and where its bars are; a symbol that is not known is a problem. */
export async function findRow(ctx: Ctx, symbol: string): Promise<SymbolRow> {
  const row = await repository.findSymbol(ctx, symbol.toUpperCase());
  if (!row) throw problems.symbolNotFound({ detail: "GET /api/v1/market/symbols lists all of them." });
  return row;
}

/** Adds symbols, or brings them up to date, and tells the shards. */
export async function putSymbols(
  ctx: Ctx,
  source: string,
  data: Pick<SessionData, "listings" | "actions"> & { readonly audit?: AuditDraft },
): Promise<void> {
  const shardOf = await repository.findShards(ctx, [
    ...data.listings.map(({ symbol }) => symbol),
    ...data.actions.map(({ symbol }) => symbol),
  ]);
  let next = await repository.countSymbols(ctx);
  const place = (listing: Listing): Listing & { shard: number } => {
    const shard = shardOf.get(listing.symbol) ?? Math.floor(next++ / SHARD_SIZE);
    shardOf.set(listing.symbol, shard);
    return { ...listing, shard };
  };
  const placed = data.listings.map(place);
  const actions = data.actions.flatMap((action) => {
    const shard = shardOf.get(action.symbol);
    return shard === undefined ? [] : [{ ...action, shard }];
  });
  const statements = [...repository.upsertSymbols(ctx, source, placed), ...repository.upsertActions(ctx, actions)];
  await commit(ctx, statements, data.audit ? { audit: data.audit } : {});
  remembered.forget();
  await syncShards(ctx, (await getState(ctx)).shards);
}

/**
 * Takes over what a provider gave for sessions: symbols first, then bars, then the note that they are there, which
 * tells everybody. Whatever is cut off in between is done again by a repeat, which changes nothing twice.
 */
export async function putSession(ctx: Ctx, source: string, data: SessionData): Promise<{ changed: number }> {
  if (data.listings.length > 0 || data.actions.length > 0) await putSymbols(ctx, source, data);
  const indices = new Set(data.listings.filter(({ kind }) => kind === "index").map(({ symbol }) => symbol));
  const { changed } = await putBars(ctx, { bars: data.bars, keep: true, indices });
  const exchanges = new Map(data.listings.map(({ symbol, exchange }) => [symbol, exchange]));
  await noteSessions(ctx, { source, exchangeOf: exchanges, bars: data.bars, changed });
  return { changed };
}

interface Loaded {
  readonly source: string;
  readonly exchangeOf: ReadonlyMap<string, string>;
  readonly bars: { readonly symbols: readonly string[]; readonly which: Int32Array; readonly day: Int32Array };
  readonly changed: number;
}

/** Notes which sessions have bars now, and tells of the newest of each exchange. */
async function noteSessions(ctx: Ctx, loaded: Loaded): Promise<void> {
  const counts = new Map<string, number>();
  loaded.bars.which.forEach((place, index) => {
    const exchange = loaded.exchangeOf.get(loaded.bars.symbols[place] ?? "");
    if (exchange === undefined) return;
    const key = `${exchange} ${loaded.bars.day[index]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  await commitSessions(ctx, loaded.source, { counts, changed: loaded.changed });
}

/** Commits notes of sessions, by exchange and day, with the event that tells of them. */
export async function commitSessions(
  ctx: Ctx,
  source: string,
  loaded: { readonly counts: ReadonlyMap<string, number>; readonly changed: number },
): Promise<void> {
  if (loaded.counts.size === 0) return;
  const rows = [...loaded.counts].map(([key, bars]) => {
    const [exchange = "", day = ""] = key.split(" ");
    return { exchange, day: Number(day), state: "loaded" as const, bars, source, attempts: 1, updatedAt: ctx.now() };
  });
  const newest = [...Map.groupBy(rows, (row) => row.exchange)].map(([exchange, list]) => ({
    exchange,
    date: fromDayNumber(Math.max(...list.map((row) => row.day))),
  }));
  const events =
    loaded.changed === 0 ? [] : newest.map((last) => draftEvent(barsLoaded, { ...last, changed: loaded.changed }));
  await commit(ctx, repository.upsertSessions(ctx, rows), { events });
  remembered.forget();
}
