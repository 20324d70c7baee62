import type { Id } from "#kernel/ids";
import * as p2p from "#modules/p2p";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { hasEnded } from "./rules.ts";
import { getOwnTrade } from "./service.views.ts";

export interface GiveFeedback {
  readonly tradeId: Id<"trade">;
  readonly rating: number;
  readonly comment: string | null;
}

export interface Given extends GiveFeedback {
  readonly at: number;
  /** The same was said before. */
  readonly repeated: boolean;
}

/** One side's word about the other, once, and only after the end. */
export const giveFeedback = once(async (ctx: Ctx, input: GiveFeedback): Promise<Given> => {
  const { tradeId, rating, comment } = input;
  const { trade, side } = await getOwnTrade(ctx, tradeId);
  const { state, version } = trade;
  if (!hasEnded(trade, ctx.now()))
    throw problems.illegalTransition({ detail: "Feedback is for trades that are over.", extra: { state, version } });
  const fromId = customerOf(ctx);
  const before = (await p2p.listFeedbackOf(ctx, [tradeId])).find((given) => given.fromId === fromId);
  if (before?.rating === rating && before.comment === comment) return { ...input, at: before.at, repeated: true };
  const given = { ...input, at: ctx.now(), repeated: false };
  const toId = side === "buyer" ? trade.sellerId : trade.buyerId;
  await commit(ctx, p2p.recordFeedback(ctx, { tradeId, fromId, toId, rating, comment }), {
    audit: { action: "trade.rated", target: tradeId, after: { rating } },
    result: given,
    refusals: p2p.feedbackRefusals,
  });
  return given;
});
