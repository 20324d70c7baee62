import { DAY } from "#kernel/time";
import { once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { forgetCatalogues } from "#platform/http/catalogue";
import { problems } from "./errors.ts";
import type { Listing } from "./provider.ts";
import type { SymbolRow } from "./repository.ts";
import { findRow, putSymbols } from "./service.ts";
import * as repository from "./repository.ts";

/** What an operator puts down by hand, where no provider has it. */
const BY_HAND = "manual";

/** Adds a symbol without bars; an import or the provider brings them. */
export const createSymbol = once(async (ctx: Ctx, listing: Listing): Promise<SymbolRow> => {
  if (await repository.findSymbol(ctx, listing.symbol)) throw problems.symbolExists();
  return await put(ctx, { source: BY_HAND, listing, action: "symbol.created", before: null });
});

export type UpdateSymbol = Readonly<Partial<Omit<Listing, "symbol">>> & { readonly symbol: string };

/** Changes what is known of a symbol. Where a provider lists it, its next list has the last word. */
export async function updateSymbol(ctx: Ctx, { symbol, ...changes }: UpdateSymbol): Promise<SymbolRow> {
  const before = await findRow(ctx, symbol);
  const listing = { ...listingOf(before), ...changes };
  return await put(ctx, { source: before.source, listing, action: "symbol.updated", before });
}

/** Takes a symbol off the list from today on. Its bars stay, so that what is replayed on the past still meets it. */
export async function delistSymbol(ctx: Ctx, symbol: string): Promise<void> {
  const before = await findRow(ctx, symbol);
  if (before.state === "delisted") return;
  const delistedOn = Math.floor(ctx.now() / DAY) - 1;
  const listing = { ...listingOf(before), state: "delisted" as const, delistedOn };
  await put(ctx, { source: before.source, listing, action: "symbol.delisted", before });
}

interface Put {
  readonly source: string;
  readonly listing: Listing;
  readonly action: string;
  readonly before: SymbolRow | null;
}

async function put(ctx: Ctx, { source, listing, action, before }: Put): Promise<SymbolRow> {
  const { symbol } = listing;
  const shown = before && listingOf(before);
  const audit = { action, target: symbol, ...(shown ? { before: shown } : {}), after: listing };
  await putSymbols(ctx, source, { listings: [listing], actions: [], audit });
  forgetCatalogues();
  return await findRow(ctx, symbol);
}

function listingOf({ source: _source, shard: _shard, changedAt: _changedAt, ...listing }: SymbolRow): Listing {
  return listing;
}
