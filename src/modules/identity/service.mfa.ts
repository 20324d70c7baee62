import { MINUTE } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { accountLocked, problems } from "./errors.ts";
import type { Parts } from "./notices.ts";
import { PAGES, tell, together } from "./notices.ts";
import type { SecurityEventType } from "./repository.events.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import * as repository from "./repository.factors.ts";
import type { OwnedSession } from "./repository.sessions.ts";
import { setSessionLevel } from "./repository.sessions.ts";
import type { UserRow } from "./repository.users.ts";
import type { Enrolment } from "./service.factors.ts";
import {
  hashRecoveryCode,
  newEnrolment,
  newRecoveryCodes,
  proveFactor,
  sparingFactorTry,
  stepOf,
} from "./service.factors.ts";
import { endingSessions } from "./service.sessions.ts";
import { ownSession, recentSession } from "./service.step-up.ts";
import { forgetSessions } from "./session-memory.ts";

const PENDING_MS = 15 * MINUTE;

/** Begins to set up a second factor. The secret is shown this once and does nothing until its first code confirms it. */
export const enrolTotp = once(async (ctx: Ctx): Promise<Enrolment> => {
  const { session, user } = await recentSession(ctx);
  // Whoever replaces a factor shows the old one first; where two factors are on, nothing else raises a session.
  if (user.mfaEnabled && session.raisedUntil <= ctx.now()) throw http.stepUpRequired();
  const enrolment = newEnrolment(user);
  const secret = await ctx.cipher.encrypt(enrolment.secret, repository.factorPlace(user.id));
  await commit(ctx, [repository.putPendingSecret(ctx, user.id, secret)], {
    audit: { action: "mfa.enrolled", target: user.id },
    result: enrolment,
  });
  return enrolment;
});

/** Turns two factors on. Sessions that have shown only one end; this one has just shown both. */
export const confirmTotp = once(async (ctx: Ctx, code: string): Promise<readonly string[]> => {
  const owned = await recentSession(ctx);
  const { user, session } = owned;
  const pending = await pendingSecret(ctx, user);
  const step = await confirmingStep(ctx, user, { pending, code });
  const codes = newRecoveryCodes();
  const parts = together(
    {
      statements: [
        ...repository.confirmFactor(ctx, user.id, { secret: pending, step }),
        ...repository.replaceRecoveryCodes(ctx, user.id, await hashAll(codes)),
        setSessionLevel(ctx, session.id, true),
      ],
      events: [],
    },
    await changing(ctx, owned, { type: "mfa.enabled", change: "enabled" }),
    endingSessions(ctx, user.id, { reason: "mfa_enabled", except: session.id }),
  );
  await finish(ctx, user, { parts, action: "mfa.enabled", result: codes });
  return codes;
});

async function pendingSecret(ctx: Ctx, user: UserRow): Promise<string> {
  const factor = await repository.findFactor(ctx, user.id);
  const fresh = (factor?.pendingAt ?? 0) > ctx.now() - PENDING_MS;
  if (!factor?.pendingSecret || !fresh) {
    throw problems.mfaSetupMissing({ detail: "Begin with POST /api/v1/auth/mfa/totp, and confirm within 15 minutes." });
  }
  if (factor.lockedUntil > ctx.now()) throw accountLocked(ctx.now(), factor.lockedUntil);
  return factor.pendingSecret;
}

async function confirmingStep(
  ctx: Ctx,
  user: UserRow,
  { pending, code }: { readonly pending: string; readonly code: string },
): Promise<number> {
  const [spent] = await commit(ctx, [repository.spendFactorTry(ctx, user.id)], { partial: true });
  if (spent?.results.length === 0)
    throw problems.codeInvalid({ detail: "Too many codes came at once; try again later." });
  const secret = await ctx.cipher.decrypt(pending, repository.factorPlace(user.id));
  const step = await stepOf(ctx, secret, code);
  if (step === null) throw problems.codeInvalid({ detail: "Check that the clock of your device is right." });
  return step;
}

/** Turns two factors off, by a session that has shown both and a fresh code. */
export async function disableTotp(ctx: Ctx, code: string): Promise<void> {
  const owned = await secondLevel(ctx);
  const { user, session } = owned;
  const parts = together(
    await proveFactor(ctx, user, { code }),
    { statements: [...repository.removeFactor(ctx, user.id), setSessionLevel(ctx, session.id, false)], events: [] },
    await changing(ctx, owned, { type: "mfa.disabled", change: "disabled" }),
    endingSessions(ctx, user.id, { reason: "mfa_disabled", except: session.id }),
  );
  await finish(ctx, user, { parts, action: "mfa.disabled", result: null });
}

/** Ten new recovery codes; the old ones are void. */
export const renewRecoveryCodes = once(async (ctx: Ctx, code: string): Promise<readonly string[]> => {
  const owned = await secondLevel(ctx);
  const codes = newRecoveryCodes();
  const parts = together(
    await proveFactor(ctx, owned.user, { code }),
    { statements: repository.replaceRecoveryCodes(ctx, owned.user.id, await hashAll(codes)), events: [] },
    await changing(ctx, owned, { type: "mfa.recovery_codes_renewed", change: "recoveryCodesRenewed" }),
  );
  await finish(ctx, owned.user, { parts, action: "mfa.recoveryCodesRenewed", result: codes });
  return codes;
});

async function hashAll(codes: readonly string[]): Promise<string[]> {
  return await Promise.all(codes.map(hashRecoveryCode));
}

async function secondLevel(ctx: Ctx): Promise<OwnedSession> {
  const owned = await ownSession(ctx);
  if (!owned.user.mfaEnabled) throw problems.mfaNotEnabled();
  if (!owned.session.mfa) throw http.mfaRequired();
  return owned;
}

interface Change {
  readonly type: SecurityEventType;
  readonly change: "enabled" | "disabled" | "recoveryCodesRenewed";
}

async function changing(ctx: Ctx, { user, session }: OwnedSession, { type, change }: Change): Promise<Parts> {
  const data = { change, at: ctx.now(), path: PAGES.security };
  const told = await tell(ctx, user, { kind: "twoFactorChanged", data });
  const event = recordSecurityEvent(ctx, { type, userId: user.id, sessionId: session.id });
  const statements = [event, repository.deleteChallengesOf(ctx, user.id)];
  return together({ statements, events: [] }, told);
}

interface Finish {
  readonly parts: Parts;
  readonly action: string;
  readonly result: unknown;
}

async function finish(ctx: Ctx, user: UserRow, { parts, action, result }: Finish): Promise<void> {
  const committing = commit(ctx, parts.statements, {
    audit: { action, target: user.id },
    events: parts.events,
    result,
    refusals: { identity_code_used: problems.codeInvalid },
  });
  await sparingFactorTry(ctx, user.id, committing);
  forgetSessions(ctx, user.id);
}
