import type { Id } from "#kernel/ids";
import { formatAmount } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { SECOND } from "#kernel/time";
import * as ledger from "#modules/ledger";
import { findIndexPrice } from "#modules/market";
import type { WalletAsset } from "#modules/wallet";
import { insertWallet, walletAsset } from "#modules/wallet";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { problems } from "./errors.ts";
import type { Pair, Quote, Swap } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Rate } from "./rules.ts";
import { QUOTE_VALID_SECONDS, rateOf, showRate, termsOf } from "./rules.ts";

/** What somebody wants to know: what so much of one asset is of another, in minor units of the first. */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly give: number;
}

/** Says what a swap would come to, and stands by it for half a minute. */
export const createQuote = once(async (ctx: Ctx, { from, to, give }: Question): Promise<Quote> => {
  const userId = customerOf(ctx);
  const pair = await repository.findPair(ctx, from, to);
  if (!pair?.active) throw problems.pairUnknown({ detail: "GET /api/v1/swap-pairs lists those that are." });
  const [asset, other] = [walletAsset(ctx, from), walletAsset(ctx, to)];
  assertWithin(pair, give, asset);
  const rate = await readRate(ctx, from, to);
  const scales = { from: asset.ledger.scale, to: other.ledger.scale };
  const terms = termsOf(give, pair.spreadBps, { rate, scales });
  if (!terms) throw invalid("amount_too_small", "This would come to nothing.");
  const createdAt = ctx.now();
  const quote: Quote = {
    id: ctx.newId("quote"),
    userId,
    fromAsset: from,
    toAsset: to,
    ...terms,
    rate: showRate(rate),
    createdAt,
    expiresAt: createdAt + QUOTE_VALID_SECONDS * SECOND,
  };
  await commit(ctx, [repository.insertQuote(ctx, quote)], { result: quote });
  return quote;
});

async function readRate(ctx: Ctx, from: string, to: string): Promise<Rate> {
  const [forward, backward] = await Promise.all([findIndexPrice(ctx, from, to), findIndexPrice(ctx, to, from)]);
  const rate = rateOf(forward?.price ?? null, backward?.price ?? null);
  if (!rate) throw problems.priceUnavailable({ detail: "Try again in a minute." });
  return rate;
}

function assertWithin({ minGive, maxGive }: Pair, give: number, { ledger: { scale }, asset }: WalletAsset): void {
  if (give >= minGive && give <= maxGive) return;
  const range = `${formatAmount(minGive, scale)} to ${formatAmount(maxGive, scale)} ${asset}`;
  throw invalid("amount_out_of_range", `At once ${range} are swapped.`);
}

function invalid(code: string, message: string): Error {
  return http.validationFailed({ detail: message, code, errors: [{ path: "amount", code, message }] });
}

/** Does what a quote says, once: both assets move, or neither does. */
export const createSwap = once(async (ctx: Ctx, quoteId: Id<"quote">): Promise<Swap> => {
  const userId = customerOf(ctx);
  const quote = await repository.findQuote(ctx, quoteId);
  if (quote?.userId !== userId) throw problems.quoteNotFound();
  if (await repository.isUsed(ctx, quoteId)) throw problems.quoteUsed();
  if (quote.expiresAt <= ctx.now()) throw problems.quoteExpired();
  const { fromAsset, toAsset, give, fee, receive, rate } = quote;
  const id = ctx.newId("swap");
  const swap: Swap = { id, quoteId, userId, fromAsset, toAsset, give, fee, receive, rate, createdAt: ctx.now() };
  const transfers = ledger.swapExecuted({ swapId: id, userId, fromAsset, toAsset, give, fee, receive });
  const ours = transfers.find(({ asset }) => asset === toAsset)?.id ?? "";
  const opened = [
    ledger.account("clearing:swap", fromAsset),
    ledger.account("clearing:swap", toAsset),
    ledger.account("revenue:fee", fromAsset),
  ].map((account) => ledger.insertAccount(ctx, account));
  const statements = [
    ...repository.insertSwap(ctx, swap),
    insertWallet(ctx, userId, fromAsset),
    insertWallet(ctx, userId, toAsset),
    ...opened,
  ];
  await ledger.commitTransfers(
    ctx,
    { transfers, statements },
    {
      result: swap,
      refusals: {
        [repository.QUOTE_USED]: () => problems.quoteUsed(),
        [repository.QUOTE_ENDED]: () => problems.quoteExpired(),
        [`exceeds_credits.${ours}`]: () => problems.liquidityExhausted({ detail: "Try a smaller amount, or later." }),
        exceeds_credits: () => problems.insufficientFunds(),
      },
    },
  );
  return swap;
});

export async function getSwap(ctx: Ctx, id: Id<"swap">): Promise<Swap> {
  const swap = await repository.findSwap(ctx, id);
  if (swap?.userId !== customerOf(ctx)) throw problems.swapNotFound();
  return swap;
}

export async function listSwaps(ctx: Ctx, page: PageRequest): Promise<Page<Swap>> {
  return toPage(await repository.listSwaps(ctx, customerOf(ctx), page), page, ({ id }) => id);
}
