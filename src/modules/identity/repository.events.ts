import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { makeId } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { randomBytes } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { insertRow } from "#platform/db";
import { describeAgent } from "./rules.device.ts";
import { securityEvents } from "./tables.ts";

export type SecurityEvent = typeof securityEvents.$inferSelect;

export type SecurityEventType =
  | "account.registered"
  | "account.many_from_source"
  | "account.deletion_scheduled"
  | "account.exported"
  | "account.status_changed"
  | "api_key.created"
  | "api_key.deleted"
  | "api_key.new_source"
  | "api_key.rotated"
  | "email.changed"
  | "mfa.disabled"
  | "mfa.enabled"
  | "mfa.failed"
  | "mfa.recovery_code_used"
  | "mfa.recovery_codes_renewed"
  | "password.changed"
  | "password.reset"
  | "phone.changed"
  | "session.ended"
  | "session.raised"
  | "session.refresh_reused"
  | "sign_in.failed"
  | "sign_in.locked"
  | "sign_in.new_device"
  | "sign_in.succeeded"
  | "sign_in.suspicious";

export interface SecurityEventDraft {
  readonly type: SecurityEventType;
  readonly userId: Id<"user">;
  readonly sessionId?: Id<"sess">;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/** Notes what concerns an account's safety, in the commit of the change itself. */
export function recordSecurityEvent(ctx: Ctx, draft: SecurityEventDraft): Statement {
  return insertRow(ctx.db, securityEvents, {
    id: newEventId(ctx),
    userId: draft.userId,
    type: draft.type,
    at: ctx.now(),
    ip: ctx.source.ip,
    country: ctx.source.country,
    device: describeAgent(ctx.source.userAgent),
    sessionId: draft.sessionId ?? null,
    detail: draft.detail ?? null,
  });
}

/** Notes a failed sign-in for whoever has the address. One statement, whether anybody has it or not. */
export function recordFailedSignIn(ctx: Ctx, address: string): Statement {
  return ctx.db.sql(
    `insert into identity_security_events (id, user_id, type, at, ip, country, device)
     values (?1, (select id from identity_users where email = ?2 or phone = ?2), 'sign_in.failed', ?3, ?4, ?5, ?6)`,
    newEventId(ctx),
    address,
    ctx.now(),
    ctx.source.ip,
    ctx.source.country,
    describeAgent(ctx.source.userAgent),
  );
}

/** Notes that an account is one of many from one source, where a counter says so. */
export function recordManyAccounts(
  ctx: Ctx,
  userId: Id<"user">,
  { key, limit }: { readonly key: string; readonly limit: number },
): Statement {
  const draft = { type: "account.many_from_source", userId } as const;
  return recordWhere(ctx, draft, {
    condition: "exists (select 1 from identity_counters where key = ?8 and count > ?9)",
    params: [key, limit],
  });
}

/** Notes that a key is used from a source that no counter knows. */
export function recordNewSource(
  ctx: Ctx,
  { userId, keyId }: { readonly userId: Id<"user">; readonly keyId: Id<"key"> },
  counter: string,
): Statement {
  const draft = { type: "api_key.new_source", userId, detail: { keyId } } as const;
  return recordWhere(ctx, draft, {
    condition: "not exists (select 1 from identity_counters where key = ?8)",
    params: [counter],
  });
}

interface Where {
  readonly condition: string;
  readonly params: readonly (string | number)[];
}

function recordWhere(ctx: Ctx, { type, userId, detail }: SecurityEventDraft, { condition, params }: Where): Statement {
  return ctx.db.sql(
    `insert into identity_security_events (id, user_id, type, at, ip, country, device, detail)
     select ?1, ?2, '${type}', ?3, ?4, ?5, ?6, ?7 where ${condition}`,
    newEventId(ctx),
    userId,
    ctx.now(),
    ctx.source.ip,
    ctx.source.country,
    describeAgent(ctx.source.userAgent),
    detail === undefined ? null : JSON.stringify(detail),
    ...params,
  );
}

/** New in every run, under an idempotency key too: only what commits is ever seen. */
function newEventId(ctx: Ctx): Id<"evt"> {
  return makeId("evt", ctx.now(), randomBytes(10));
}

/** A user's own events, newest first; one row more than the page holds. */
export async function listSecurityEvents(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<SecurityEvent[]> {
  return await ctx.db.read
    .select()
    .from(securityEvents)
    .where(and(eq(securityEvents.userId, userId), page.after === null ? undefined : lt(securityEvents.id, page.after)))
    .orderBy(desc(securityEvents.id))
    .limit(page.limit + 1);
}

/** Users at whose accounts somebody has failed often since a moment, and who have not been told on this day. */
export async function listBesieged(
  ctx: Ctx,
  { since, failures, toldSince }: { readonly since: number; readonly failures: number; readonly toldSince: number },
): Promise<Id<"user">[]> {
  const { results } = await ctx.db
    .sql(
      `select user_id as userId from identity_security_events e
       where type = 'sign_in.failed' and at >= ?1 and user_id is not null
         and not exists (select 1 from identity_security_events told
           where told.user_id = e.user_id and told.type = 'sign_in.locked' and told.at >= ?2)
       group by user_id having count(*) >= ?3 limit 100`,
      since,
      toldSince,
      failures,
    )
    .all<{ userId: Id<"user"> }>();
  return results.map(({ userId }) => userId);
}
