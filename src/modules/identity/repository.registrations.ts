import { and, desc, eq, gt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { mailRequests, registrations } from "./tables.ts";

export type RegistrationRow = Omit<typeof registrations.$inferSelect, "id"> & { id: Id<"reg"> };
export type MailRequestRow = Omit<typeof mailRequests.$inferSelect, "id"> & { id: Id<"reg"> };

export function insertRegistration(ctx: Ctx, row: RegistrationRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(registrations).values(row));
}

export async function findRegistration(ctx: Ctx, id: Id<"reg">): Promise<RegistrationRow | null> {
  const [row] = await ctx.db.primary.select().from(registrations).where(eq(registrations.id, id)).limit(1);
  return (row as RegistrationRow | undefined) ?? null;
}

export async function findRegistrationByToken(ctx: Ctx, tokenHash: string): Promise<RegistrationRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(registrations)
    .where(and(eq(registrations.tokenHash, tokenHash), gt(registrations.expiresAt, ctx.now())))
    .limit(1);
  return (row as RegistrationRow | undefined) ?? null;
}

/** The newest registration of an address that waits for its proof. */
export async function findNewestRegistration(ctx: Ctx, email: string): Promise<RegistrationRow | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(registrations)
    .where(and(eq(registrations.email, email), gt(registrations.expiresAt, ctx.now())))
    .orderBy(desc(registrations.id))
    .limit(1);
  return (row as RegistrationRow | undefined) ?? null;
}

/** Gives a registration the token of its newest mail; older mails of it are void. */
export function setRegistrationToken(
  ctx: Ctx,
  id: Id<"reg">,
  token: { readonly tokenHash: string; readonly expiresAt: number },
): Statement {
  return ctx.db.statement(ctx.db.primary.update(registrations).set(token).where(eq(registrations.id, id)));
}

/** Uses up a registration, once: refused as `identity_token_used` for everybody after the first. */
export function consumeRegistration(ctx: Ctx, row: RegistrationRow): Statement[] {
  return [
    ctx.db.sql(
      "delete from identity_registrations where id = ? and token_hash = ? and expires_at > ?",
      row.id,
      row.tokenHash,
      ctx.now(),
    ),
    expectChange(ctx, "identity_token_used"),
  ];
}

export function deleteRegistration(ctx: Ctx, id: Id<"reg">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(registrations).where(eq(registrations.id, id)));
}

/** Whatever else was registered under an address that is proven now, with whoever's password. */
export function deleteRegistrationsOf(ctx: Ctx, email: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(registrations).where(eq(registrations.email, email)));
}

export function insertMailRequest(ctx: Ctx, row: MailRequestRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(mailRequests).values(row));
}

export async function findMailRequest(ctx: Ctx, id: Id<"reg">): Promise<MailRequestRow | null> {
  const [row] = await ctx.db.primary.select().from(mailRequests).where(eq(mailRequests.id, id)).limit(1);
  return (row as MailRequestRow | undefined) ?? null;
}

export function deleteMailRequest(ctx: Ctx, id: Id<"reg">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(mailRequests).where(eq(mailRequests.id, id)));
}
