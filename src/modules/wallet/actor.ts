import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";

/** The account whose wallets these are. Routes let nobody else through; whatever else ends here is a bug. */
export function walletOwner(ctx: Ctx): Id<"user"> {
  if (ctx.actor.kind === "user" || ctx.actor.kind === "apiKey") return ctx.actor.userId;
  throw new TypeError("This verb acts for an account.");
}
