import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { fieldRefused, problems } from "./errors.ts";
import type { Parts } from "./notices.ts";
import { PAGES, tell, together } from "./notices.ts";
import { hashPassword } from "./password-hash.ts";
import { clearCounters } from "./repository.counters.ts";
import type { SecurityEventType } from "./repository.events.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import { deleteChallengesOf } from "./repository.factors.ts";
import { consumeSecret, findSecret, voidSecrets } from "./repository.secrets.ts";
import type { UserRow } from "./repository.users.ts";
import { findUser, updateUser } from "./repository.users.ts";
import { passwordFault } from "./rules.password.ts";
import { endingSessions } from "./service.sessions.ts";
import { counterSubject } from "./service.sign-in.ts";
import { ownSession, provePassword, recentSession } from "./service.step-up.ts";
import { forgetSessions } from "./session-memory.ts";

export interface ResetPassword {
  readonly token: string;
  readonly password: string;
}

/** Sets a password by the token of a mail. Signs nobody in, and leaves the second factor where it is. */
export async function resetPassword(ctx: Ctx, { token, password }: ResetPassword): Promise<void> {
  const secret = await findSecret(ctx, { purpose: "reset", tokenHash: await sha256Hex(token) });
  const user = secret && (await findUser(ctx, secret.userId));
  if (!user || user.status === "suspended" || user.status === "deleted") {
    throw problems.tokenInvalid({ detail: "Ask for another mail." });
  }
  refuseWeak(password, { user, field: "password" });
  const changed = await changing(ctx, user, { password, type: "password.reset" });
  const unlocked = clearCounters(ctx, await counterSubject(ctx, user.email ?? ""));
  const ended = endingSessions(ctx, user.id, { reason: "password_reset" });
  const { statements, events } = together(
    { statements: [...consumeSecret(ctx, secret), unlocked], events: [] },
    changed,
    ended,
  );
  await commit(ctx, statements, {
    audit: { action: "password.reset", target: user.id },
    events,
    refusals: { identity_token_used: problems.tokenInvalid },
  });
  forgetSessions(ctx, user.id);
}

export interface ChangePassword {
  /** Left out where the account has no password yet. */
  readonly currentPassword: string | null;
  readonly newPassword: string;
}

/** Changes the caller's password; every other session ends. */
export async function changePassword(ctx: Ctx, input: ChangePassword): Promise<void> {
  const { user, session } = await ownSession(ctx);
  const proven = await proveCurrent(ctx, user, input.currentPassword);
  refuseWeak(input.newPassword, { user, field: "newPassword" });
  const changed = await changing(ctx, user, { password: input.newPassword, type: "password.changed" });
  const ended = endingSessions(ctx, user.id, { reason: "password_changed", except: session.id });
  const { statements, events } = together(proven, changed, ended);
  await commit(ctx, statements, { audit: { action: "password.changed", target: user.id }, events, result: null });
  forgetSessions(ctx, user.id);
}

async function proveCurrent(ctx: Ctx, user: UserRow, password: string | null): Promise<Parts> {
  if (user.passwordHash !== null) return await provePassword(ctx, user, password ?? "");
  await recentSession(ctx);
  return { statements: [], events: [] };
}

function refuseWeak(password: string, { user, field }: { readonly user: UserRow; readonly field: string }): void {
  const fault = passwordFault(password, user);
  if (fault) throw fieldRefused(field, fault);
}

/** What every change of a password does: links and challenges of before are void, and devices not trusted; the owner is told. */
async function changing(
  ctx: Ctx,
  user: UserRow,
  { password, type }: { readonly password: string; readonly type: SecurityEventType },
): Promise<Parts> {
  const at = ctx.now();
  const told = await tell(ctx, user, { kind: "passwordChanged", data: { at, path: PAGES.security } });
  const statements = [
    updateUser(ctx, user.id, { passwordHash: await hashPassword(password), passwordChangedAt: at }),
    voidSecrets(ctx, user.id),
    deleteChallengesOf(ctx, user.id),
    recordSecurityEvent(ctx, { type, userId: user.id }),
  ];
  return together({ statements, events: [] }, told);
}
