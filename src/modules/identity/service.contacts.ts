import { DAY } from "#kernel/time";
import { notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import { randomToken, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isDisposable } from "./disposable-domains.ts";
import { fieldRefused, problems } from "./errors.ts";
import type { Parts } from "./notices.ts";
import { PAGES, publishContact, strangerAt, tell, together } from "./notices.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import { deleteRegistrationsOf } from "./repository.registrations.ts";
import type { SecretRow } from "./repository.secrets.ts";
import { consumeSecret, findSecret, putSecret, voidSecrets } from "./repository.secrets.ts";
import type { SmsUse } from "./repository.sms-codes.ts";
import { findWantedPhone, voidOtherPhones } from "./repository.sms-codes.ts";
import type { UserRow } from "./repository.users.ts";
import { findUser, findUserByEmail, findUserByPhone, updateUser } from "./repository.users.ts";
import { maskEmail } from "./rules.email.ts";
import { maskPhone } from "./rules.phone.ts";
import { proveSmsCode, sendSmsCode, sparingSmsTry } from "./service.sms-codes.ts";
import { ownSession, provePassword } from "./service.step-up.ts";
import { forgetSessions } from "./session-memory.ts";

const EMAIL_CHANGE_MS = DAY;

/** Asks the new address for proof. The old one stays until it comes, and a later wish makes this one void. */
export async function requestEmail(ctx: Ctx, email: string): Promise<void> {
  const { user } = await ownSession(ctx);
  if (await isDisposable(ctx, email)) throw fieldRefused("email", "email_disposable");
  const owner = await findUserByEmail(ctx, email);
  if (owner) {
    const data = { signInPath: PAGES.signIn, resetPath: PAGES.resetRequest };
    const told = await tell(ctx, owner, { kind: "accountExists", data });
    await commit(ctx, told.statements, { events: told.events, result: null });
    return;
  }
  const token = randomToken();
  const expiresAt = ctx.now() + EMAIL_CHANGE_MS;
  const contact = strangerAt({ email }, user.locale);
  const told = await notify(ctx, {
    contact,
    kind: "emailConfirm",
    data: { path: PAGES.confirmEmail(token), expiresAt },
  });
  const tokenHash = await sha256Hex(token);
  const secret = { userId: user.id, purpose: "email_change", tokenHash, value: email, expiresAt } as const;
  await commit(ctx, [putSecret(ctx, secret), ...told.statements], {
    audit: { action: "email.requested", target: user.id },
    events: told.events,
    result: null,
  });
}

/** Takes the new address for the account that is signed in. */
export async function confirmEmail(ctx: Ctx, token: string): Promise<UserRow> {
  const { user } = await ownSession(ctx);
  const secret = await findEmailSecret(ctx, token);
  if (secret.userId !== user.id) throw problems.tokenInvalid();
  return await takeEmail(ctx, user, { secret, proven: { statements: [], events: [] } });
}

/**
 * Takes the new address where nobody is signed in, by the account's password: who opens the mail owns the address, but
 * need not be who asked for it.
 */
export async function confirmEmailByPassword(
  ctx: Ctx,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<UserRow> {
  const secret = await findEmailSecret(ctx, token);
  const user = await findUser(ctx, secret.userId);
  if (user?.status !== "active") throw problems.tokenInvalid();
  if (user.passwordHash === null) {
    throw problems.passwordMissing({ detail: "Give the token from the link to the app in which you are signed in." });
  }
  return await takeEmail(ctx, user, { secret, proven: await provePassword(ctx, user, password) });
}

async function findEmailSecret(ctx: Ctx, token: string): Promise<SecretRow & { readonly value: string }> {
  const secret = await findSecret(ctx, { purpose: "email_change", tokenHash: await sha256Hex(token) });
  if (!secret || secret.value === null) throw problems.tokenInvalid({ detail: "Ask for the change again." });
  return { ...secret, value: secret.value };
}

interface Proof {
  readonly secret: SecretRow & { readonly value: string };
  readonly proven: Parts;
}

/** Puts the proven address in the old one's place, and tells the old one. */
async function takeEmail(ctx: Ctx, user: UserRow, { secret, proven }: Proof): Promise<UserRow> {
  const email = secret.value;
  const changed = { ...user, email };
  const data = { at: ctx.now(), maskedEmail: maskEmail(email), path: PAGES.security };
  const parts = together(
    proven,
    {
      statements: [
        ...consumeSecret(ctx, secret),
        updateUser(ctx, user.id, { email }),
        deleteRegistrationsOf(ctx, email),
        voidSecrets(ctx, user.id),
      ],
      events: [],
    },
    await tell(ctx, user, { kind: "emailChanged", data }),
  );
  return await change(ctx, changed, { parts, type: "email.changed" });
}

function useOf(user: UserRow, phone: string): SmsUse {
  return { phone, purpose: "phone_change", owner: user.id };
}

/** Sends a code to the new number. The old one stays until it comes back. */
export async function requestPhone(ctx: Ctx, phone: string): Promise<void> {
  const { user } = await ownSession(ctx);
  await commit(ctx, [voidOtherPhones(ctx, useOf(user, phone))], { partial: true });
  await sendSmsCode(ctx, useOf(user, phone));
}

/**
 * Puts the proven number in the old one's place. Numbers change hands: one that stands in another account leaves it, if
 * its owner has another way in.
 */
export async function confirmPhone(ctx: Ctx, code: string): Promise<UserRow> {
  const { user } = await ownSession(ctx);
  const phone = await findWantedPhone(ctx, user.id);
  if (phone === null) throw problems.codeInvalid();
  const use = useOf(user, phone);
  const proven = await proveSmsCode(ctx, use, code);
  return await sparingSmsTry(ctx, use, takePhone(ctx, user, { phone, proven }));
}

async function takePhone(
  ctx: Ctx,
  user: UserRow,
  { phone, proven }: { readonly phone: string; readonly proven: readonly Statement[] },
): Promise<UserRow> {
  const former = await findUserByPhone(ctx, phone);
  const data = { at: ctx.now(), maskedPhone: maskPhone(phone), path: PAGES.security };
  const parts = together(
    former && former.id !== user.id ? await leaving(ctx, former) : { statements: [], events: [] },
    { statements: [...proven, updateUser(ctx, user.id, { phone })], events: [] },
    await tell(ctx, user, { kind: "phoneChanged", data }),
  );
  const changed = await change(ctx, { ...user, phone }, { parts, type: "phone.changed" });
  if (former) forgetSessions(ctx, former.id);
  return changed;
}

async function leaving(ctx: Ctx, former: UserRow): Promise<Parts> {
  if (former.email === null) {
    throw problems.phoneTaken({ detail: "Sign in with this number and choose another one there first." });
  }
  const data = { at: ctx.now(), maskedPhone: maskPhone(former.phone ?? ""), path: PAGES.security };
  const left = { ...former, phone: null };
  const told = await tell(ctx, former, { kind: "phoneChanged", data });
  const event = recordSecurityEvent(ctx, { type: "phone.changed", userId: former.id, detail: { left: true } });
  const statements = [updateUser(ctx, former.id, { phone: null }), publishContact(ctx, left), event];
  return together({ statements, events: [] }, told);
}

interface Change {
  readonly parts: Parts;
  readonly type: "email.changed" | "phone.changed";
}

async function change(ctx: Ctx, user: UserRow, { parts, type }: Change): Promise<UserRow> {
  const event = recordSecurityEvent(ctx, { type, userId: user.id });
  await commit(ctx, [...parts.statements, publishContact(ctx, user), event], {
    audit: { action: type, target: user.id },
    events: parts.events,
    result: user,
    refusals: {
      identity_token_used: problems.tokenInvalid,
      identity_code_used: problems.codeInvalid,
      "identity_users.email": problems.tokenInvalid,
      "identity_users.phone": problems.codeInvalid,
    },
  });
  forgetSessions(ctx, user.id);
  return user;
}
