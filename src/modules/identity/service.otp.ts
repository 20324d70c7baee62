import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { fieldRefused, problems } from "./errors.ts";
import { together } from "./notices.ts";
import type { SmsUse } from "./repository.sms-codes.ts";
import { admitUser, findUserByPhone } from "./repository.users.ts";
import { openSession } from "./service.sessions.ts";
import { newUser, rememberedCode, welcoming } from "./service.registration.ts";
import { refuseDuringMaintenance } from "./service.refresh.ts";
import type { SignInAnswer } from "./service.sign-in.ts";
import { enter, refuseSuspended } from "./service.sign-in.ts";
import { proveSmsCode, sendSmsCode, sparingSmsTry } from "./service.sms-codes.ts";
import { countSignIn } from "./sign-in-count.ts";

function useOf(phone: string): SmsUse {
  return { phone, purpose: "sign_in", owner: "" };
}

/** Sends a code to a number, whether or not it has an account. */
export async function requestOtp(ctx: Ctx, phone: string): Promise<void> {
  await sendSmsCode(ctx, useOf(phone));
}

export interface VerifyOtp {
  readonly phone: string;
  readonly code: string;
  readonly referralCode: string | null;
  readonly acceptTerms: boolean;
}

export type OtpAnswer = SignInAnswer & { readonly isNewUser: boolean };

/** Signs in by the code that was sent; opens an account for a number that has none. */
export async function verifyOtp(ctx: Ctx, input: VerifyOtp): Promise<OtpAnswer> {
  return await countSignIn(ctx, "sms_code", signInByCode(ctx, input));
}

async function signInByCode(ctx: Ctx, input: VerifyOtp): Promise<OtpAnswer> {
  const use = useOf(input.phone);
  const proven = await proveSmsCode(ctx, use, input.code);
  return await sparingSmsTry(ctx, use, admit(ctx, input, proven));
}

async function admit(ctx: Ctx, input: VerifyOtp, proven: readonly Statement[]): Promise<OtpAnswer> {
  const user = await findUserByPhone(ctx, input.phone);
  if (!user) return { ...(await openAccount(ctx, input, proven)), isNewUser: true };
  refuseSuspended(user);
  await refuseDuringMaintenance(ctx, user.role);
  const welcome = [...proven, ...admitUser(ctx, user, { passwordHash: user.passwordHash, complete: !user.mfaEnabled })];
  return { ...(await enter(ctx, user, { kind: "bearer", welcome })), isNewUser: false };
}

async function openAccount(
  ctx: Ctx,
  { phone, referralCode, acceptTerms }: VerifyOtp,
  proven: readonly Statement[],
): Promise<SignInAnswer> {
  if (!acceptTerms) throw fieldRefused("acceptTerms", "terms_required");
  if (referralCode !== null && !(await ctx.composition.checkRegistration(ctx, referralCode))) {
    throw fieldRefused("referralCode", "referral_code_unknown");
  }
  await refuseDuringMaintenance(ctx, "user");
  const user = newUser(ctx, {
    phone,
    name: null,
    passwordHash: null,
    locale: "en",
    country: ctx.source.country,
    termsAcceptedAt: ctx.now(),
  });
  const opening = await openSession(ctx, user, { kind: "bearer", mfa: false });
  const { statements, events } = together(
    { statements: proven, events: [] },
    await welcoming(ctx, user, referralCode ?? (await rememberedCode(ctx))),
    opening.parts,
  );
  await commit(ctx, statements, {
    audit: { action: "user.registered", target: user.id },
    events,
    refusals: { identity_code_used: problems.codeInvalid, "identity_users.phone": problems.codeInvalid },
  });
  return { kind: "session", opening, user, fields: await ctx.composition.userFields(ctx, user.id) };
}
