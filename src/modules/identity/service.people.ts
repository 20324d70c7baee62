import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { findUser } from "./repository.users.ts";

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
