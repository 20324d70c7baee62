import { and, desc, eq, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Channel, Kind } from "./kinds.ts";
import type { ChannelChoices } from "./rules.ts";
import { developmentOutbox, messages, notifications, preferences } from "./tables.ts";

export type MessageRow = Omit<typeof messages.$inferSelect, "id" | "kind"> & { id: Id<"msg">; kind: Kind };
export type NewMessage = Pick<
  MessageRow,
  "id" | "userId" | "channel" | "kind" | "recipient" | "locale" | "timeZone" | "content" | "dedupeKey"
>;
export type NewNotification = Omit<typeof notifications.$inferInsert, "createdAt" | "readAt">;
export type OutboxEntry = typeof developmentOutbox.$inferSelect;

/** Where a message's content is bound to. */
export function contentPlace(id: string): string {
  return `messaging_messages.content:${id}`;
}

/** Puts a message down, unless the same event has already written to the same recipient. */
export function insertMessage(ctx: Ctx, message: NewMessage): Statement {
  const row = { ...message, state: "queued" as const, createdAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(messages).values(row).onConflictDoNothing());
}

export function insertNotification(ctx: Ctx, notification: NewNotification): Statement {
  const row = { ...notification, createdAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(notifications).values(row).onConflictDoNothing());
}

export async function findMessage(ctx: Ctx, id: Id<"msg">): Promise<MessageRow | null> {
  const [row] = await ctx.db.primary.select().from(messages).where(eq(messages.id, id)).limit(1);
  return (row as MessageRow | undefined) ?? null;
}

export async function findChoices(ctx: Ctx, userId: string, kind: Kind): Promise<ChannelChoices> {
  const rows = await ctx.db.primary
    .select({ channel: preferences.channel, enabled: preferences.enabled })
    .from(preferences)
    .where(and(eq(preferences.userId, userId), eq(preferences.kind, kind)));
  return Object.fromEntries(rows.map(({ channel, enabled }): [Channel, boolean] => [channel, enabled]));
}

export function insertOutboxEntry(ctx: Ctx, entry: OutboxEntry): Statement {
  return ctx.db.statement(ctx.db.primary.insert(developmentOutbox).values(entry).onConflictDoNothing());
}

export async function listOutbox(ctx: Ctx, recipient: string | null): Promise<OutboxEntry[]> {
  return await ctx.db.primary
    .select()
    .from(developmentOutbox)
    .where(recipient === null ? undefined : sql`lower(recipient) = lower(${recipient})`)
    .orderBy(desc(developmentOutbox.id))
    .limit(100);
}
