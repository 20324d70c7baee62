import { and, count, desc, eq, isNull, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Channel, Kind } from "./kinds.ts";
import { notifications, preferences } from "./tables.ts";

export type NotificationRow = typeof notifications.$inferSelect;

/** Newest first; one row more than the page holds. */
export async function listNotifications(ctx: Ctx, userId: string, page: PageRequest): Promise<NotificationRow[]> {
  const after = page.after === null ? undefined : lt(notifications.id, page.after);
  return await ctx.db.read
    .select()
    .from(notifications)
    .where(and(eq(notifications.userId, userId), after))
    .orderBy(desc(notifications.id))
    .limit(page.limit + 1);
}

export async function countUnread(ctx: Ctx, userId: string): Promise<number> {
  const [row] = await ctx.db.read
    .select({ unread: count() })
    .from(notifications)
    .where(and(eq(notifications.userId, userId), isNull(notifications.readAt)));
  return row?.unread ?? 0;
}

export async function findNotification(ctx: Ctx, id: Id<"notif">): Promise<NotificationRow | null> {
  const [row] = await ctx.db.primary.select().from(notifications).where(eq(notifications.id, id)).limit(1);
  return row ?? null;
}

interface Reading {
  readonly userId: string;
  /** Null for all of the user's. */
  readonly id: Id<"notif"> | null;
  readonly at: number;
}

/** Marks one as read, or all. What was read before keeps its time. */
export function markRead(ctx: Ctx, { userId, id, at }: Reading): Statement {
  const one = id === null ? undefined : eq(notifications.id, id);
  const query = ctx.db.primary
    .update(notifications)
    .set({ readAt: at })
    .where(and(eq(notifications.userId, userId), isNull(notifications.readAt), one));
  return ctx.db.statement(query);
}

export interface Choice {
  readonly kind: Kind;
  readonly channel: Channel;
  readonly enabled: boolean;
}

export async function listChoices(ctx: Ctx, userId: string): Promise<Choice[]> {
  const rows = await ctx.db.primary.select().from(preferences).where(eq(preferences.userId, userId));
  return rows as Choice[];
}

export function putChoice(ctx: Ctx, userId: string, { kind, channel, enabled }: Choice): Statement {
  const updatedAt = ctx.now();
  const query = ctx.db.primary
    .insert(preferences)
    .values({ userId, kind, channel, enabled, updatedAt })
    .onConflictDoUpdate({
      target: [preferences.userId, preferences.kind, preferences.channel],
      set: { enabled, updatedAt },
    });
  return ctx.db.statement(query);
}
