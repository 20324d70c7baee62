import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { MINUTE } from "#kernel/time";
import * as ledger from "#modules/ledger";
import * as p2p from "#modules/p2p";
import { insertWallet, walletAsset } from "#modules/wallet";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { readAmount } from "#platform/http/money";
import { http } from "#platform/http/problems";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { tradeMoved } from "./events.ts";
import type { Trade, Transition } from "./repository.trades.ts";
import { insertTrade } from "./repository.trades.ts";
import { tradeObject } from "./service.commands.ts";
import { escrowOf } from "./service.steps.ts";

export interface CreateTrade {
  readonly adId: Id<"ad">;
  /** Exactly one of the two. */
  readonly fiatAmount: string | null;
  readonly assetAmount: string | null;
  readonly paymentMethod: string;
}

/** Takes an ad: the seller's asset and the fee are in escrow, or nothing has happened. */
export const createTrade = once(async (ctx: Ctx, input: CreateTrade): Promise<Trade> => {
  const takerId = customerOf(ctx);
  const ad = await p2p.findAd(ctx, input.adId);
  if (!ad) throw problems.adNotFound();
  const quote = await p2p.quoteAd(ctx, ad);
  const amounts = amountsOf(ctx, { ad, quote, input });
  const take = { ad, quote, takerId, ...amounts, paymentMethod: input.paymentMethod };
  const admission = await p2p.assertMayTrade(ctx, take);
  const trade = begin(ctx, admission);
  await commit(
    ctx,
    [
      ...p2p.takeFromAd(ctx, admission),
      insertWallet(ctx, trade.sellerId, trade.asset),
      ledger.insertAccount(ctx, ledger.account("escrow:trade", trade.asset, trade.id)),
      ...insertTrade(ctx, trade),
      ...ledger.insertTransfers(ctx, ledger.escrowLocked(escrowOf(trade))),
    ],
    {
      audit: { action: "trade.created", target: trade.id, after: auditOf(trade) },
      events: [
        draftEvent(tradeMoved, { tradeId: trade.id, version: trade.version }),
        draftEvent(p2p.sellerFundsMoved, { userId: trade.sellerId }),
      ],
      result: trade,
      refusals: { ...ledger.refusals, ...p2p.takeRefusals },
    },
  );
  ctx.defer(tradeObject(ctx, trade.id).begin(trade));
  return trade;
});

interface Asked {
  readonly ad: p2p.Ad;
  readonly quote: p2p.Quote;
  readonly input: CreateTrade;
}

/** Both amounts from the one that was given, at the frozen price. */
function amountsOf(ctx: Ctx, { ad, quote, input }: Asked): { assetAmount: number; fiatAmount: number } {
  const [asset, fiat] = [walletAsset(ctx, ad.asset), walletAsset(ctx, ad.fiat)];
  const scales = p2p.scalesOf(ctx, ad);
  try {
    if (input.fiatAmount !== null) {
      const fiatAmount = readAmount(input.fiatAmount, fiat.ledger, { path: "fiatAmount" });
      return { fiatAmount, assetAmount: p2p.assetFor(fiatAmount, quote.price, scales) };
    }
    const assetAmount = readAmount(input.assetAmount ?? "", asset.ledger, { path: "assetAmount" });
    return { assetAmount, fiatAmount: p2p.fiatFor(assetAmount, quote.price, scales) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "This is more than can be traded at once.";
    throw http.validationFailed({
      detail: message,
      code: "amount_too_large",
      errors: [{ path: "", code: "amount_too_large", message }],
    });
  }
}

function begin(ctx: Ctx, { take, method, hints }: p2p.Admission): Trade {
  const { ad, quote, takerId, assetAmount, fiatAmount } = take;
  const id = ctx.newId("trade");
  const now = ctx.now();
  const payBy = now + ad.paymentWindowMinutes * MINUTE;
  const deadlines = { payBy, releaseBy: null, appealBy: null };
  const first: Transition = {
    tradeId: id,
    version: 1,
    commandId: "begin",
    command: "begin",
    actorId: takerId,
    role: ad.side === "sell" ? "buyer" : "seller",
    fromState: null,
    toState: "escrowed",
    reason: null,
    ...deadlines,
    at: now,
  };
  return {
    id,
    adId: ad.id,
    makerId: ad.userId,
    buyerId: ad.side === "sell" ? takerId : ad.userId,
    sellerId: ad.side === "sell" ? ad.userId : takerId,
    asset: ad.asset,
    assetAmount,
    feeAmount: p2p.feeFor(ctx, assetAmount),
    fiat: ad.fiat,
    fiatAmount,
    price: quote.price,
    paymentMethod: method.method,
    terms: ad.terms,
    releaseMinutes: method.releaseWindowMinutes,
    hints,
    payerName: null,
    payerDiffers: false,
    state: "escrowed",
    version: 1,
    stateSince: now,
    ...deadlines,
    createdAt: now,
    events: [first],
  };
}

function auditOf({ adId, buyerId, sellerId, asset, assetAmount, feeAmount, fiat, fiatAmount, price }: Trade): object {
  return { adId, buyerId, sellerId, asset, assetAmount, feeAmount, fiat, fiatAmount, price };
}
