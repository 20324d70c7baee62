import type { Id } from "#kernel/ids";
import type { Actor, Ctx } from "#platform/ctx";
import type { Access } from "./route.ts";
import { http } from "./problems.ts";

/** Refuses whoever may not call a route: 401 without credentials, 403 for a role, scope or factor that is missing. */
export function authorise(ctx: Ctx, access: Access): void {
  if (access.kind === "public") return;
  const { actor } = ctx;
  if (actor.kind === "apiKey") return authoriseKey(actor, access);
  if (actor.kind !== "user")
    throw http.unauthenticated({ detail: "Send `Authorization: Bearer` with an access token or an API key." });
  if (access.roles && !access.roles.includes(actor.role)) throw http.forbidden();
  if (access.roles && !actor.mfa)
    throw http.mfaRequired({ detail: "Operators sign in with two factors; set one up and sign in again." });
  if (access.stepUp === true && actor.raisedUntil <= ctx.now()) {
    throw http.stepUpRequired({
      detail: "Call POST /api/v1/auth/step-up with your second factor or password, then repeat this call.",
    });
  }
}

function authoriseKey(actor: Extract<Actor, { kind: "apiKey" }>, access: Extract<Access, { kind: "signedIn" }>): void {
  if (access.roles) throw http.forbidden({ detail: "No API key has an operator's rights; sign in." });
  if (access.scope === null) throw http.scopeMissing({ detail: "No API key can make this call; sign in." });
  if (!actor.scopes.includes(access.scope))
    throw http.scopeMissing({ detail: `This call needs a key with the scope \`${access.scope}\`.` });
  if (access.stepUp === true) throw http.stepUpRequired({ detail: "No API key can raise a session; sign in." });
}

/** The account that an actor stands for; null when it stands for none. */
export function accountOf(actor: Actor): string | null {
  return actor.kind === "user" || actor.kind === "apiKey" ? actor.userId : null;
}

/** Who acts for an account, in a session or by a key. Routes let nobody else through; a job that ends here is a bug. */
export function actingAccount(ctx: Ctx): Extract<Actor, { kind: "user" | "apiKey" }> {
  if (ctx.actor.kind === "user" || ctx.actor.kind === "apiKey") return ctx.actor;
  throw new TypeError("This verb acts for a customer.");
}

/** The customer who acts. */
export function customerOf(ctx: Ctx): Id<"user"> {
  return actingAccount(ctx).userId;
}
