import type { Id } from "#kernel/ids";
import type { Problem } from "#kernel/problem";
import { namesOf } from "#modules/identity";
import type { Ctx } from "#platform/ctx";
import { withGatheredReads } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { problems } from "./errors.ts";
import * as repository from "./repository.traders.ts";
import type { FeedbackRow } from "./repository.traders.ts";
import type { Side } from "./rules.reputation.ts";
import { completionBps, outcomeFor } from "./rules.reputation.ts";

/** What others see of a trader beside an ad or a trade. */
export interface TraderSummary {
  readonly id: Id<"user">;
  readonly name: string;
  /** 0 to 10,000; null of somebody whose trades have not ended yet. */
  readonly completionBps: number | null;
  readonly trades30d: number;
  readonly ratingCount: number;
  readonly ratingSum: number;
}

/** Summaries by id: everybody who is asked for has one. */
export async function traderSummary(
  ctx: Ctx,
  userIds: readonly Id<"user">[],
): Promise<ReadonlyMap<Id<"user">, TraderSummary>> {
  const ids = [...new Set(userIds)];
  const gathered = withGatheredReads(ctx);
  const [rows, names] = await Promise.all([repository.listTraders(gathered, ids), namesOf(gathered, ids)]);
  return new Map(
    ids.map((id) => {
      const { completed30d = 0, cancelled30d = 0, ratingCount = 0, ratingSum = 0 } = rows.get(id) ?? {};
      const summary = {
        id,
        name: names.get(id) ?? nameless(id),
        completionBps: completionBps(completed30d, cancelled30d),
        trades30d: completed30d,
        ratingCount,
        ratingSum,
      };
      return [id, summary] as const;
    }),
  );
}

/** Nobody is called by an address. */
function nameless(id: Id<"user">): string {
  return `Trader ${id.slice(-4).toUpperCase()}`;
}

export interface TradeEnd {
  readonly tradeId: Id<"trade">;
  readonly sellerId: Id<"user">;
  readonly buyerId: Id<"user">;
  readonly asset: string;
  /** What went to the buyer, or would have. */
  readonly assetAmount: number;
  /** Whether the asset went to the buyer as agreed. */
  readonly completed: boolean;
  /** Whose fault it was that it did not; null where it was nobody's or both sides'. */
  readonly fault: Side | null;
  /** From the mark of payment to the release; null where there was none. */
  readonly releaseSeconds: number | null;
}

/** Counts a trade's end for both sides, once: a second time the commit is refused as `exists`. */
export function recordTradeEnd(ctx: Ctx, end: TradeEnd): Statement[] {
  const { tradeId, asset, assetAmount: amount } = end;
  return (["seller", "buyer"] as const).flatMap((side) =>
    repository.insertEnd(ctx, {
      tradeId,
      userId: side === "seller" ? end.sellerId : end.buyerId,
      asset,
      amount,
      outcome: outcomeFor(side, end),
      releaseSeconds: side === "seller" && end.completed ? end.releaseSeconds : null,
    }),
  );
}

/** Takes a recorded end back, of a trade that had expired and is disputed after all. */
export function undoTradeEnd(
  ctx: Ctx,
  { tradeId, sellerId, buyerId }: Pick<TradeEnd, "tradeId" | "sellerId" | "buyerId">,
): Statement[] {
  return [sellerId, buyerId].flatMap((userId) => repository.removeEnd(ctx, tradeId, userId));
}

/** Keeps one side's feedback about the other. Refusals are `feedbackRefusals`. */
export function recordFeedback(ctx: Ctx, row: Omit<FeedbackRow, "at">): Statement[] {
  return repository.insertFeedback(ctx, { ...row, at: ctx.now() });
}

/** Feedback on some trades, for whoever shows them. */
export { listFeedbackOf } from "./repository.traders.ts";

export const feedbackRefusals: Readonly<Record<string, () => Problem>> = {
  "p2p_feedback.trade_id, p2p_feedback.from_id": () => problems.feedbackGiven(),
};
