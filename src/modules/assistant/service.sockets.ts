import type { Id } from "#kernel/ids";
import { isId } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import { findSessionActor } from "#modules/identity";
import { CLOSE } from "#objects/chat-session";
import type { CloseCode, Visitor } from "#objects/chat-session";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import type { Ticket } from "#platform/tickets";
import { signTicket, verifyTicket } from "#platform/tickets";
import { Problem } from "#kernel/problem";
import { problems } from "./errors.ts";
import type { Conversation } from "./repository.ts";
import * as repository from "./repository.ts";
import { chat, draftConversation, getConversation, MAX_CONVERSATIONS } from "./service.ts";

/**
 * How a socket is opened. Everything is decided here, before an object is woken: the ticket, its single use, the session
 * behind it, and whose the conversation is.
 */

const USE = { purpose: "chat", audience: "assistant" } as const;
export const TICKET_SECONDS = 60;

export interface CreatedTicket {
  readonly token: string;
  readonly url: string;
  readonly expiresIn: number;
}

export async function createTicket(ctx: Ctx, conversationId: Id<"conv"> | null): Promise<CreatedTicket> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new TypeError("Tickets are for sessions.");
  if (conversationId !== null) await getConversation(ctx, conversationId);
  const token = await signTicket(ctx, {
    ...USE,
    subject: actor.userId,
    ttlSeconds: TICKET_SECONDS,
    claims: { session: actor.sessionId, ...(conversationId === null ? {} : { conversation: conversationId }) },
  });
  const origin = ctx.config.publicOrigin.replace(/^http/, "ws");
  return { token, url: `${origin}/ws/chat?token=${token}`, expiresIn: TICKET_SECONDS };
}

export interface Arrival {
  readonly token: string;
  /** As the address names it; a ticket may name it instead. */
  readonly conversationId: string | null;
  readonly origin: string | null;
}

export type Welcome =
  | { readonly state: "welcome"; readonly visitor: Visitor }
  | { readonly state: "turned_away"; readonly code: CloseCode };

const turnedAway = (code: CloseCode): Welcome => ({ state: "turned_away", code });

/** Decides whether a socket opens, and uses its ticket up. A browser on another page is refused before that. */
export async function receive(ctx: Ctx, arrival: Arrival): Promise<Welcome> {
  if (!isOurs(ctx, arrival.origin)) return turnedAway(CLOSE.notYours);
  const ticket = await verifyTicket(ctx, arrival.token, USE);
  const visitor = ticket && (await visitorOf(ctx, ticket));
  if (!ticket || !visitor) return turnedAway(CLOSE.ticket);
  const { conversation: named = null } = ticket.claims;
  const wanted = named ?? arrival.conversationId;
  if (wanted !== (arrival.conversationId ?? named)) return turnedAway(CLOSE.notYours);
  const conversation = await conversationOf(ctx, visitor.userId, wanted);
  if (!conversation) return turnedAway(CLOSE.notYours);
  return await enter(ctx, ticket, { ...visitor, conversation, made: wanted === null });
}

/** Whether a page may open sockets here. No page at all is a program, whose ticket is credential enough. */
function isOurs(ctx: Ctx, origin: string | null): boolean {
  return origin === null || origin === ctx.config.publicOrigin || ctx.config.corsOrigins.has(origin);
}

type Person = Pick<Visitor, "userId" | "sessionId" | "plan">;

/** Who holds a ticket, if the session that it was made in is still good. */
async function visitorOf(ctx: Ctx, { subject, claims }: Ticket): Promise<Person | null> {
  const actor = await findSessionActor(ctx, claims["session"] as Id<"sess">);
  if (actor?.userId !== subject) return null;
  const { userId, sessionId, plan } = actor;
  return { userId, sessionId, plan };
}

async function conversationOf(ctx: Ctx, userId: Id<"user">, wanted: string | null): Promise<Conversation | null> {
  if (wanted === null) return draftConversation(ctx, userId);
  if (!isId("conv", wanted)) return null;
  const conversation = await repository.findConversation(ctx, wanted);
  return conversation?.userId === userId ? conversation : null;
}

interface Entry extends Person {
  readonly conversation: Conversation;
  /** It came to be for this socket. */
  readonly made: boolean;
}

async function enter(ctx: Ctx, ticket: Ticket, entry: Entry): Promise<Welcome> {
  const { conversation, made, ...person } = entry;
  const visitor: Visitor = { ...person, conversationId: conversation.id, verifiedAt: ctx.now() };
  try {
    await commit(
      ctx,
      [
        repository.useTicket(ctx, ticket.id, ticket.expiresAt + SECOND),
        ...(made ? repository.insertConversation(ctx, conversation, MAX_CONVERSATIONS) : []),
        repository.noteSocket(ctx, visitor),
      ],
      { refusals: { assistant_conversations_full: problems.tooManyConversations } },
    );
  } catch (error) {
    if (error instanceof Problem) return turnedAway(CLOSE.notYours);
    if (isRefusedBy(error, "assistant_used_tickets.id")) return turnedAway(CLOSE.ticket);
    throw error;
  }
  ctx.defer(makeRoom(ctx, visitor));
  return { state: "welcome", visitor };
}

/** Closes a person's oldest sockets beyond those that they may have. */
async function makeRoom(ctx: Ctx, { userId }: Visitor): Promise<void> {
  const sockets = await repository.listSockets(ctx, userId);
  const surplus = sockets
    .slice(0, Math.max(0, sockets.length - ctx.config.assistant.maxSockets))
    .map((socket) => socket.conversationId);
  if (surplus.length === 0) return;
  for (const id of surplus) await chat(ctx, id).closeSockets({ code: CLOSE.replaced, sessionId: null, except: null });
  await commit(ctx, [repository.forgetSockets(ctx, surplus)]);
}

/** Whether whoever holds an open socket may go on. */
export async function isWelcome(ctx: Ctx, visitor: Visitor): Promise<boolean> {
  const actor = await findSessionActor(ctx, visitor.sessionId);
  return actor?.userId === visitor.userId;
}
