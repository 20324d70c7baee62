import { and, eq, gt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { secrets } from "./tables.ts";

export type SecretRow = Omit<typeof secrets.$inferSelect, "userId"> & { userId: Id<"user"> };

/** Keeps a secret; an earlier one of the same user and purpose is void from now on. */
export function putSecret(ctx: Ctx, row: Omit<SecretRow, "createdAt">): Statement {
  const values = { ...row, createdAt: ctx.now() };
  const query = ctx.db.primary
    .insert(secrets)
    .values(values)
    .onConflictDoUpdate({ target: [secrets.userId, secrets.purpose], set: values });
  return ctx.db.statement(query);
}

export async function findSecret(
  ctx: Ctx,
  { purpose, tokenHash }: Pick<SecretRow, "purpose" | "tokenHash">,
): Promise<SecretRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(secrets)
    .where(and(eq(secrets.tokenHash, tokenHash), eq(secrets.purpose, purpose), gt(secrets.expiresAt, ctx.now())))
    .limit(1);
  return (row as SecretRow | undefined) ?? null;
}

/** Uses a secret up, once: refused as `identity_token_used` for everybody after the first. */
export function consumeSecret(ctx: Ctx, row: SecretRow): Statement[] {
  return [
    ctx.db.sql(
      "delete from identity_secrets where token_hash = ? and purpose = ? and expires_at > ?",
      row.tokenHash,
      row.purpose,
      ctx.now(),
    ),
    expectChange(ctx, "identity_token_used"),
  ];
}

/** Voids what was mailed to a user before: after a change of password or address it must not work any more. */
export function voidSecrets(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(secrets).where(eq(secrets.userId, userId)));
}
