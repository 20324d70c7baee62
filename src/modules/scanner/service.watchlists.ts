import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import type { ScanUniverse } from "#objects/market-shard";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { findRow } from "#modules/market";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Watchlist } from "./repository.ts";
import * as repository from "./repository.ts";
import type { StoredUniverse } from "./tables.ts";

/** How many symbols a watchlist holds at most. */
const MAX_SYMBOLS = 1_000;

export async function listWatchlists(ctx: Ctx, page: PageRequest): Promise<Page<Watchlist>> {
  return toPage(await repository.listWatchlists(ctx, customerOf(ctx), page), page, (list) => list.id);
}

export async function getWatchlist(ctx: Ctx, id: string): Promise<Watchlist> {
  const list = await repository.findWatchlist(ctx, id);
  if (list?.userId !== customerOf(ctx)) throw problems.watchlistNotFound();
  return list;
}

export interface CreateWatchlist {
  readonly name: string;
  readonly symbols: readonly string[];
}

export const createWatchlist = once(async (ctx: Ctx, input: CreateWatchlist): Promise<Watchlist> => {
  const symbols = [...new Set(input.symbols.map((symbol) => symbol.toUpperCase()))];
  await Promise.all(symbols.map((symbol) => findRow(ctx, symbol)));
  const now = ctx.now();
  const userId = customerOf(ctx);
  const list: Watchlist = { id: ctx.newId("watch"), userId, name: input.name, symbols, createdAt: now, updatedAt: now };
  await commit(ctx, [repository.putWatchlist(ctx, list)], { result: list });
  return list;
});

export async function deleteWatchlist(ctx: Ctx, id: Id<"watch">): Promise<void> {
  await getWatchlist(ctx, id);
  await commit(ctx, [repository.deleteWatchlist(ctx, id)]);
}

/** Adds a symbol that exists; one that is there already stays where it is. */
export const addSymbol = once(async (ctx: Ctx, input: { id: Id<"watch">; symbol: string }): Promise<Watchlist> => {
  const list = await getWatchlist(ctx, input.id);
  const { symbol } = await findRow(ctx, input.symbol);
  if (list.symbols.length >= MAX_SYMBOLS)
    throw problems.universeInvalid({ detail: `A watchlist holds at most ${MAX_SYMBOLS} symbols.` });
  return await save(ctx, { ...list, symbols: [...new Set([...list.symbols, symbol])] });
});

export async function removeSymbol(ctx: Ctx, input: { id: Id<"watch">; symbol: string }): Promise<Watchlist> {
  const list = await getWatchlist(ctx, input.id);
  const symbol = input.symbol.toUpperCase();
  return await save(ctx, { ...list, symbols: list.symbols.filter((candidate) => candidate !== symbol) });
}

async function save(ctx: Ctx, list: Watchlist): Promise<Watchlist> {
  const saved = { ...list, updatedAt: ctx.now() };
  await commit(ctx, [repository.putWatchlist(ctx, saved)], { result: saved });
  return saved;
}

/** What a scan looks at; a watchlist stands for its symbols as they are now. */
export async function universeOf(ctx: Ctx, stored: StoredUniverse, userId?: string): Promise<ScanUniverse> {
  const filter = { exchanges: stored.exchanges ?? null, sectors: stored.sectors ?? null };
  const symbols = stored.symbols?.map((symbol) => symbol.toUpperCase()) ?? null;
  if (stored.watchlistId === undefined) return { ...filter, symbols };
  const list = await repository.findWatchlist(ctx, stored.watchlistId);
  if (!list || list.userId !== (userId ?? customerOf(ctx)))
    throw problems.universeInvalid({ detail: "There is no such watchlist." });
  return {
    ...filter,
    symbols: symbols === null ? list.symbols : symbols.filter((symbol) => list.symbols.includes(symbol)),
  };
}
