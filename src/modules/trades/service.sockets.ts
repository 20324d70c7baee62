import type { Id } from "#kernel/ids";
import { isId } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import { findSessionActor } from "#modules/identity";
import { CLOSE } from "#objects/escrow-trade";
import type { CloseCode, Farewell, Visitor } from "#objects/escrow-trade";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import type { Ticket } from "#platform/tickets";
import { signTicket, verifyTicket } from "#platform/tickets";
import { problems } from "./errors.ts";
import { forgetSockets, listSockets, noteSocket, useTicket } from "./repository.messages.ts";
import { findTrade } from "./repository.trades.ts";
import { sideOf } from "./rules.ts";
import { tradeObject } from "./service.commands.ts";
import { isArbitrator } from "./service.live.ts";

/**
 * How a trade's socket is opened. Everything is decided here, before an object is woken: the ticket, its single use, the
 * session behind it, and the part that somebody has in the trade.
 */

const USE = { purpose: "trade", audience: "trades" } as const;
const TICKET_SECONDS = 60;
/** Sockets that somebody may have open over all trades. */
const SOCKETS_MAX = 20;

export interface CreatedTicket {
  readonly token: string;
  readonly url: string;
  readonly expiresIn: 60;
}

export async function createTicket(ctx: Ctx, tradeId: Id<"trade">): Promise<CreatedTicket> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new TypeError("Tickets are for sessions.");
  if ((await roleOf(ctx, tradeId, actor)) === null) throw problems.tradeNotFound();
  const token = await signTicket(ctx, {
    ...USE,
    subject: actor.userId,
    ttlSeconds: TICKET_SECONDS,
    claims: { session: actor.sessionId, trade: tradeId },
  });
  const origin = ctx.config.publicOrigin.replace(/^http/, "ws");
  return { token, url: `${origin}/ws/trades/${tradeId}?token=${token}`, expiresIn: TICKET_SECONDS };
}

/** The part that somebody has in a trade: as a party, or as the administrator who decides over its dispute. */
async function roleOf(
  ctx: Ctx,
  tradeId: Id<"trade">,
  { userId, role }: { readonly userId: Id<"user">; readonly role: string },
): Promise<Visitor["role"] | null> {
  const trade = await findTrade(ctx, tradeId);
  const side = trade && sideOf(trade, userId);
  if (!trade || side) return side;
  return role === "admin" && (await isArbitrator(ctx, tradeId, userId)) ? "arbitrator" : null;
}

export interface Arrival {
  readonly token: string;
  /** As the address names it. */
  readonly tradeId: string;
  readonly origin: string | null;
}

export type Welcome =
  | { readonly state: "welcome"; readonly visitor: Visitor }
  | { readonly state: "turned_away"; readonly code: CloseCode };

const turnedAway = (code: CloseCode): Welcome => ({ state: "turned_away", code });

/** Whether a page may open sockets here. No page at all is a program, whose ticket is credential enough. */
function isOurs(ctx: Ctx, origin: string | null): boolean {
  return origin === null || origin === ctx.config.publicOrigin || ctx.config.corsOrigins.has(origin);
}

/** Decides whether a socket opens, and uses its ticket up. A browser on another page is refused before that. */
export async function receive(ctx: Ctx, { token, tradeId, origin }: Arrival): Promise<Welcome> {
  if (!isOurs(ctx, origin)) return turnedAway(CLOSE.notYours);
  const ticket = await verifyTicket(ctx, token, USE);
  const actor = ticket && (await findSessionActor(ctx, ticket.claims["session"] as Id<"sess">));
  if (!ticket || actor?.userId !== ticket.subject) return turnedAway(CLOSE.ticket);
  if (ticket.claims["trade"] !== tradeId || !isId("trade", tradeId)) return turnedAway(CLOSE.notYours);
  const role = await roleOf(ctx, tradeId, actor);
  if (!role) return turnedAway(CLOSE.notYours);
  const { userId, sessionId } = actor;
  return await enter(ctx, ticket, { tradeId, userId, sessionId, role, verifiedAt: ctx.now() });
}

async function enter(ctx: Ctx, ticket: Ticket, visitor: Visitor): Promise<Welcome> {
  try {
    await commit(ctx, [useTicket(ctx, ticket.id, ticket.expiresAt + SECOND), noteSocket(ctx, visitor)]);
  } catch (error) {
    if (isRefusedBy(error, "trades_used_tickets.id")) return turnedAway(CLOSE.ticket);
    throw error;
  }
  ctx.defer(makeRoom(ctx, visitor.userId));
  return { state: "welcome", visitor };
}

/** Closes a person's oldest sockets beyond those that they may have. */
async function makeRoom(ctx: Ctx, userId: string): Promise<void> {
  const surplus = (await listSockets(ctx, userId)).slice(SOCKETS_MAX).map(({ tradeId }) => tradeId);
  if (surplus.length === 0) return;
  const farewell = { code: CLOSE.replaced, userId, sessionId: null, except: null };
  for (const id of surplus) await tradeObject(ctx, id).closeSockets(farewell);
  await commit(ctx, [forgetSockets(ctx, userId, surplus)]);
}

/** Closes what somebody has open: of a session that is over, or of all. */
export async function closeSockets(ctx: Ctx, of: Omit<Farewell, "code">): Promise<void> {
  const sockets = await listSockets(ctx, of.userId);
  for (const { tradeId } of sockets) await tradeObject(ctx, tradeId).closeSockets({ ...of, code: CLOSE.ticket });
}
