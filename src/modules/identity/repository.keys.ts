import { desc } from "drizzle-orm";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { signingKeys } from "./tables.sessions.ts";

export type KeyRow = typeof signingKeys.$inferSelect;

/** Newest first. */
export async function listKeys(ctx: Ctx): Promise<KeyRow[]> {
  return await ctx.db.primary.select().from(signingKeys).orderBy(desc(signingKeys.activeFrom));
}

/** Keeps the very first key, unless somebody was faster; gives back what stands. */
export async function insertFirstKey(ctx: Ctx, row: KeyRow): Promise<KeyRow[]> {
  await insertNextKey(ctx, null, row);
  return await listKeys(ctx);
}

/** Keeps a key as the next one, unless somebody has put one after `previous` already. */
export async function insertNextKey(ctx: Ctx, previous: string | null, row: KeyRow): Promise<void> {
  const { id, publicKey, privateKey, createdAt, activeFrom } = row;
  await commit(
    ctx,
    [
      ctx.db.sql(
        `insert into identity_signing_keys (id, public_key, private_key, created_at, active_from)
         select ?1, ?2, ?3, ?4, ?5
         where ?6 is (select id from identity_signing_keys order by active_from desc limit 1)`,
        id,
        publicKey,
        privateKey,
        createdAt,
        activeFrom,
        previous,
      ),
    ],
    { audit: { action: "signingKey.created", target: id }, partial: true },
  );
}

export async function deleteKeysBefore(ctx: Ctx, activeFrom: number): Promise<void> {
  const statement: Statement = ctx.db.sql("delete from identity_signing_keys where active_from < ?", activeFrom);
  await commit(ctx, [statement], { audit: { action: "signingKeys.retired", target: "signing-keys" } });
}
