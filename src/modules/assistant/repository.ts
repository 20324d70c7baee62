import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { expireTurns } from "./repository.usage.ts";
import { conversations } from "./tables.ts";

type Row = typeof conversations.$inferSelect;
export type Conversation = Omit<Row, "id" | "userId"> & { id: Id<"conv">; userId: Id<"user"> };

/** A person's conversations, newest first; one row more than the page holds. */
export async function listConversations(ctx: Ctx, userId: string, page: PageRequest): Promise<Conversation[]> {
  const after = page.after === null ? undefined : lt(conversations.id, page.after);
  return (await ctx.db.read
    .select()
    .from(conversations)
    .where(and(eq(conversations.userId, userId), after))
    .orderBy(desc(conversations.id))
    .limit(page.limit + 1)) as Conversation[];
}

export async function findConversation(ctx: Ctx, id: string): Promise<Conversation | null> {
  const [row] = await ctx.db.read.select().from(conversations).where(eq(conversations.id, id)).limit(1);
  return (row as Conversation | undefined) ?? null;
}

/** Every conversation of a person, for what must reach all of them. */
export async function listIds(ctx: Ctx, userId: string): Promise<Id<"conv">[]> {
  const rows = await ctx.db.primary
    .select({ id: conversations.id })
    .from(conversations)
    .where(eq(conversations.userId, userId));
  return rows.map(({ id }) => id as Id<"conv">);
}

/** Puts a conversation down unless its owner has `max` of them; refused as `assistant_conversations_full`. */
export function insertConversation(ctx: Ctx, row: Conversation, max: number): Statement[] {
  const insert = ctx.db.sql(
    `insert into assistant_conversations (id, user_id, title, named, message_count, created_at, updated_at)
     select ?1, ?2, ?3, ?4, 0, ?5, ?5 where (select count(*) from assistant_conversations where user_id = ?2) < ?6`,
    row.id,
    row.userId,
    row.title,
    row.named ? 1 : 0,
    row.createdAt,
    max,
  );
  return [insert, expectChange(ctx, "assistant_conversations_full")];
}

export function renameConversation(ctx: Ctx, id: string, title: string): Statement[] {
  const query = ctx.db.primary
    .update(conversations)
    .set({ title, named: true, updatedAt: ctx.now() })
    .where(eq(conversations.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "assistant_conversation_gone")];
}

export function deleteConversation(ctx: Ctx, id: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(conversations).where(eq(conversations.id, id)));
}

export interface Progress {
  readonly conversationId: string;
  readonly messageCount: number;
  /** What the first question makes of the title. */
  readonly title: string;
  readonly at: number;
}

/** Brings a conversation's row up to what its object knows; a report that comes late changes nothing back. */
export function noteProgress(ctx: Ctx, { conversationId, messageCount, title, at }: Progress): Statement {
  return ctx.db.sql(
    `update assistant_conversations set message_count = max(message_count, cast(?2 as integer)), updated_at = max(updated_at, cast(?4 as integer)),
       title = case when named or ?3 = '' then title else ?3 end where id = ?1`,
    conversationId,
    messageCount,
    title,
    at,
  );
}

/** Uses a ticket up; refused as `assistant_used_tickets.id` the second time. */
export function useTicket(ctx: Ctx, id: string, expiresAt: number): Statement {
  return ctx.db.sql("insert into assistant_used_tickets (id, expires_at) values (?, ?)", id, expiresAt);
}

export interface Socket {
  readonly conversationId: Id<"conv">;
  readonly userId: Id<"user">;
  readonly sessionId: Id<"sess">;
}

export function noteSocket(ctx: Ctx, { conversationId, userId, sessionId }: Socket): Statement {
  return ctx.db.sql(
    `insert into assistant_sockets (conversation_id, user_id, session_id, opened_at) values (?, ?, ?, ?)
     on conflict (conversation_id) do update set session_id = excluded.session_id, opened_at = excluded.opened_at`,
    conversationId,
    userId,
    sessionId,
    ctx.now(),
  );
}

/** A person's sockets, oldest first, as far as anybody knows. */
export async function listSockets(ctx: Ctx, userId: string): Promise<Socket[]> {
  const { results } = await ctx.db
    .sql(
      `select conversation_id as conversationId, user_id as userId, session_id as sessionId
       from assistant_sockets where user_id = ? order by opened_at`,
      userId,
    )
    .all<Socket>();
  return results;
}

export function forgetSockets(ctx: Ctx, conversationIds: readonly string[]): Statement {
  return ctx.db.sql(
    "delete from assistant_sockets where conversation_id in (select value from json_each(?))",
    JSON.stringify(conversationIds),
  );
}

/** What is kept of a person in the database, beside what the objects hold. */
export async function exportRows(
  ctx: Ctx,
  userId: string,
): Promise<{ turns: unknown[]; conversations: Conversation[] }> {
  const turns = await ctx.db
    .sql(
      `select id, state, input_tokens as inputTokens, output_tokens as outputTokens, cost_micros as costMicros, model, created_at as createdAt
       from assistant_turns where user_id = ? order by id desc limit 10000`,
      userId,
    )
    .all();
  const rows = await ctx.db.primary.select().from(conversations).where(eq(conversations.userId, userId));
  return { turns: turns.results, conversations: rows as Conversation[] };
}

/** Takes a person out. What their open turns had reserved of the installation's allowance is given back first. */
export function eraseRows(ctx: Ctx, userId: string): Statement[] {
  return [
    ctx.db.sql("update assistant_turns set expires_at = 0 where user_id = ? and state = 'reserved'", userId),
    ...expireTurns(ctx),
    ...["assistant_conversations", "assistant_sockets", "assistant_turns"].map((table) =>
      ctx.db.sql(`delete from ${table} where user_id = ?`, userId),
    ),
    ctx.db.sql("delete from assistant_meters where scope = ?", userId),
  ];
}
