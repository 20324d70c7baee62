import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { UserRow } from "./repository.users.ts";
import { findUser, findUserByEmail } from "./repository.users.ts";
import { canonicalEmail } from "./rules.email.ts";

/** What other modules may know of an account. */
export type Account = Pick<
  UserRow,
  "id" | "email" | "name" | "role" | "status" | "mfaEnabled" | "country" | "displayCurrency" | "createdAt"
>;

function toAccount(user: UserRow | null): Account | null {
  if (!user) return null;
  const { id, email, name, role, status, mfaEnabled, country, displayCurrency, createdAt } = user;
  return { id, email, name, role, status, mfaEnabled, country, displayCurrency, createdAt };
}

/** An account as it stands at this moment; null when there is none. */
export async function findAccount(ctx: Ctx, id: Id<"user">): Promise<Account | null> {
  return toAccount(await findUser(ctx, id));
}

/** The account that has proven this address. */
export async function findAccountByEmail(ctx: Ctx, email: string): Promise<Account | null> {
  const canonical = canonicalEmail(email);
  return canonical === null ? null : toAccount(await findUserByEmail(ctx, canonical));
}
