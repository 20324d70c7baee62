import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { withActor } from "#platform/ctx";

/** The account that takes what names none. Its id follows from its owner's, so that it is made once. */
export function defaultAccountOf(userId: Id<"user">): Id<"acct"> {
  return `acct_${userId.slice("user_".length)}` as Id<"acct">;
}

/** Acts for somebody who has asked for it before: jobs and the seed put into a budget what its owner wants there. */
export function actFor(ctx: Ctx, userId: Id<"user">): Ctx {
  const keyId = `key_${userId.slice("user_".length)}` as Id<"key">;
  return withActor(ctx, { kind: "apiKey", userId, keyId, plan: "free", scopes: [] });
}
