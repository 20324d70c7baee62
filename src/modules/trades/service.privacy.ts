import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { forgetFilesOf, listEvidenceOf } from "./repository.evidence.ts";
import { eraseMessages, listMessagesOf } from "./repository.messages.ts";
import { eraseReasons, listReasonsOf } from "./repository.privacy.ts";
import { forgetPayer, hasOpenTrade, listAllOf } from "./repository.trades.ts";
import { sideOf } from "./rules.ts";

/** Everything that is kept of a person's trades; of the other side only the id. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const [trades, messages, files, said] = await Promise.all([
    listAllOf(ctx, userId),
    listMessagesOf(ctx, userId),
    listEvidenceOf(ctx, userId),
    listReasonsOf(ctx, userId),
  ]);
  return {
    ...said,
    trades: trades.map(({ hints: _hints, payerName, payerDiffers: _differs, ...trade }) => ({
      ...trade,
      role: sideOf(trade, userId),
      payerName: trade.buyerId === userId ? payerName : null,
    })),
    messages: messages.map(({ id, tradeId, content, at }) => ({ id, tradeId, content, at })),
    evidence: files.map(({ id, tradeId, name, contentType, bytes, createdAt }) => ({
      id,
      tradeId,
      name,
      contentType,
      bytes,
      createdAt,
    })),
  };
}

/** Takes a person's words, name and files out. Who traded what with whom stays, because the ledger says it too. */
export async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]> {
  const files = await listEvidenceOf(ctx, userId);
  if (files.length > 0) await ctx.env.FILES.delete(files.map(({ fileKey }) => fileKey));
  return [
    eraseMessages(ctx, userId),
    forgetPayer(ctx, userId),
    forgetFilesOf(ctx, userId),
    ...eraseReasons(ctx, userId),
    ctx.db.sql("delete from trades_sockets where user_id = ?", userId),
  ];
}

/** Somebody whose trade is open cannot go. */
export async function eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]> {
  return (await hasOpenTrade(ctx, userId)) ? ["trade_open"] : [];
}
