import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { expectChange } from "#platform/commit";
import type { TicketFilter } from "./repository.operators.ts";
import { matchesFilter } from "./repository.operators.ts";
import { articles, messages, tickets } from "./tables.ts";

export type Article = typeof articles.$inferSelect;
export type TicketRow = Omit<typeof tickets.$inferSelect, "id" | "userId"> & { id: Id<"tkt">; userId: Id<"user"> };
export type MessageRow = Omit<typeof messages.$inferSelect, "id" | "ticketId"> & { id: Id<"msg">; ticketId: Id<"tkt"> };
export type Ticket = TicketRow & { messages: readonly MessageRow[] };

export async function listArticles(ctx: Ctx): Promise<Article[]> {
  return await ctx.db.read.select().from(articles).orderBy(asc(articles.position), asc(articles.slug));
}

export async function findArticle(ctx: Ctx, slug: string): Promise<Article | null> {
  const [article] = await ctx.db.read.select().from(articles).where(eq(articles.slug, slug)).limit(1);
  return article ?? null;
}

/** Puts an article down, or brings it up to date. */
export function upsertArticle(ctx: Ctx, article: Article): Statement {
  const { slug: _slug, ...rest } = article;
  const query = ctx.db.primary
    .insert(articles)
    .values(article)
    .onConflictDoUpdate({ target: articles.slug, set: rest });
  return ctx.db.statement(query);
}

/** Tickets of one user, or those that operators look for, newest first; one row more than the page holds. */
export async function listTickets(
  ctx: Ctx,
  of: { readonly userId: Id<"user"> } | TicketFilter,
  page: PageRequest,
): Promise<Ticket[]> {
  const rows = await ctx.db.read
    .select()
    .from(tickets)
    .where(
      and(
        ...("userId" in of ? [eq(tickets.userId, of.userId)] : matchesFilter(of)),
        page.after === null ? undefined : lt(tickets.id, page.after),
      ),
    )
    .orderBy(desc(tickets.id))
    .limit(page.limit + 1);
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map((row) => row.id));
  const thread = (await ctx.db.read
    .select()
    .from(messages)
    .where(inArray(messages.ticketId, sql`(select value from json_each(${ids}))`))
    .orderBy(asc(messages.ticketId), asc(messages.id))) as MessageRow[];
  const byTicket = Map.groupBy(thread, (message) => message.ticketId);
  return (rows as TicketRow[]).map((row) => ({ ...row, messages: byTicket.get(row.id) ?? [] }));
}

export async function findTicket(ctx: Ctx, id: Id<"tkt">): Promise<Ticket | null> {
  const [rows, thread] = await Promise.all([
    ctx.db.read.select().from(tickets).where(eq(tickets.id, id)).limit(1),
    ctx.db.read.select().from(messages).where(eq(messages.ticketId, id)).orderBy(asc(messages.id)),
  ]);
  const [row] = rows as TicketRow[];
  return row ? { ...row, messages: thread as MessageRow[] } : null;
}

export function insertTicket(ctx: Ctx, { messages: thread, ...row }: Ticket): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(tickets).values(row)),
    ...thread.map((message) => insertMessage(ctx, message)),
  ];
}

export function insertMessage(ctx: Ctx, message: MessageRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(messages).values(message));
}

/** Moves a ticket on, unless it was closed meanwhile; refused as `support_ticket_closed`. */
export function updateTicket(
  ctx: Ctx,
  id: Id<"tkt">,
  changes: Pick<TicketRow, "status"> & Partial<Pick<TicketRow, "respondBy" | "answeredAt">>,
): Statement[] {
  const query = ctx.db.primary
    .update(tickets)
    .set({ ...changes, updatedAt: ctx.now() })
    .where(and(eq(tickets.id, id), inArray(tickets.status, ["open", "answered"])));
  return [ctx.db.statement(query), expectChange(ctx, "support_ticket_closed")];
}
