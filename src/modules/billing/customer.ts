import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";

/** The customer who acts. Routes let nobody else through; a job that ends here is a bug. */
export function customerOf(ctx: Ctx): Id<"user"> {
  if (ctx.actor.kind === "user" || ctx.actor.kind === "apiKey") return ctx.actor.userId;
  throw new TypeError("This verb acts for a customer.");
}
