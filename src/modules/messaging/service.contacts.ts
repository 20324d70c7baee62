import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import * as repository from "./repository.contacts.ts";
import type { Contact } from "./service.ts";

/** Keeps how somebody is reached, for what is written to many: add it to the commit that changes the account. */
export function upsertContact(ctx: Ctx, contact: Contact & { readonly userId: Id<"user"> }): Statement {
  const { userId, email, phone, locale, timeZone, name } = contact;
  return repository.upsertContact(ctx, { userId, email, phone, locale, timeZone, name });
}

/** How somebody is reached; null for whoever has no account any more. */
export async function findContact(ctx: Ctx, userId: Id<"user">): Promise<Contact | null> {
  const row = await repository.findContact(ctx, userId);
  if (!row) return null;
  const { email, phone, locale, timeZone, name } = row;
  return { userId, email, phone, locale, timeZone, name };
}

/** No message that waited when the database was copied leaves a second time. */
export async function afterRestore(ctx: Ctx): Promise<void> {
  await commit(ctx, repository.dropWaiting(ctx));
}

export async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]> {
  return await Promise.resolve(repository.erase(ctx, userId));
}

export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  return await repository.exportRows(ctx, userId);
}
