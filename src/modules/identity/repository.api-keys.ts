import { and, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { UserRow } from "./repository.users.ts";
import { apiKeys } from "./tables.sessions.ts";
import { users } from "./tables.ts";

export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, "id" | "userId"> & { id: Id<"key">; userId: Id<"user"> };

const MAX_KEYS = 25;

const alive = (now: number) => or(isNull(apiKeys.revokedAt), gt(apiKeys.revokedAt, now));

export interface OwnedKey {
  readonly key: ApiKeyRow;
  readonly user: UserRow;
}

/** A key that is in force, with its owner; always as storage has it at this moment. */
export async function findLiveKey(ctx: Ctx, keyHash: string): Promise<OwnedKey | null> {
  const now = ctx.now();
  const [row] = await ctx.db.primary
    .select({ key: apiKeys, user: users })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        eq(apiKeys.keyHash, keyHash),
        alive(now),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
        eq(users.status, "active"),
      ),
    )
    .limit(1);
  return (row as OwnedKey | undefined) ?? null;
}

/** A user's keys that are in force, newest first; one row more than the page holds. */
export async function listKeys(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<ApiKeyRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(apiKeys)
    .where(
      and(eq(apiKeys.userId, userId), alive(ctx.now()), page.after === null ? undefined : lt(apiKeys.id, page.after)),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit + 1);
  return rows as ApiKeyRow[];
}

export async function findKey(ctx: Ctx, id: Id<"key">): Promise<ApiKeyRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), alive(ctx.now())))
    .limit(1);
  return (row as ApiKeyRow | undefined) ?? null;
}

/** Keeps a key, unless its owner has as many as may be: refused as `identity_api_key_limit`. */
export function insertKey(ctx: Ctx, row: ApiKeyRow): Statement[] {
  const insert = ctx.db.sql(
    `insert into identity_api_keys (id, user_id, name, prefix, key_hash, scopes, created_at, expires_at)
     select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
     where (select count(*) from identity_api_keys where user_id = ?2 and (revoked_at is null or revoked_at > ?7)) < ?9`,
    row.id,
    row.userId,
    row.name,
    row.prefix,
    row.keyHash,
    JSON.stringify(row.scopes),
    row.createdAt,
    row.expiresAt,
    MAX_KEYS,
  );
  return [insert, expectChange(ctx, "identity_api_key_limit")];
}

/** Ends a key at a moment, once: refused as `identity_api_key_gone` when it was to end before already. */
export function revokeKey(ctx: Ctx, id: Id<"key">, at: number): Statement[] {
  return [
    ctx.db.sql(
      "update identity_api_keys set revoked_at = ?1 where id = ?2 and (revoked_at is null or revoked_at > ?1)",
      at,
      id,
    ),
    expectChange(ctx, "identity_api_key_gone"),
  ];
}

export function noteKeyUse(ctx: Ctx, id: Id<"key">): Statement {
  return ctx.db.sql(
    "update identity_api_keys set last_used_at = ?, last_ip = ? where id = ?",
    ctx.now(),
    ctx.source.ip,
    id,
  );
}
