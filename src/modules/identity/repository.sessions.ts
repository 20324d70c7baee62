import { and, desc, eq, gt, inArray, isNull, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { HOUR } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { insertRow } from "#platform/db";
import type { UserRow } from "./repository.users.ts";
import { devices, sessions } from "./tables.sessions.ts";
import { users } from "./tables.ts";

export type SessionRow = Omit<typeof sessions.$inferSelect, "id" | "userId"> & { id: Id<"sess">; userId: Id<"user"> };

export interface OwnedSession {
  readonly session: SessionRow;
  readonly user: UserRow;
}

export async function findSession(ctx: Ctx, id: Id<"sess">): Promise<OwnedSession | null> {
  const [row] = await ctx.db.primary
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, id))
    .limit(1);
  return (row as OwnedSession | undefined) ?? null;
}

/** Live sessions of a user, newest first; one row more than the page holds. */
export async function listSessions(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<SessionRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.endedAt),
        gt(sessions.expiresAt, ctx.now()),
        page.after === null ? undefined : lt(sessions.id, page.after),
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(page.limit + 1);
  return rows as SessionRow[];
}

export function insertSession(ctx: Ctx, row: SessionRow): Statement {
  return insertRow(ctx.db, sessions, row);
}

export interface Rotation {
  readonly generation: number;
  readonly secretHash: string;
  /** From which moment the new access token counts: asked for once, since the clock goes on while we commit. */
  readonly rotatedAt: number;
}

/** Retires the live token for its successor; refused as `identity_refresh_raced` when it is live no more. */
export function rotateSession(ctx: Ctx, session: SessionRow, next: Rotation): Statement[] {
  const rotate = ctx.db.sql(
    `update identity_sessions set generation = ?1, secret_hash = ?2, rotated_at = ?3, last_seen_at = ?3, ip = ?4
     where id = ?5 and secret_hash = ?6 and ended_at is null`,
    next.generation,
    next.secretHash,
    next.rotatedAt,
    ctx.source.ip,
    session.id,
    session.secretHash,
  );
  return [rotate, expectChange(ctx, "identity_refresh_raced")];
}

export function endSession(ctx: Ctx, id: Id<"sess">, reason: string): Statement {
  return ctx.db.sql(
    "update identity_sessions set ended_at = ?, end_reason = ? where id = ? and ended_at is null",
    ctx.now(),
    reason,
    id,
  );
}

/** Ends a user's sessions, but for one that may stay. */
export function endSessions(
  ctx: Ctx,
  userId: Id<"user">,
  { reason, except }: { readonly reason: string; readonly except?: Id<"sess"> },
): Statement {
  return ctx.db.sql(
    `update identity_sessions set ended_at = ?1, end_reason = ?2
     where user_id = ?3 and ended_at is null and id is not ?4`,
    ctx.now(),
    reason,
    userId,
    except ?? null,
  );
}

export function raiseSession(ctx: Ctx, id: Id<"sess">, until: number): Statement {
  return ctx.db.sql("update identity_sessions set raised_until = ? where id = ? and ended_at is null", until, id);
}

/** Sets what a session has shown of its owner's factors, by a proof in the same commit. */
export function setSessionLevel(ctx: Ctx, id: Id<"sess">, mfa: boolean): Statement {
  return ctx.db.sql("update identity_sessions set mfa = ? where id = ? and ended_at is null", mfa ? 1 : 0, id);
}

/** Notes a sign of life, at most once in a while, beside whatever else goes on. */
export function touchSession(ctx: Ctx, id: Id<"sess">, notAfter: number): Statement {
  return ctx.db.sql(
    "update identity_sessions set last_seen_at = ? where id = ? and last_seen_at < ?",
    ctx.now(),
    id,
    notAfter,
  );
}

export interface DeviceRow {
  readonly userId: Id<"user">;
  readonly deviceHash: string;
  readonly label: string | null;
  readonly country: string | null;
}

export function rememberDevice(ctx: Ctx, row: DeviceRow): Statement {
  return ctx.db.sql(
    `insert into identity_devices (user_id, device_hash, label, country, first_seen_at, last_seen_at)
     values (?1, ?2, ?3, ?4, ?5, ?5)
     on conflict (user_id, device_hash) do update set
       last_seen_at = excluded.last_seen_at, country = excluded.country, label = excluded.label`,
    row.userId,
    row.deviceHash,
    row.label,
    row.country,
    ctx.now(),
  );
}

