import type { Page, PageRequest } from "#kernel/page";
import type { Id } from "#kernel/ids";
import { toPage } from "#kernel/page";
import { traderSummary } from "#modules/p2p";
import { walletAsset } from "#modules/wallet";
import type { TradeState } from "#objects/escrow-trade";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Message } from "./repository.messages.ts";
import { listMessages } from "./repository.messages.ts";
import type { Trade } from "./repository.trades.ts";
import { findTrade, listTrades } from "./repository.trades.ts";
import { sideOf } from "./rules.ts";
import type { TradeView } from "./schemas.ts";

/** Trades with what is shown beside them. */
export async function viewTrades(
  ctx: Ctx,
  list: readonly Trade[],
  roleIn: (trade: Trade) => TradeView["role"],
): Promise<TradeView[]> {
  const people = await traderSummary(
    ctx,
    list.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId]),
  );
  return list.map((trade) => ({
    trade,
    role: roleIn(trade),
    people,
    asset: walletAsset(ctx, trade.asset),
    fiat: walletAsset(ctx, trade.fiat),
  }));
}

/** A trade as the caller, who is a party to it, sees it. */
export async function viewOwn(ctx: Ctx, trade: Trade): Promise<TradeView> {
  const side = sideOf(trade, customerOf(ctx));
  const [view] = side ? await viewTrades(ctx, [trade], () => side) : [];
  if (!view) throw problems.tradeNotFound();
  return view;
}

/** A trade of the caller's, and the side that they are on. */
export async function getOwnTrade(ctx: Ctx, id: Id<"trade">): Promise<{ trade: Trade; side: "buyer" | "seller" }> {
  const trade = await findTrade(ctx, id);
  const side = trade && sideOf(trade, customerOf(ctx));
  if (!trade || !side) throw problems.tradeNotFound();
  return { trade, side };
}

export async function getTrade(ctx: Ctx, id: Id<"trade">): Promise<TradeView> {
  return await viewOwn(ctx, (await getOwnTrade(ctx, id)).trade);
}

export async function listOwnTrades(ctx: Ctx, state: TradeState | null, page: PageRequest): Promise<Page<TradeView>> {
  const userId = customerOf(ctx);
  const rows = await listTrades(ctx, { userId, states: state === null ? [] : [state] }, page);
  const views = await viewTrades(ctx, rows, (trade) => sideOf(trade, userId) ?? "buyer");
  return toPage(views, page, ({ trade }) => trade.id);
}

export async function listOwnMessages(ctx: Ctx, id: Id<"trade">, page: PageRequest): Promise<Page<Message>> {
  await getOwnTrade(ctx, id);
  return toPage(await listMessages(ctx, id, page), page, (row) => row.id);
}
