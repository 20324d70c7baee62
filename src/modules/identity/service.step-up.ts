import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { keyedHash } from "#platform/keyed-hash";
import { signedInUser } from "./actor.ts";
import { accountLocked, problems } from "./errors.ts";
import type { Parts } from "./notices.ts";
import { verifyPassword } from "./password-hash.ts";
import * as counters from "./repository.counters.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import type { OwnedSession } from "./repository.sessions.ts";
import { findSession, raiseSession } from "./repository.sessions.ts";
import type { UserRow } from "./repository.users.ts";
import { ACCOUNT_LOCK } from "./rules.lockout.ts";
import { RAISED_MS } from "./rules.session.ts";
import type { FactorProof } from "./service.factors.ts";
import { proveFactor, sparingFactorTry } from "./service.factors.ts";
import { forgetSession } from "./session-memory.ts";

export type StepUp = FactorProof | { readonly password: string };

/** Raises the session for five minutes. Where two factors are on, nothing but the second one does it. */
export async function stepUp(ctx: Ctx, proof: StepUp): Promise<void> {
  const { session, user } = await ownSession(ctx);
  const proven = await proveOwner(ctx, user, proof);
  const { id: sessionId, userId } = session;
  const statements = [
    ...proven.statements,
    raiseSession(ctx, sessionId, ctx.now() + RAISED_MS),
    recordSecurityEvent(ctx, { type: "session.raised", userId, sessionId }),
  ];
  const committing = commit(ctx, statements, {
    audit: { action: "session.raised", target: sessionId },
    events: proven.events,
    result: null,
    refusals: { identity_code_used: problems.codeInvalid },
  });
  await sparingFactorTry(ctx, userId, committing);
  forgetSession(ctx, sessionId);
}

/** Makes sure that it is the owner who acts: by the second factor where there is one, else by the password. */
export async function proveOwner(ctx: Ctx, user: UserRow, proof: StepUp): Promise<Parts> {
  if (!("password" in proof)) return await proveFactor(ctx, user, proof);
  if (user.mfaEnabled) throw http.mfaRequired({ detail: "Two factors are on: send `code` or `recoveryCode`." });
  return await provePassword(ctx, user, proof.password);
}

/** Checks the password of somebody who is signed in; a stolen session must not guess it. */
export async function provePassword(ctx: Ctx, user: UserRow, password: string): Promise<Parts> {
  const key = await keyedHash(ctx.config, "password counter", user.id);
  const until = await counters.findLock(ctx, key);
  if (until > ctx.now()) throw accountLocked(ctx.now(), until);
  if (await verifyPassword(password, user.passwordHash)) {
    return { statements: [counters.clearCounter(ctx, key)], events: [] };
  }
  await commit(ctx, [counters.countFailure(ctx, { key, subject: null }, ACCOUNT_LOCK)], { partial: true });
  throw problems.invalidCredentials({ detail: "The password is wrong." });
}

/** The caller's own session and account, as they stand in storage at this moment. */
export async function ownSession(ctx: Ctx): Promise<OwnedSession> {
  const owned = await findSession(ctx, signedInUser(ctx).sessionId);
  if (!owned || owned.session.endedAt !== null) throw http.unauthenticated();
  return owned;
}

/** The same, for what a session that lies about must not do: it was begun or raised within five minutes. */
export async function recentSession(ctx: Ctx): Promise<OwnedSession> {
  const owned = await ownSession(ctx);
  const { createdAt, raisedUntil } = owned.session;
  if (createdAt > ctx.now() - RAISED_MS || raisedUntil > ctx.now()) return owned;
  throw http.stepUpRequired({
    detail: "Call POST /api/v1/auth/step-up with your second factor or password, then repeat this call.",
  });
}
