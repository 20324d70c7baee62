import { eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { contacts, messages, notifications, preferences } from "./tables.ts";

export type ContactRow = typeof contacts.$inferSelect;

export function upsertContact(ctx: Ctx, contact: Omit<ContactRow, "updatedAt">): Statement {
  const { userId, ...rest } = contact;
  const values = { ...rest, updatedAt: ctx.now() };
  const query = ctx.db.primary
    .insert(contacts)
    .values({ userId, ...values })
    .onConflictDoUpdate({ target: contacts.userId, set: values });
  return ctx.db.statement(query);
}

export async function findContact(ctx: Ctx, userId: string): Promise<ContactRow | null> {
  const [row] = await ctx.db.primary.select().from(contacts).where(eq(contacts.userId, userId)).limit(1);
  return row ?? null;
}

/** Takes a person out: what is waiting is not sent any more, and no row leads to them. */
/** Drops what waited when the database was copied: it has long left the house, or is out of date. */
export function dropWaiting(ctx: Ctx): Statement[] {
  return [
    ctx.db.sql(
      `update messaging_messages set state = 'dropped', reason = 'restored', content = null, settled_at = ?
       where state in ('queued', 'sending', 'unresolved')`,
      ctx.now(),
    ),
    ctx.db.sql("update messaging_broadcasts set state = 'stopped' where state = 'running'"),
  ];
}

export function erase(ctx: Ctx, userId: Id<"user">): Statement[] {
  const { primary } = ctx.db;
  return [
    ctx.db.sql(
      "delete from messaging_development_outbox where id in (select id from messaging_messages where user_id = ?)",
      userId,
    ),
    ctx.db.statement(primary.delete(messages).where(eq(messages.userId, userId))),
    ctx.db.statement(primary.delete(notifications).where(eq(notifications.userId, userId))),
    ctx.db.statement(primary.delete(preferences).where(eq(preferences.userId, userId))),
    ctx.db.statement(primary.delete(contacts).where(eq(contacts.userId, userId))),
  ];
}

/** What is kept of a person, without what was encrypted and has not left yet. */
export async function exportRows(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { primary } = ctx.db;
  const [contact, told, chosen, sent] = await Promise.all([
    findContact(ctx, userId),
    primary.select().from(notifications).where(eq(notifications.userId, userId)),
    primary.select().from(preferences).where(eq(preferences.userId, userId)),
    primary
      .select({
        channel: messages.channel,
        kind: messages.kind,
        recipient: messages.recipient,
        state: messages.state,
        createdAt: messages.createdAt,
      })
      .from(messages)
      .where(eq(messages.userId, userId)),
  ]);
  return { contact, notifications: told, preferences: chosen, messages: sent };
}
