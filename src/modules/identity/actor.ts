import type { Actor, Ctx } from "#platform/ctx";

type UserActor = Extract<Actor, { kind: "user" }>;

/** The person who acts in a session. Routes let nobody else through; whatever else ends here is a bug. */
export function signedInUser(ctx: Ctx): UserActor {
  if (ctx.actor.kind === "user") return ctx.actor;
  throw new TypeError("This verb acts for somebody in a session.");
}
