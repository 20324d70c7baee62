import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
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

export interface Admittance {
  /** The hash that stands afterwards: the same, or one at today's cost. */
  readonly passwordHash: string | null;
  /** Whether all factors are shown, so that a deletion that was waiting is undone. */
  readonly complete: boolean;
}

/**
 * Lets a sign-in count only while the account is as it was when it was read: refused as `identity_user_changed` when
 * the password or the status has changed meanwhile. Writes only where there is something to change.
 */
export function admitUser(ctx: Ctx, user: UserRow, { passwordHash, complete }: Admittance): Statement[] {
  const revived = complete && user.status === "deleting";
  const { id, status } = user;
  if (passwordHash === user.passwordHash && !revived) {
    return [
      ctx.db.sql(
        `insert into platform_expectations (name, holds) values ('identity_user_changed', exists (
           select 1 from identity_users where id = ? and password_hash is ? and status = ? and status in ('active', 'deleting')))`,
        id,
        passwordHash,
        status,
      ),
    ];
  }
  const admit = ctx.db.sql(
    `update identity_users set password_hash = ?1, updated_at = ?2,
       status = case when ?6 then 'active' else status end,
       deletion_due_at = case when ?6 then null else deletion_due_at end
     where id = ?3 and password_hash is ?4 and status = ?5 and status in ('active', 'deleting')`,
    passwordHash,
    ctx.now(),
    id,
    user.passwordHash,
    status,
    revived ? 1 : 0,
  );
  return [admit, expectChange(ctx, "identity_user_changed")];
}

export interface UserFilter {
  /** Part of an address or name, or a whole id or phone number. */
  readonly query: string | null;
  readonly status: UserRow["status"] | null;
}

/** Everybody who fits, newest first; one row more than the page holds. */
export async function listUsers(ctx: Ctx, { query, status }: UserFilter, page: PageRequest): Promise<UserRow[]> {
  const text = query?.toLowerCase() ?? null;
  const rows = await ctx.db.primary
    .select()
    .from(users)
    .where(
      and(
        status === null ? undefined : eq(users.status, status),
        text === null
          ? undefined
          : sql`(instr(${users.email}, ${text}) > 0 or instr(lower(${users.name}), ${text}) > 0 or ${users.id} = ${text} or ${users.phone} = ${text})`,
        page.after === null ? undefined : lt(users.id, page.after),
      ),
    )
    .orderBy(desc(users.id))
    .limit(page.limit + 1);
  return rows as UserRow[];
}

/** The administrators whose accounts are open. */
export async function listAdmins(ctx: Ctx): Promise<Id<"user">[]> {
  const rows = await ctx.db.primary
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "admin"), eq(users.status, "active")));
  return rows.map(({ id }) => id as Id<"user">);
}

/** Refuses the commit as `identity_last_admin` unless another administrator remains. */
export function expectAnotherAdmin(ctx: Ctx, id: Id<"user">): Statement {
  return ctx.db.sql(
    `insert into platform_expectations (name, holds) values ('identity_last_admin',
     exists (select 1 from identity_users where role = 'admin' and status = 'active' and id <> ?))`,
    id,
  );
}

/** Changes a user only from the state that was seen: refused as `identity_user_changed` otherwise. */
export function changeUser(
  ctx: Ctx,
  before: UserRow,
  changes: Partial<Pick<UserRow, "role" | "status" | "statusReason" | "deletionDueAt">>,
): Statement[] {
  const change = ctx.db.primary
    .update(users)
    .set({ ...changes, updatedAt: ctx.now() })
    .where(and(eq(users.id, before.id), eq(users.role, before.role), eq(users.status, before.status)));
  return [ctx.db.statement(change), expectChange(ctx, "identity_user_changed")];
}

/** What some accounts are called; those without a name are left out. */
export async function listNames(ctx: Ctx, ids: readonly Id<"user">[]): Promise<Map<string, string>> {
  const wanted = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  const rows = await ctx.db.read
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, wanted));
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}
