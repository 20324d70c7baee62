import { asc, eq, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { messages, ratings, tickets } from "./tables.ts";

/** Everything that a person has asked, and what was answered; operators stay unnamed. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const ofTickets = sql`ticket_id in (select id from support_tickets where user_id = ${userId})`;
  const [own, said, rated] = await Promise.all([
    ctx.db.primary.select().from(tickets).where(eq(tickets.userId, userId)).orderBy(asc(tickets.id)),
    ctx.db.primary.select().from(messages).where(ofTickets).orderBy(asc(messages.id)),
    ctx.db.primary.select().from(ratings).where(ofTickets),
  ]);
  return { tickets: own, ratings: rated, messages: said.map(({ authorId: _operator, ...message }) => message) };
}

/** Takes tickets out with all that was said. */
export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [
    ...["messages", "notes", "ratings"].map((table) =>
      ctx.db.sql(
        `delete from support_${table} where ticket_id in (select id from support_tickets where user_id = ?)`,
        userId,
      ),
    ),
    ctx.db.statement(ctx.db.primary.delete(tickets).where(eq(tickets.userId, userId))),
  ];
}
