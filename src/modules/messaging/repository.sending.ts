import { and, eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { SECOND, toDate } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { MessageRow } from "./repository.ts";
import type { Cap } from "./rules.sending.ts";
import { messages, suppressions } from "./tables.ts";

/** Names under which a reservation is refused. */
export const TAKEN = "messaging_message_taken";
export const BUSY = "messaging_provider_busy";
export const CAPPED = "messaging_day_capped";
export const ALERTED = "messaging_cap_alerted";

/** Notes that a provider is about to be called, unless another run has the message. */
export function takeMessage(ctx: Ctx, message: MessageRow, provider: string): Statement[] {
  const values = { state: "sending" as const, provider, attempts: message.attempts + 1, attemptedAt: ctx.now() };
  const query = ctx.db.primary
    .update(messages)
    .set(values)
    .where(
      and(eq(messages.id, message.id), eq(messages.state, message.state), eq(messages.attempts, message.attempts)),
    );
  return [ctx.db.statement(query), expectChange(ctx, TAKEN)];
}

/** Takes one of the provider's places in the current second. */
export function takeTurn(ctx: Ctx, provider: string, perSecond: number): Statement[] {
  const window = Math.floor(ctx.now() / SECOND);
  const statement = ctx.db.sql(
    `insert into messaging_providers (name, window_start, window_count) values (?1, ?2, 1)
     on conflict (name) do update set window_start = ?2, window_count = iif(window_start = ?2, window_count + 1, 1)
     where window_start <> ?2 or window_count < ?3`,
    provider,
    window,
    perSecond,
  );
  return [statement, expectChange(ctx, BUSY)];
}

/** Counts a message against the day's cap. */
export function spend(ctx: Ctx, channel: "email" | "sms", cap: number): Statement[] {
  const statement = ctx.db.sql(
    `insert into messaging_spending (day, channel, count) select ?1, ?2, 1 where ?3 > 0
     on conflict (day, channel) do update set count = count + 1 where count < ?3`,
    toDate(ctx.now()),
    channel,
    cap,
  );
  return [statement, expectChange(ctx, CAPPED)];
}

/** Notes that the day's cap was told of, once. */
export function alertCap(ctx: Ctx, channel: "email" | "sms"): Statement[] {
  const statement = ctx.db.sql(
    `insert into messaging_spending (day, channel, count, alerted_at) values (?1, ?2, 0, ?3)
     on conflict (day, channel) do update set alerted_at = ?3 where alerted_at is null`,
    toDate(ctx.now()),
    channel,
    ctx.now(),
  );
  return [statement, expectChange(ctx, ALERTED)];
}

export interface Sent {
  readonly provider: string;
  readonly reference: string | null;
}

/** Settles a message as sent, and wipes what it said. */
export function markSent(ctx: Ctx, id: Id<"msg">, sent: Sent): Statement {
  const values = { ...sent, state: "sent" as const, content: null, reason: null, settledAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.update(messages).set(values).where(eq(messages.id, id)));
}

/** Settles a message that will never leave, and wipes what it said. */
export function markDropped(ctx: Ctx, id: Id<"msg">, reason: string): Statement {
  const values = { state: "dropped" as const, content: null, reason, settledAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.update(messages).set(values).where(eq(messages.id, id)));
}

/** Takes a message back from a provider: `queued` where it certainly was not taken, else `unresolved`. */
export function release(
  ctx: Ctx,
  id: Id<"msg">,
  outcome: { state: "queued" | "unresolved"; reason: string },
): Statement {
  const query = ctx.db.primary
    .update(messages)
    .set(outcome)
    .where(and(eq(messages.id, id), eq(messages.state, "sending")));
  return ctx.db.statement(query);
}

/** Writes an address off. One that has complained and then bounces has bounced. */
export function suppress(ctx: Ctx, recipient: string, reason: "bounced" | "complained"): Statement {
  return ctx.db.sql(
    `insert into messaging_suppressions (recipient, reason, created_at) values (?, ?, ?)
     on conflict (recipient) do update set reason = excluded.reason where excluded.reason = 'bounced'`,
    recipient,
    reason,
    ctx.now(),
  );
}

export async function findSuppression(ctx: Ctx, recipient: string): Promise<"bounced" | "complained" | null> {
  const [row] = await ctx.db.primary.select().from(suppressions).where(eq(suppressions.recipient, recipient)).limit(1);
  return row?.reason ?? null;
}

/** How many other messages a recipient got within a cap's window. */
export async function countRecent(ctx: Ctx, message: MessageRow, cap: Cap): Promise<number> {
  const row = await ctx.db
    .sql(
      `select count(*) as count from messaging_messages where recipient = ? and created_at > ? and id <> ?
       and state in ('sent', 'sending', 'unresolved') and (? or kind = ?)`,
      message.recipient,
      ctx.now() - cap.windowMs,
      message.id,
      cap.sameKind ? 0 : 1,
      message.kind,
    )
    .first<{ count: number }>();
  return row?.count ?? 0;
}

/** Providers that failed too often lately. */
export async function listResting(ctx: Ctx): Promise<Set<string>> {
  const { results } = await ctx.db
    .sql("select name from messaging_providers where closed_until > ?", ctx.now())
    .all<{ name: string }>();
  return new Set(results.map(({ name }) => name));
}

export function noteSuccess(ctx: Ctx, provider: string): Statement {
  return ctx.db.sql(
    "update messaging_providers set failures = 0, closed_until = 0 where name = ? and failures > 0",
    provider,
  );
}

export function noteFailure(ctx: Ctx, provider: string, breaker: { failures: number; closedMs: number }): Statement {
  return ctx.db.sql(
    `update messaging_providers set failures = failures + 1,
     closed_until = iif(failures + 1 >= ?, ?, closed_until) where name = ?`,
    breaker.failures,
    ctx.now() + breaker.closedMs,
    provider,
  );
}
