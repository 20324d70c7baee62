import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { sha256Hex } from "#platform/crypto";
import { listSharedDevices } from "./repository.sessions.ts";
import { findUser, listNames } from "./repository.users.ts";

/** Who somebody is, as far as a document about them says. */
export interface Person {
  readonly name: string | null;
  readonly email: string | null;
  /** Two letters. */
  readonly country: string | null;
}

/** The person behind an account; null when there is no such account. */
export async function findPerson(ctx: Ctx, id: Id<"user">): Promise<Person | null> {
  const user = await findUser(ctx, id);
  return user && { name: user.name, email: user.email, country: user.country };
}

/** What accounts are called, by id, as far as they say. */
export async function namesOf(ctx: Ctx, ids: readonly Id<"user">[]): Promise<ReadonlyMap<string, string>> {
  return ids.length === 0 ? new Map() : await listNames(ctx, ids);
}

/** Whether two accounts were signed in to from one device. What only calls itself alike counts for nothing. */
export async function shareDevice(ctx: Ctx, one: Id<"user">, other: Id<"user">): Promise<boolean> {
  for (const { deviceHash, label } of await listSharedDevices(ctx, one, other)) {
    if (deviceHash !== (await sha256Hex(`agent ${label ?? "unknown"}`))) return true;
  }
  return false;
}
