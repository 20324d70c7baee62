import { generateSecret } from "otplib";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import { factorPlace, insertFactor, putPendingSecret } from "../../../src/modules/identity/repository.factors.ts";
import { anAccount } from "../../support/accounts.ts";
import type { TestApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { codeFor, freshEmail, freshPhone, mfaTokenOf, PASSWORD, row, tokenFor, totp } from "../../support/people.ts";
import { operators } from "./identity.operators.ts";
import { profile } from "./identity.profile.ts";
import type { Samples } from "./sample.ts";

const NEW = "another four good words";

async function aRegistration(app: TestApp): Promise<string> {
  const email = freshEmail();
  await app.call("POST /api/v1/auth/register", { json: { email, password: PASSWORD, acceptTerms: true } });
  return email;
}

async function aGuardedAccount(app: TestApp) {
  const account = await anAccount(app, { mfa: true });
  const ctx = testCtx(app);
  const secret = generateSecret();
  const kept = await ctx.cipher.encrypt(secret, factorPlace(account.user.id));
  await commit(ctx, [insertFactor(ctx, { userId: account.user.id, secret: kept })]);
  return { ...account, secret, as: account.actor };
}

async function aRaisedActor(app: TestApp) {
  return { ...(await anAccount(app)).actor, raisedUntil: Date.now() + 300_000 };
}

export const identity: Samples = {
  registerUser: () => ({ json: { email: freshEmail(), password: PASSWORD, acceptTerms: true }, status: 202 }),
  verifyEmail: async (app) => {
    const token = crypto.randomUUID();
    const hash = await sha256Hex(token);
    await row("update identity_registrations set token_hash = ? where email = ?", hash, await aRegistration(app));
    return { json: { token }, status: 200 };
  },
  resendVerification: async (app) => ({ json: { email: await aRegistration(app) }, status: 202 }),
  loginUser: async (app) => {
    const { user } = await anAccount(app);
    return { json: { email: user.email, password: PASSWORD }, status: 200 };
  },
  loginMfa: async (app) => {
    const { user, secret } = await aGuardedAccount(app);
    const mfaToken = await mfaTokenOf(app, user.email ?? "");
    return { json: { mfaToken, code: await totp(secret) }, status: 200 };
  },
  refreshTokens: async (app) => ({ json: { refreshToken: (await anAccount(app)).refreshToken }, status: 200 }),
  logoutUser: async (app) => ({ as: (await anAccount(app)).actor, status: 204 }),
  logoutAll: async (app) => ({ as: (await anAccount(app)).actor, status: 204 }),
  listSessions: async (app) => ({ as: (await anAccount(app)).actor, query: "limit=1", status: 200 }),
  deleteSession: async (app) => {
    const { actor } = await anAccount(app);
    return { as: actor, params: { id: actor.sessionId }, status: 204 };
  },
  forgotPassword: async (app) => ({ json: { email: (await anAccount(app)).user.email }, status: 202 }),
  resetPassword: async (app) => {
    const { user } = await anAccount(app);
    const token = crypto.randomUUID();
    await row(
      "insert into identity_secrets (user_id, purpose, token_hash, created_at, expires_at) values (?, 'reset', ?, 0, ?)",
      user.id,
      await sha256Hex(token),
      Date.now() + 60_000,
    );
    return { json: { token, password: NEW }, status: 204 };
  },
  changePassword: async (app) => ({
    as: (await anAccount(app)).actor,
    json: { currentPassword: PASSWORD, newPassword: NEW },
    status: 204,
  }),
  stepUp: async (app) => ({ as: (await anAccount(app)).actor, json: { password: PASSWORD }, status: 204 }),
  enrolTotp: async (app) => ({ as: (await anAccount(app)).actor, status: 200 }),
  confirmTotp: async (app) => {
    const { actor } = await anAccount(app);
    const ctx = testCtx(app);
    const secret = generateSecret();
    const kept = await ctx.cipher.encrypt(secret, factorPlace(actor.userId));
    await commit(ctx, [putPendingSecret(ctx, actor.userId, kept)]);
    return { as: actor, json: { code: await totp(secret) }, status: 200 };
  },
  disableTotp: async (app) => {
    const { as, secret } = await aGuardedAccount(app);
    return { as, json: { code: await totp(secret) }, status: 204 };
  },
  renewRecoveryCodes: async (app) => {
    const { as, secret } = await aGuardedAccount(app);
    return { as, json: { code: await totp(secret) }, status: 200 };
  },
  requestOtp: () => ({ json: { phone: freshPhone() }, status: 202 }),
  verifyOtp: async (app) => {
    const phone = freshPhone();
    await app.call("POST /api/v1/auth/otp", { json: { phone } });
    return { json: { phone, code: await codeFor(app, phone), acceptTerms: true }, status: 200 };
  },
  requestEmail: async (app) => ({ as: await aRaisedActor(app), json: { email: freshEmail() }, status: 202 }),
  confirmEmail: async (app) => {
    const as = await aRaisedActor(app);
    const email = freshEmail();
    await app.call("POST /api/v1/me/email", { as, json: { email } });
    return { as, json: { token: await tokenFor(app, email, "/confirm-email") }, status: 200 };
  },
  requestPhone: async (app) => ({ as: await aRaisedActor(app), json: { phone: freshPhone() }, status: 202 }),
  confirmPhone: async (app) => {
    const as = await aRaisedActor(app);
    const phone = freshPhone();
    await app.call("POST /api/v1/me/phone", { as, json: { phone } });
    return { as, json: { code: await codeFor(app, phone) }, status: 200 };
  },
  ...profile,
  ...operators,
};
