import type { FieldError, Problem } from "#kernel/problem";
import { defineProblems } from "#kernel/problem";
import { SECOND } from "#kernel/time";
import { http } from "#platform/http/problems";

export const problems = defineProblems("identity", {
  tokenInvalid: { status: 400, title: "The link is no longer good." },
  invalidCredentials: { status: 401, title: "The address or the password is wrong." },
  codeInvalid: { status: 401, title: "The code is wrong or no longer good." },
  challengeInvalid: { status: 401, title: "The sign-in that this code belongs to is over." },
  refreshTokenInvalid: { status: 401, title: "The session is over; sign in again." },
  emailNotVerified: { status: 403, title: "The address is not verified yet." },
  accountSuspended: { status: 403, title: "The account is suspended." },
  userNotFound: { status: 404, title: "There is no such user." },
  sessionNotFound: { status: 404, title: "There is no such session." },
  apiKeyNotFound: { status: 404, title: "There is no such key." },
  exportNotFound: { status: 404, title: "There is no such export." },
  mfaNotEnabled: { status: 409, title: "Two factors are not on." },
  mfaSetupMissing: { status: 409, title: "There is no second factor waiting to be confirmed." },
  phoneTaken: { status: 409, title: "The number is another account's only way in." },
  passwordMissing: { status: 409, title: "The account has no password." },
  accountNotEmpty: { status: 409, title: "Money is still at stake in this account." },
  lastAdmin: { status: 409, title: "The last administrator cannot be taken away." },
  ownAccount: { status: 409, title: "Operators cannot do this to their own account." },
  apiKeyExpired: { status: 409, title: "The key is over." },
  apiKeyLimit: { status: 409, title: "There are as many keys as an account may have." },
  stateChanged: { status: 409, title: "The account has changed meanwhile." },
  accountLocked: { status: 429, title: "Too many failures; try again later." },
});

/** The 429 that says when it is over. */
export function accountLocked(now: number, until: number): Problem {
  return problems.accountLocked({
    detail: "There were too many failures. Wait, or sign in from a device that you have used before.",
    retryAfterSeconds: (until - now) / SECOND,
  });
}

const FAULTS: Readonly<Record<string, string>> = {
  password_too_short: "A password has at least 12 characters.",
  password_too_long: "A password has at most 128 characters.",
  password_too_common: "This password is too easy to guess; choose one that has little to do with you.",
  referral_code_unknown: "Nobody has this referral code.",
  email_disposable: "Addresses of throw-away mail services are not accepted.",
  email_invalid: "This is not an e-mail address.",
  phone_invalid: "This is not a phone number in international form, such as +919876543210.",
  phone_not_supported: "We cannot send codes to this number.",
  terms_required: "A new account needs `acceptTerms: true`.",
};

/** The 422 of one field that fits its schema and still cannot be taken. */
export function fieldRefused(path: string, code: string): Problem {
  const message = FAULTS[code] ?? "This cannot be taken.";
  const errors: FieldError[] = [{ path, code, message }];
  return http.validationFailed({ detail: `${path}: ${message}`, code, errors });
}
