import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import type { PageRequest } from "#kernel/page";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { NewMessage } from "./repository.ts";
import { broadcasts, contacts } from "./tables.ts";

export type BroadcastRow = typeof broadcasts.$inferSelect;
export type Recipient = typeof contacts.$inferSelect;

/** Names under which a step of a broadcast is refused. */
export const MOVED = "messaging_broadcast_moved";
export const FINISHED = "messaging_broadcast_finished";

export function insertBroadcast(ctx: Ctx, row: BroadcastRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(broadcasts).values(row));
}

export async function findBroadcast(ctx: Ctx, id: string): Promise<BroadcastRow | null> {
  const [row] = await ctx.db.primary.select().from(broadcasts).where(eq(broadcasts.id, id)).limit(1);
  return row ?? null;
}

/** Newest first; one row more than the page holds. */
export async function listBroadcasts(ctx: Ctx, page: PageRequest): Promise<BroadcastRow[]> {
  return await ctx.db.read
    .select()
    .from(broadcasts)
    .where(page.after === null ? undefined : lt(broadcasts.id, page.after))
    .orderBy(desc(broadcasts.id))
    .limit(page.limit + 1);
}

export interface Progress {
  readonly broadcastId: string;
  readonly state: string;
  readonly count: number;
}

/** How many messages of each broadcast are in which state. */
export async function countProgress(ctx: Ctx, ids: readonly string[]): Promise<Progress[]> {
  const { results } = await ctx.db
    .sql(
      `select broadcast_id as broadcastId, state, count(*) as count from messaging_messages
       where broadcast_id in (select value from json_each(?)) group by broadcast_id, state`,
      JSON.stringify(ids),
    )
    .all<Progress>();
  return results;
}

export async function countWaiting(ctx: Ctx, id: string): Promise<number> {
  const row = await ctx.db
    .sql("select count(*) as count from messaging_messages where broadcast_id = ? and state = 'queued'", id)
    .first<{ count: number }>();
  return row?.count ?? 0;
}

/** The next contacts behind the cursor, in the order of their ids. */
export async function listRecipients(ctx: Ctx, cursor: string, limit: number): Promise<Recipient[]> {
  return await ctx.db.primary
    .select()
    .from(contacts)
    .where(gt(contacts.userId, cursor))
    .orderBy(asc(contacts.userId))
    .limit(limit);
}

/** Which of the users have switched broadcasts off, by channel. */
export async function listRefusals(ctx: Ctx, userIds: readonly string[]): Promise<Set<string>> {
  const { results } = await ctx.db
    .sql(
      `select user_id || ' ' || channel as refusal from messaging_preferences
       where kind = 'broadcast' and enabled = 0 and user_id in (select value from json_each(?))`,
      JSON.stringify(userIds),
    )
    .all<{ refusal: string }>();
  return new Set(results.map(({ refusal }) => refusal));
}

export interface Step {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly recipients: number;
  readonly done: boolean;
}

/** Moves a running broadcast on from where it was seen; refused as `MOVED` when it is elsewhere or was stopped. */
export function advance(ctx: Ctx, step: Step): Statement[] {
  const statement = ctx.db.sql(
    `update messaging_broadcasts set cursor = ?1, recipients = recipients + ?2,
     state = iif(?3, 'done', state), finished_at = iif(?3, ?4, finished_at)
     where id = ?5 and state = 'running' and cursor = ?6`,
    step.to,
    step.recipients,
    step.done ? 1 : 0,
    ctx.now(),
    step.id,
    step.from,
  );
  return [statement, expectChange(ctx, MOVED)];
}

export function stopBroadcast(ctx: Ctx, id: Id<"bcast">): Statement[] {
  const query = ctx.db.primary
    .update(broadcasts)
    .set({ state: "stopped", finishedAt: ctx.now() })
    .where(and(eq(broadcasts.id, id), eq(broadcasts.state, "running")));
  return [ctx.db.statement(query), expectChange(ctx, FINISHED)];
}

/** Many messages of one broadcast in one statement; whoever has it already is left out. */
export function insertMessages(ctx: Ctx, broadcastId: string, rows: readonly NewMessage[]): Statement {
  return ctx.db.sql(
    `insert into messaging_messages (id, user_id, channel, kind, recipient, locale, time_zone, content, dedupe_key, broadcast_id, state, created_at)
     select value ->> 'id', value ->> 'userId', value ->> 'channel', value ->> 'kind', value ->> 'recipient', value ->> 'locale',
       value ->> 'timeZone', value ->> 'content', value ->> 'dedupeKey', ?1, 'queued', ?2
     from json_each(?3) where true on conflict do nothing`,
    broadcastId,
    ctx.now(),
    JSON.stringify(rows),
  );
}

export interface BroadcastNotification {
  readonly id: Id<"notif">;
  readonly userId: string;
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
}

/** The same for in-app notifications. */
export function insertNotifications(ctx: Ctx, broadcastId: string, rows: readonly BroadcastNotification[]): Statement {
  return ctx.db.sql(
    `insert into messaging_notifications (id, user_id, kind, title, body, link, dedupe_key, created_at)
     select value ->> 'id', value ->> 'userId', 'broadcast', value ->> 'title', value ->> 'body', value ->> 'link', ?1, ?2
     from json_each(?3) where true on conflict do nothing`,
    broadcastId,
    ctx.now(),
    JSON.stringify(rows),
  );
}

/** How many a broadcast would reach by mail. */
export async function countRecipients(ctx: Ctx): Promise<number> {
  const row = await ctx.db
    .sql(
      `select count(*) as recipients from messaging_contacts where email is not null and not exists (
         select 1 from messaging_preferences p
         where p.user_id = messaging_contacts.user_id and p.kind = 'broadcast' and p.channel = 'email' and p.enabled = 0)`,
    )
    .first<{ recipients: number }>();
  return row?.recipients ?? 0;
}
