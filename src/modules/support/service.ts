import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { entitlementsOf } from "#modules/billing";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { accountOf, customerOf } from "#platform/http/access";
import { z } from "zod";
import { problems } from "./errors.ts";
import * as repository from "./repository.ts";
import type { MessageRow, Ticket } from "./repository.ts";
import type { Author } from "./rules.ts";
import { statusAfter, supportLevel } from "./rules.ts";

export const ticketOpened = defineEvent("ticket.opened", z.strictObject({ ticketId: z.string() }));

export async function listArticles(ctx: Ctx): Promise<repository.Article[]> {
  return await repository.listArticles(ctx);
}

export async function getArticle(ctx: Ctx, slug: string): Promise<repository.Article> {
  const article = await repository.findArticle(ctx, slug);
  if (!article) throw problems.articleNotFound({ detail: "GET /api/v1/help/articles lists all of them." });
  return article;
}

export interface CreateTicket {
  readonly subject: string;
  readonly body: string;
}

export const createTicket = once(async (ctx: Ctx, input: CreateTicket): Promise<Ticket> => {
  const userId = customerOf(ctx);
  const now = ctx.now();
  const { priority, respondWithinMs } = supportLevel((await entitlementsOf(ctx, userId)).support);
  const id = ctx.newId("tkt");
  const ticket: Ticket = {
    id,
    userId,
    subject: input.subject,
    status: "open",
    priority,
    respondBy: now + respondWithinMs,
    assignedTo: null,
    answeredAt: null,
    createdAt: now,
    updatedAt: now,
    messages: [{ id: ctx.newId("msg"), ticketId: id, author: "customer", authorId: userId, body: input.body, at: now }],
  };
  await commit(ctx, repository.insertTicket(ctx, ticket), {
    events: [draftEvent(ticketOpened, { ticketId: id })],
    result: ticket,
  });
  return ticket;
});

export async function listTickets(ctx: Ctx, page: PageRequest): Promise<Page<Ticket>> {
  return toPage(await repository.listTickets(ctx, { userId: customerOf(ctx) }, page), page, (ticket) => ticket.id);
}

export async function getTicket(ctx: Ctx, id: Id<"tkt">): Promise<Ticket> {
  const userId = customerOf(ctx);
  const ticket = await repository.findTicket(ctx, id);
  if (ticket?.userId !== userId) throw problems.ticketNotFound();
  return ticket;
}

export interface AddMessage {
  readonly ticketId: Id<"tkt">;
  readonly body: string;
}

export const addMessage = once(async (ctx: Ctx, input: AddMessage): Promise<Ticket> => {
  const ticket = await getTicket(ctx, input.ticketId);
  return await append(ctx, ticket, { author: "customer", body: input.body });
});

/** An operator's answer to anybody's ticket. */
export const answerTicket = once(async (ctx: Ctx, input: AddMessage): Promise<Ticket> => {
  const ticket = await findAnyTicket(ctx, input.ticketId);
  return await append(ctx, ticket, { author: "support", body: input.body });
});

export const closeTicket = once(async (ctx: Ctx, id: Id<"tkt">): Promise<Ticket> => {
  const ticket = await findAnyTicket(ctx, id);
  if (ticket.status === "closed") return ticket;
  const closed: Ticket = { ...ticket, status: "closed", updatedAt: ctx.now() };
  await commit(ctx, repository.updateTicket(ctx, id, { status: "closed" }), {
    audit: { action: "ticket.closed", target: id, before: { status: ticket.status }, after: { status: "closed" } },
    result: closed,
    refusals: { support_ticket_closed: problems.ticketClosed },
  });
  return closed;
});

/** Tells the customer that the ticket has arrived, and by when to expect an answer. */
export async function acknowledgeTicket(ctx: Ctx, id: Id<"tkt">): Promise<void> {
  const ticket = await repository.findTicket(ctx, id);
  if (!ticket) return;
  const by = new Date(ticket.respondBy).toUTCString();
  const body = `We have your message and will answer by ${by}. You can add to it here at any time.`;
  await commit(ctx, [repository.insertMessage(ctx, messageOf(ctx, ticket.id, { author: "bourse", body }))]);
}

interface Words {
  readonly author: Author;
  readonly body: string;
}

async function append(ctx: Ctx, ticket: Ticket, words: Words): Promise<Ticket> {
  const status = statusAfter(ticket.status, words.author);
  if (status === "refused") throw problems.ticketClosed({ detail: "Open a new ticket and mention this one." });
  const message = messageOf(ctx, ticket.id, words);
  const changes = { status, ...(await timesAfter(ctx, ticket, words.author)) };
  const result: Ticket = { ...ticket, ...changes, updatedAt: ctx.now(), messages: [...ticket.messages, message] };
  await commit(ctx, [...repository.updateTicket(ctx, ticket.id, changes), repository.insertMessage(ctx, message)], {
    ...(words.author === "support" ? { audit: { action: "ticket.answered", target: ticket.id } } : {}),
    result,
    refusals: { support_ticket_closed: problems.ticketClosed },
  });
  return result;
}

/** A customer who writes after an answer waits anew; the first answer is noted for good. */
async function timesAfter(ctx: Ctx, ticket: Ticket, author: Author): Promise<Partial<Ticket>> {
  if (author === "support") return { answeredAt: ticket.answeredAt ?? ctx.now() };
  if (author !== "customer" || ticket.status !== "answered") return {};
  const { respondWithinMs } = supportLevel((await entitlementsOf(ctx, ticket.userId)).support);
  return { respondBy: ctx.now() + respondWithinMs };
}

function messageOf(ctx: Ctx, ticketId: Id<"tkt">, { author, body }: Words): MessageRow {
  return { id: ctx.newId("msg"), ticketId, author, authorId: accountOf(ctx.actor), body, at: ctx.now() };
}

/** Anybody's ticket: for operators. */
export async function findAnyTicket(ctx: Ctx, id: Id<"tkt">): Promise<Ticket> {
  const ticket = await repository.findTicket(ctx, id);
  if (!ticket) throw problems.ticketNotFound();
  return ticket;
}
