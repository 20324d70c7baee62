import { eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { users } from "./tables.ts";

export type UserRow = Omit<typeof users.$inferSelect, "id"> & { id: Id<"user"> };

export async function findUser(ctx: Ctx, id: Id<"user">): Promise<UserRow | null> {
  const [row] = await ctx.db.primary.select().from(users).where(eq(users.id, id)).limit(1);
  return (row as UserRow | undefined) ?? null;
}

export async function findUserByEmail(ctx: Ctx, email: string): Promise<UserRow | null> {
  const [row] = await ctx.db.primary.select().from(users).where(eq(users.email, email)).limit(1);
  return (row as UserRow | undefined) ?? null;
}

export async function findUserByPhone(ctx: Ctx, phone: string): Promise<UserRow | null> {
  const [row] = await ctx.db.primary.select().from(users).where(eq(users.phone, phone)).limit(1);
  return (row as UserRow | undefined) ?? null;
}

export function insertUser(ctx: Ctx, row: UserRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(users).values(row));
}

export function updateUser(ctx: Ctx, id: Id<"user">, changes: Partial<Omit<UserRow, "id">>): Statement {
  return ctx.db.statement(
    ctx.db.primary
      .update(users)
      .set({ ...changes, updatedAt: ctx.now() })
      .where(eq(users.id, id)),
  );
}

/**
 * Lets a sign-in count only while the account is as it was when it was read: refused as `identity_user_changed` when
 * the password has changed or the account was suspended meanwhile. Undoes a deletion that was waiting.
 */
export function admitUser(ctx: Ctx, user: UserRow, passwordHash: string | null): Statement[] {
  const admit = ctx.db.sql(
    `update identity_users set password_hash = ?1, status = 'active', deletion_due_at = null, updated_at = ?2
     where id = ?3 and password_hash is ?4 and status in ('active', 'deleting')`,
    passwordHash,
    ctx.now(),
    user.id,
    user.passwordHash,
  );
  return [admit, expectChange(ctx, "identity_user_changed")];
}
