import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { withActor } from "#platform/ctx";

/** The account whose budget this is. Routes let nobody else through; whatever else ends here is a bug. */
export function budgetOwner(ctx: Ctx): Id<"user"> {
  if (ctx.actor.kind === "user" || ctx.actor.kind === "apiKey") return ctx.actor.userId;
  throw new TypeError("This verb acts for an account.");
}

/** The account that takes what names none. Its id follows from its owner's, so that it is made once. */
export function defaultAccountOf(userId: Id<"user">): Id<"acct"> {
  return `acct_${userId.slice("user_".length)}` as Id<"acct">;
}

/** Acts for somebody who has asked for it before: jobs and the seed put into a budget what its owner wants there. */
export function actFor(ctx: Ctx, userId: Id<"user">): Ctx {
  const keyId = `key_${userId.slice("user_".length)}` as Id<"key">;
  return withActor(ctx, { kind: "apiKey", userId, keyId, plan: "free", scopes: [] });
}
