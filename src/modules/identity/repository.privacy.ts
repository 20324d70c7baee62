import { and, eq, inArray, lt, lte } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { exports, users } from "./tables.ts";

export type ExportRow = Omit<typeof exports.$inferSelect, "id" | "userId"> & { id: Id<"file">; userId: Id<"user"> };

export function insertExport(ctx: Ctx, row: ExportRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(exports).values(row));
}

export async function findExport(ctx: Ctx, id: Id<"file">): Promise<ExportRow | null> {
  const [row] = await ctx.db.primary.select().from(exports).where(eq(exports.id, id)).limit(1);
  return (row as ExportRow | undefined) ?? null;
}

export function completeExport(ctx: Ctx, id: Id<"file">, fileKey: string): Statement {
  return ctx.db.statement(ctx.db.primary.update(exports).set({ status: "ready", fileKey }).where(eq(exports.id, id)));
}

export async function listExpiredExports(ctx: Ctx): Promise<ExportRow[]> {
  const rows = await ctx.db.primary.select().from(exports).where(lt(exports.expiresAt, ctx.now())).limit(500);
  return rows as ExportRow[];
}

export function deleteExports(ctx: Ctx, ids: readonly string[]): Statement {
  return ctx.db.sql("delete from identity_exports where id in (select value from json_each(?))", JSON.stringify(ids));
}

/**
 * Shuts an account for good at a later time, unless its owner comes back: refused as `identity_user_changed` when it is
 * shut already.
 */
export function scheduleDeletion(ctx: Ctx, id: Id<"user">, dueAt: number): Statement[] {
  return [
    ctx.db.sql(
      "update identity_users set status = 'deleting', deletion_due_at = ?, updated_at = ? where id = ? and status = 'active'",
      dueAt,
      ctx.now(),
      id,
    ),
    expectChange(ctx, "identity_user_changed"),
  ];
}

export async function listDueDeletions(ctx: Ctx): Promise<Id<"user">[]> {
  const rows = await ctx.db.primary
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.status, ["deleting", "deleted"]), lte(users.deletionDueAt, ctx.now())))
    .limit(100);
  return rows.map(({ id }) => id as Id<"user">);
}

/** Shuts an account for good, so that nothing undoes its erasure: refused as `identity_deletion_undone` once its owner is back. */
export function closeAccount(ctx: Ctx, id: Id<"user">): Statement[] {
  return [
    ctx.db.sql(
      `update identity_users set status = 'deleted', updated_at = ?1
       where id = ?2 and status in ('deleting', 'deleted') and deletion_due_at <= ?1`,
      ctx.now(),
      id,
    ),
    expectChange(ctx, "identity_deletion_undone"),
  ];
}

/** Of some users, those whose person still stands in the row. */
export async function listNotErased(ctx: Ctx, ids: readonly string[]): Promise<Id<"user">[]> {
  const { results } = await ctx.db
    .sql(
      "select id from identity_users where status <> 'deleted' and id in (select value from json_each(?))",
      JSON.stringify(ids),
    )
    .all<{ id: Id<"user"> }>();
  return results.map(({ id }) => id);
}

/** Ends every session, and whatever would open one: a restored database knows those again that have ended since. */
export function endEverySession(ctx: Ctx): Statement[] {
  return [
    ctx.db.sql("update identity_sessions set ended_at = ?, end_reason = 'restored' where ended_at is null", ctx.now()),
    ctx.db.sql("delete from identity_secrets"),
    ctx.db.sql("delete from identity_challenges"),
    ctx.db.sql("delete from identity_sms_codes"),
  ];
}

const OWNED = [
  "sessions",
  "devices",
  "security_events",
  "factors",
  "recovery_codes",
  "challenges",
  "api_keys",
  "profiles",
  "exports",
  "secrets",
] as const;

/** Takes the person out: what is left of the account is its id, its role and its dates. */
export function erase(ctx: Ctx, id: Id<"user">): Statement[] {
  return [
    ctx.db.sql("delete from identity_registrations where email = (select email from identity_users where id = ?)", id),
    ctx.db.sql("delete from identity_sms_codes where owner = ?", id),
    ...OWNED.map((table) => ctx.db.sql(`delete from identity_${table} where user_id = ?`, id)),
    ctx.db.sql(
      `update identity_users set email = null, phone = null, name = null, password_hash = null, country = null,
         avatar_key = null, status_reason = null, mfa_enabled = 0, deletion_due_at = null, status = 'deleted',
         role = 'user', locale = 'en', time_zone = 'UTC', updated_at = ? where id = ?`,
      ctx.now(),
      id,
    ),
  ];
}

/** What this module keeps of a person, without what opens the account. */
export async function exportRows(ctx: Ctx, id: Id<"user">): Promise<Readonly<Record<string, unknown>>> {
  const queries = {
    account: `id, email, phone, name, role, status, locale, time_zone, country, display_currency, terms_accepted_at,
      password_changed_at, mfa_enabled, created_at, updated_at from identity_users where id = ?`,
    sessions: "id, device, ip, country, created_at, last_seen_at, ended_at from identity_sessions where user_id = ?",
    devices: "label, country, first_seen_at, last_seen_at from identity_devices where user_id = ?",
    securityEvents: "type, at, ip, country, device, detail from identity_security_events where user_id = ?",
    apiKeys: "id, name, prefix, scopes, created_at, expires_at, last_used_at from identity_api_keys where user_id = ?",
    answers: "topic, data, updated_at from identity_profiles where user_id = ?",
    secondFactor: "confirmed_at from identity_factors where user_id = ?",
    exports: "id, status, created_at from identity_exports where user_id = ?",
  };
  const results = await ctx.db.batch(Object.values(queries).map((query) => ctx.db.sql(`select ${query}`, id)));
  return Object.fromEntries(Object.keys(queries).map((name, index) => [name, results[index]?.results ?? []]));
}
