import { and, asc, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { messages } from "./tables.ts";

export type Message = Omit<typeof messages.$inferSelect, "id" | "tradeId" | "authorId"> & {
  id: Id<"msg">;
  tradeId: Id<"trade">;
  authorId: Id<"user">;
};

/** Keeps a message while the trade takes any; under an id of its author's that is known it changes nothing. */
export function insertMessage(ctx: Ctx, row: Message): Statement {
  return ctx.db.statement(ctx.db.primary.insert(messages).values(row).onConflictDoNothing());
}

/** What was said in a trade, newest first; one more than the page holds. */
export async function listMessages(ctx: Ctx, tradeId: string, page: PageRequest): Promise<Message[]> {
  const after = page.after === null ? undefined : lt(messages.id, page.after);
  return (await ctx.db.primary
    .select()
    .from(messages)
    .where(and(eq(messages.tradeId, tradeId), after))
    .orderBy(desc(messages.id))
    .limit(page.limit + 1)) as Message[];
}

export async function listMessagesOf(ctx: Ctx, authorId: string): Promise<Message[]> {
  return (await ctx.db.primary
    .select()
    .from(messages)
    .where(eq(messages.authorId, authorId))
    .orderBy(asc(messages.id))
    .limit(10_000)) as Message[];
}

/** Takes a person's words out; that something was said stays. */
export function eraseMessages(ctx: Ctx, authorId: string): Statement {
  return ctx.db.sql("update trades_messages set content = '' where author_id = ? and content <> ''", authorId);
}

/** Uses a ticket up; a second time the commit is refused as `trades_used_tickets.id`. */
export function useTicket(ctx: Ctx, id: string, expiresAt: number): Statement {
  return ctx.db.sql("insert into trades_used_tickets (id, expires_at) values (?, ?)", id, expiresAt);
}

export function noteSocket(ctx: Ctx, { tradeId, userId }: Pick<Socket, "tradeId" | "userId">): Statement {
  return ctx.db.sql(
    `insert into trades_sockets (trade_id, user_id, opened_at) values (?, ?, ?)
     on conflict (user_id, trade_id) do update set opened_at = excluded.opened_at`,
    tradeId,
    userId,
    ctx.now(),
  );
}

export interface Socket {
  readonly tradeId: Id<"trade">;
  readonly userId: string;
}

/** Where somebody has had a socket open, the latest first. */
export async function listSockets(ctx: Ctx, userId: string): Promise<Socket[]> {
  const { results } = await ctx.db
    .sql(
      "select trade_id as tradeId, user_id as userId from trades_sockets where user_id = ? order by opened_at desc",
      userId,
    )
    .all<Socket>();
  return results;
}

export function forgetSockets(ctx: Ctx, userId: string, tradeIds: readonly string[]): Statement {
  return ctx.db.sql(
    "delete from trades_sockets where user_id = ? and trade_id in (select value from json_each(?))",
    userId,
    JSON.stringify(tradeIds),
  );
}
