import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";

/** The customer who acts. Routes let nobody else through; a job that ends here is a bug. */
export function customer(ctx: Ctx): { userId: Id<"user">; plan: string } {
  if (ctx.actor.kind === "user" || ctx.actor.kind === "apiKey") return ctx.actor;
  throw new TypeError("This verb acts for a customer.");
}