export interface History {
  /** How many devices the user has signed in from. */
  readonly devices: number;
  readonly knowsDevice: boolean;
  /** Whether the device has signed in with the present password: what a lock excepts. */
  readonly trustsDevice: boolean;
  readonly knowsCountry: boolean;
  /** Whether the device stands as it is now, and was seen a while ago at most: there is nothing to write of it. */
  readonly seenLately: boolean;
  /** Failed sign-ins since `since`. */
  readonly failures: number;
  readonly last: { readonly at: number; readonly latitude: number; readonly longitude: number } | null;
}

export interface HistoryQuestion {
  readonly deviceHash: string;
  readonly label: string | null;
  /** From when on failures count. */
  readonly since: number;
}

/** How old the word of a device's last use may grow. */
const DEVICE_SEEN_EVERY_MS = HOUR;

/**
 * What is known of the sign-ins of a user `u`, to hold a new one against; nothing of nobody. Its parameters come first
 * in a statement. Plain SQL: a sign-in pays for the building of every query.
 */
export const HISTORY = `(select json_object(
    'devices', count(*),
    'knowsDevice', coalesce(sum(device_hash = ?1), 0),
    'trustsDevice', coalesce(sum(device_hash = ?1 and last_seen_at >= coalesce(u.password_changed_at, 0)), 0),
    'knowsCountry', coalesce(sum(country is ?2), 0),
    'seenLately', coalesce(sum(device_hash = ?1 and country is ?2 and label is ?4
      and last_seen_at > max(?5, coalesce(u.password_changed_at, 0))), 0),
    'failures', (select count(*) from identity_security_events
      where user_id = u.id and type = 'sign_in.failed' and at >= ?3),
    'last', json((select json_object('at', at, 'latitude', detail -> 'latitude', 'longitude', detail -> 'longitude')
      from identity_security_events where user_id = u.id and type = 'sign_in.succeeded'
        and detail ->> 'latitude' is not null order by at desc limit 1)))
  from identity_devices where user_id = u.id)`;

export function historyParams(
  ctx: Ctx,
  { deviceHash, label, since }: HistoryQuestion,
): [string, string | null, number, string | null, number] {
  return [deviceHash, ctx.source.country, since, label, ctx.now() - DEVICE_SEEN_EVERY_MS];
}

type Flags = "knowsDevice" | "trustsDevice" | "knowsCountry" | "seenLately";

export function toHistory(text: string): History {
  const { knowsDevice, trustsDevice, knowsCountry, seenLately, ...rest } = JSON.parse(text) as Omit<History, Flags> &
    Record<Flags, number>;
  return {
    ...rest,
    knowsDevice: knowsDevice > 0,
    trustsDevice: trustsDevice > 0,
    knowsCountry: knowsCountry > 0,
    seenLately: seenLately > 0,
  };
}

export async function findHistory(ctx: Ctx, userId: Id<"user">, question: HistoryQuestion): Promise<History> {
  const row = await ctx.db
    .sql(
      `select ${HISTORY} as history from (select 1) left join identity_users u on u.id = ?6`,
      ...historyParams(ctx, question),
      userId,
    )
    .first<{ history: string }>();
  if (!row) throw new TypeError("One row answers, whether there is anybody or not.");
  return toHistory(row.history);
}

/** Whether the account of a number, if there is one, has signed in from a device with its present password. */
export async function isTrustedByPhone(ctx: Ctx, phone: string, deviceHash: string): Promise<boolean> {
  const found = await ctx.db
    .sql(
      `select 1 from identity_users u join identity_devices d on d.user_id = u.id and d.device_hash = ?2
       where u.phone = ?1 and d.last_seen_at >= coalesce(u.password_changed_at, 0)`,
      phone,
      deviceHash,
    )
    .first();
  return found !== null;
}

/** Devices from which both of two accounts were signed in to. */
export async function listSharedDevices(
  ctx: Ctx,
  one: Id<"user">,
  other: Id<"user">,
): Promise<{ deviceHash: string; label: string | null }[]> {
  const theirs = ctx.db.read.select({ hash: devices.deviceHash }).from(devices).where(eq(devices.userId, other));
  return await ctx.db.read
    .select({ deviceHash: devices.deviceHash, label: devices.label })
    .from(devices)
    .where(and(eq(devices.userId, one), inArray(devices.deviceHash, theirs)));
}
