import type { Id } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import { findSessionActor } from "#modules/identity";
import type { ClientFrame, Visitor } from "#objects/escrow-trade";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Message } from "./repository.messages.ts";
import { insertMessage, listMessages } from "./repository.messages.ts";
import { findDisputeOf } from "./repository.disputes.ts";
import type { Trade } from "./repository.trades.ts";
import { takesMessages } from "./rules.ts";
import { presentTrade } from "./schemas.ts";
import { viewTrades } from "./service.views.ts";

/** What a trade's socket says. */

const REPLAYED = 100;

const error = (code: string, message: string): object => ({ type: "error", code, message });
export const frameInvalid = error("frame_invalid", "This is not a frame that a trade takes.");
const chatClosed = error("chat_closed", "The trade is over; nothing more is written here.");

/** What a visitor is told on arrival: where the trade stands, and what was said so far. */
export async function greet(ctx: Ctx, trade: Trade, visitor: Visitor): Promise<object[]> {
  const [show, said] = await Promise.all([
    stateFrames(ctx, trade),
    listMessages(ctx, trade.id, { limit: REPLAYED, after: null }),
  ]);
  return [show(visitor), ...said.slice(0, REPLAYED).toReversed().map(toFrame)];
}

/** The trade as each visitor may see it. */
export async function stateFrames(ctx: Ctx, trade: Trade): Promise<(visitor: Visitor) => object> {
  const [view] = await viewTrades(ctx, [trade], () => "arbitrator");
  return ({ role }) => ({ type: "state", trade: view ? presentTrade({ ...view, role }) : null });
}

function toFrame({ id, role, authorId, clientId, content, at }: Message): object {
  return { type: "message", id, from: role, authorId, clientId, content, at: toTimestamp(at) };
}

export interface Saying {
  readonly visitor: Visitor;
  readonly frame: Extract<ClientFrame, { type: "message" }>;
}

/** What its author hears of a message, and what everybody does; a repeat is told to its author alone. */
export interface Said {
  readonly reply: object;
  readonly message: object | null;
}

/** Keeps a message and says what to send; null for whoever has no part in the trade any more. */
export async function say(ctx: Ctx, trade: Trade, { visitor, frame }: Saying): Promise<Said | null> {
  if (visitor.role === "arbitrator" && !(await isArbitrator(ctx, trade.id, visitor.userId))) return null;
  if (!takesMessages(trade, ctx.now())) return { reply: chatClosed, message: null };
  const row: Message = {
    id: ctx.newId("msg"),
    tradeId: trade.id,
    authorId: visitor.userId,
    role: visitor.role,
    clientId: frame.id,
    content: frame.content,
    at: ctx.now(),
  };
  const [kept] = await commit(ctx, [insertMessage(ctx, row)]);
  const reply = { type: "ack", id: frame.id };
  return { reply, message: (kept?.meta.changes ?? 0) > 0 ? toFrame(row) : null };
}

/** Whether somebody decides over the trade's dispute now. */
export async function isArbitrator(ctx: Ctx, tradeId: Id<"trade">, userId: string): Promise<boolean> {
  const dispute = await findDisputeOf(ctx, tradeId);
  return dispute?.assignedTo === userId && dispute.closedAt === null;
}

/** Whether whoever holds an open socket may go on. */
export async function isWelcome(ctx: Ctx, { sessionId, userId, role, tradeId }: Visitor): Promise<boolean> {
  const actor = await findSessionActor(ctx, sessionId);
  if (actor?.userId !== userId) return false;
  return role !== "arbitrator" || (actor.role === "admin" && (await isArbitrator(ctx, tradeId, userId)));
}
