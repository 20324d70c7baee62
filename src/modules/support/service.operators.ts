import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY } from "#kernel/time";
import { findAccount } from "#modules/identity";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import * as repository from "./repository.operators.ts";
import type { CannedAnswer, Note, Rating, TicketFilter } from "./repository.operators.ts";
import type { Ticket } from "./repository.ts";
import { listTickets } from "./repository.ts";
import { findAnyTicket, getTicket } from "./service.ts";

/** A ticket as operators see it. */
export interface DeskTicket extends Ticket {
  readonly rating: Rating | null;
}

async function withRatings(ctx: Ctx, tickets: readonly Ticket[]): Promise<DeskTicket[]> {
  const rated = await repository.ratingsOf(
    ctx,
    tickets.map(({ id }) => id),
  );
  return tickets.map((ticket) => ({ ...ticket, rating: rated.get(ticket.id) ?? null }));
}

/** Every customer's tickets, for operators. */
export async function listTicketQueue(ctx: Ctx, filter: TicketFilter, page: PageRequest): Promise<Page<DeskTicket>> {
  const found = toPage(await listTickets(ctx, filter, page), page, (ticket) => ticket.id);
  return { ...found, data: await withRatings(ctx, found.data) };
}

export interface AssignTicket {
  readonly ticketId: Id<"tkt">;
  /** Oneself, if left out. */
  readonly to: Id<"user"> | null;
}

export const assignTicket = once(async (ctx: Ctx, { ticketId, to }: AssignTicket): Promise<Ticket> => {
  const ticket = await findAnyTicket(ctx, ticketId);
  const assignedTo = to ?? customerOf(ctx);
  if (to !== null) await assertOperator(ctx, to);
  if (ticket.status === "closed") throw problems.ticketClosed();
  const result: Ticket = { ...ticket, assignedTo, updatedAt: ctx.now() };
  await commit(ctx, repository.assignTicket(ctx, ticket, assignedTo), {
    audit: {
      action: "ticket.assigned",
      target: ticketId,
      before: { assignedTo: ticket.assignedTo },
      after: { assignedTo },
    },
    result,
    refusals: { support_ticket_moved: problems.ticketMoved },
  });
  return result;
});

async function assertOperator(ctx: Ctx, id: Id<"user">): Promise<void> {
  const account = await findAccount(ctx, id);
  if (!account || account.role === "user" || account.status !== "active") throw problems.assigneeUnfit();
}

export interface NoteTicket {
  readonly ticketId: Id<"tkt">;
  readonly body: string;
}

/** Writes something down that customers never see. */
export const noteTicket = once(async (ctx: Ctx, { ticketId, body }: NoteTicket): Promise<Note> => {
  await findAnyTicket(ctx, ticketId);
  const note = { id: ctx.newId("msg"), ticketId, authorId: customerOf(ctx), body, at: ctx.now() };
  await commit(ctx, [repository.insertNote(ctx, note)], {
    audit: { action: "ticket.noted", target: ticketId },
    result: note,
  });
  return note;
});

export async function listNotes(ctx: Ctx, ticketId: Id<"tkt">): Promise<Note[]> {
  await findAnyTicket(ctx, ticketId);
  return await repository.listNotes(ctx, ticketId);
}

export interface RateTicket {
  readonly ticketId: Id<"tkt">;
  readonly stars: number;
  readonly comment: string | null;
}

/** A customer's word on how it went, once there is an answer; a later one takes its place. */
export const rateTicket = once(async (ctx: Ctx, { ticketId, stars, comment }: RateTicket): Promise<Rating> => {
  const ticket = await getTicket(ctx, ticketId);
  if (ticket.answeredAt === null) throw problems.ticketUnanswered();
  const rating = { ticketId, stars, comment, at: ctx.now() };
  await commit(ctx, [repository.putRating(ctx, rating)], { result: rating });
  return rating;
});

export async function listCannedAnswers(ctx: Ctx): Promise<CannedAnswer[]> {
  return await repository.listCannedAnswers(ctx);
}

export async function putCannedAnswer(ctx: Ctx, input: Pick<CannedAnswer, "name" | "body">): Promise<CannedAnswer> {
  const answer = { ...input, updatedBy: customerOf(ctx), updatedAt: ctx.now() };
  await commit(ctx, [repository.putCannedAnswer(ctx, answer)], {
    audit: { action: "cannedAnswer.updated", target: input.name, after: { body: input.body } },
  });
  return answer;
}

export async function deleteCannedAnswer(ctx: Ctx, name: string): Promise<void> {
  await commit(ctx, repository.deleteCannedAnswer(ctx, name), {
    audit: { action: "cannedAnswer.deleted", target: name },
    refusals: { support_canned_answer_missing: problems.cannedAnswerNotFound },
  });
}

const LOOK_BACK = 30 * DAY;

/** What waits at the desk, and how the last thirty days went, in basis points and hundredths of a star. */
export async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const desk = await repository.readDesk(ctx, ctx.now() - LOOK_BACK);
  if (!desk) return {};
  return {
    openTickets: desk.open,
    lateTickets: desk.late,
    unassignedTickets: desk.unassigned,
    ticketsAnswered30d: desk.answered,
    ...(desk.answered === 0 ? {} : { ticketsInTimeBps30d: Math.round((desk.inTime * 10_000) / desk.answered) }),
    ...(desk.ratings === 0 ? {} : { ticketStarsHundredths30d: Math.round((desk.stars * 100) / desk.ratings) }),
  };
}
