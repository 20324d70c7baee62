import { asc, eq, inArray, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { cannedAnswers, notes, ratings, tickets } from "./tables.ts";

export type Note = typeof notes.$inferSelect;
export type Rating = typeof ratings.$inferSelect;
export type CannedAnswer = typeof cannedAnswers.$inferSelect;

/** Gives a ticket to somebody, if it is still with whom it was read to be with. */
export function assignTicket(
  ctx: Ctx,
  { id, assignedTo: before }: { readonly id: string; readonly assignedTo: string | null },
  to: string,
): Statement[] {
  return [
    ctx.db.sql(
      "update support_tickets set assigned_to = ?, updated_at = ? where id = ? and assigned_to is ? and status <> 'closed'",
      to,
      ctx.now(),
      id,
      before,
    ),
    expectChange(ctx, "support_ticket_moved"),
  ];
}

export function insertNote(ctx: Ctx, note: Note): Statement {
  return ctx.db.statement(ctx.db.primary.insert(notes).values(note));
}

export async function listNotes(ctx: Ctx, ticketId: Id<"tkt">): Promise<Note[]> {
  return await ctx.db.primary.select().from(notes).where(eq(notes.ticketId, ticketId)).orderBy(asc(notes.id));
}

export function putRating(ctx: Ctx, rating: Rating): Statement {
  const { ticketId: _of, ...rest } = rating;
  const query = ctx.db.primary
    .insert(ratings)
    .values(rating)
    .onConflictDoUpdate({ target: ratings.ticketId, set: rest });
  return ctx.db.statement(query);
}

export async function ratingsOf(ctx: Ctx, ticketIds: readonly string[]): Promise<ReadonlyMap<string, Rating>> {
  const ids = JSON.stringify(ticketIds);
  const rows = await ctx.db.read
    .select()
    .from(ratings)
    .where(inArray(ratings.ticketId, sql`(select value from json_each(${ids}))`));
  return new Map(rows.map((row) => [row.ticketId, row]));
}

export async function listCannedAnswers(ctx: Ctx): Promise<CannedAnswer[]> {
  return await ctx.db.read.select().from(cannedAnswers).orderBy(asc(cannedAnswers.name)).limit(500);
}

export function putCannedAnswer(ctx: Ctx, answer: CannedAnswer): Statement {
  const { name: _name, ...rest } = answer;
  const query = ctx.db.primary
    .insert(cannedAnswers)
    .values(answer)
    .onConflictDoUpdate({ target: cannedAnswers.name, set: rest });
  return ctx.db.statement(query);
}

/** Takes one away; refused as `support_canned_answer_missing`. */
export function deleteCannedAnswer(ctx: Ctx, name: string): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.delete(cannedAnswers).where(eq(cannedAnswers.name, name))),
    expectChange(ctx, "support_canned_answer_missing"),
  ];
}

export interface Desk {
  readonly open: number;
  readonly late: number;
  readonly unassigned: number;
  readonly answered: number;
  readonly inTime: number;
  readonly ratings: number;
  readonly stars: number;
}

/** How the desk does: what waits, and since a moment how many were answered in time and how they were rated. */
export async function readDesk(ctx: Ctx, since: number): Promise<Desk | null> {
  return await ctx.db
    .sql(
      `select coalesce(sum(status = 'open'), 0) as open, coalesce(sum(status = 'open' and respond_by < ?1), 0) as late,
         coalesce(sum(status = 'open' and assigned_to is null), 0) as unassigned,
         coalesce(sum(answered_at >= ?2), 0) as answered,
         coalesce(sum(answered_at >= ?2 and answered_at <= respond_by), 0) as inTime,
         (select count(*) from support_ratings where at >= ?2) as ratings,
         (select coalesce(sum(stars), 0) from support_ratings where at >= ?2) as stars
       from support_tickets where status = 'open' or answered_at >= ?2`,
      ctx.now(),
      since,
    )
    .first<Desk>();
}

/** Which tickets operators want to see. */
export interface TicketFilter {
  readonly status: "open" | "answered" | "closed" | null;
  /** An operator's id; `nobody` for what nobody looks after. */
  readonly assignedTo: string | null;
}

export function matchesFilter({ status, assignedTo }: TicketFilter) {
  return [
    status === null ? undefined : eq(tickets.status, status),
    assignedTo === null
      ? undefined
      : assignedTo === "nobody"
        ? sql`assigned_to is null`
        : eq(tickets.assignedTo, assignedTo),
  ];
}
