import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import { randomToken, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { sourceKey } from "#platform/http/source";
import { keyedHash } from "#platform/keyed-hash";
import { notify } from "#modules/messaging";
import { isDisposable } from "./disposable-domains.ts";
import { fieldRefused, problems } from "./errors.ts";
import { registrationRequested, userRegistered } from "./events.ts";
import { PAGES, publishContact, strangerAt, tell, together } from "./notices.ts";
import { hashPassword } from "./password-hash.ts";
import { countUse } from "./repository.counters.ts";
import { recordManyAccounts, recordSecurityEvent } from "./repository.events.ts";
import type { RegistrationRow } from "./repository.registrations.ts";
import * as repository from "./repository.registrations.ts";
import type { UserRow } from "./repository.users.ts";
import { findUserByEmail, insertUser } from "./repository.users.ts";
import { sourceAccounts } from "./rules.lockout.ts";
import { passwordFault } from "./rules.password.ts";

const VERIFIABLE_MS = DAY;

export interface RegisterUser {
  /** In its canonical form. */
  readonly email: string;
  readonly password: string;
  readonly name: string | null;
  readonly referralCode: string | null;
}

/**
 * Takes a registration. Nothing in it depends on whether the address is taken: that is found out by a job, which
 * writes either the mail with the link or the one that says that there is an account.
 */
export async function registerUser(ctx: Ctx, input: RegisterUser): Promise<void> {
  const fault = passwordFault(input.password, input);
  if (fault) throw fieldRefused("password", fault);
  if (await isDisposable(ctx, input.email)) throw fieldRefused("email", "email_disposable");
  if (input.referralCode !== null && !(await ctx.composition.checkRegistration(ctx, input.referralCode))) {
    throw fieldRefused("referralCode", "referral_code_unknown");
  }
  const id = ctx.newId("reg");
  const row: RegistrationRow = {
    id,
    email: input.email,
    name: input.name,
    passwordHash: await hashPassword(input.password),
    referralCode: input.referralCode ?? (await rememberedCode(ctx)),
    locale: "en",
    country: ctx.source.country,
    termsAcceptedAt: ctx.now(),
    tokenHash: null,
    createdAt: ctx.now(),
    expiresAt: ctx.now() + VERIFIABLE_MS,
  };
  const events = [draftEvent(registrationRequested, { registrationId: id })];
  await commit(ctx, [repository.insertRegistration(ctx, row)], { events });
}

/** The code of the link that brought the caller here, if it is still somebody's. */
export async function rememberedCode(ctx: Ctx): Promise<string | null> {
  const { referralCode } = ctx.source;
  return referralCode !== null && (await ctx.composition.checkRegistration(ctx, referralCode)) ? referralCode : null;
}

/** Answers a registration by mail: with the link, or with word that the address has an account. */
export async function answerRegistration(ctx: Ctx, id: Id<"reg">): Promise<void> {
  const row = await repository.findRegistration(ctx, id);
  if (!row) return;
  const owner = await findUserByEmail(ctx, row.email);
  if (owner) {
    const data = { signInPath: PAGES.signIn, resetPath: PAGES.resetRequest };
    const told = await tell(ctx, owner, { kind: "accountExists", data });
    await commit(ctx, [repository.deleteRegistration(ctx, id), ...told.statements], { events: told.events });
    return;
  }
  await sendVerification(ctx, row);
}

/** Writes the mail that proves an address. Links of earlier mails about the same registration are void from now on. */
export async function sendVerification(
  ctx: Ctx,
  row: RegistrationRow,
  also: readonly D1PreparedStatement[] = [],
): Promise<void> {
  const token = randomToken();
  const expiresAt = ctx.now() + VERIFIABLE_MS;
  const data = { path: PAGES.verify(token), expiresAt };
  const told = await notify(ctx, { contact: strangerAt({ email: row.email }, row.locale), kind: "verification", data });
  const set = repository.setRegistrationToken(ctx, row.id, { tokenHash: await sha256Hex(token), expiresAt });
  await commit(ctx, [set, ...also, ...told.statements], { events: told.events });
}

/** Makes an account of the registration whose address is proven by a token. */
export async function verifyEmail(ctx: Ctx, token: string): Promise<UserRow> {
  const row = await repository.findRegistrationByToken(ctx, await sha256Hex(token));
  if (!row) throw problems.tokenInvalid({ detail: "Ask for another mail, or register again." });
  const user = newUser(ctx, {
    email: row.email,
    name: row.name,
    passwordHash: row.passwordHash,
    locale: row.locale,
    country: row.country,
    termsAcceptedAt: row.termsAcceptedAt,
  });
  const parts = await welcoming(ctx, user, row.referralCode);
  const statements = [
    ...repository.consumeRegistration(ctx, row),
    repository.deleteRegistrationsOf(ctx, row.email),
    ...parts.statements,
  ];
  await commit(ctx, statements, {
    audit: { action: "user.registered", target: user.id },
    events: parts.events,
    refusals: { identity_token_used: problems.tokenInvalid, "identity_users.email": problems.tokenInvalid },
  });
  return user;
}

type NewUser = Pick<UserRow, "passwordHash" | "name" | "locale" | "country" | "termsAcceptedAt"> &
  Partial<Pick<UserRow, "email" | "phone">>;

/** An account as it begins. What it is not given is left for its owner to choose. */
export function newUser(ctx: Ctx, input: NewUser): UserRow {
  const now = ctx.now();
  return {
    id: ctx.newId("user"),
    email: null,
    phone: null,
    ...input,
    passwordChangedAt: input.passwordHash === null ? null : now,
    role: "user",
    status: "active",
    statusReason: null,
    mfaEnabled: false,
    timeZone: "UTC",
    displayCurrency: "USD",
    avatarKey: null,
    createdAt: now,
    updatedAt: now,
    deletionDueAt: null,
  };
}

/** What commits with a new account. */
export async function welcoming(ctx: Ctx, user: UserRow, referralCode: string | null): ReturnType<typeof tell> {
  const told = await tell(ctx, user, { kind: "welcome", data: { path: "/app" } });
  const { limit, windowMs } = sourceAccounts(ctx.config.rateLimitScale);
  const key = await keyedHash(ctx.config, "account counter", sourceKey(ctx.source.ip));
  const { deviceId } = ctx.source;
  const deviceKey = deviceId === null ? null : await keyedHash(ctx.config, "account device", deviceId);
  return together(
    {
      statements: [
        insertUser(ctx, user),
        publishContact(ctx, user),
        recordSecurityEvent(ctx, { type: "account.registered", userId: user.id }),
        countUse(ctx, key, windowMs),
        recordManyAccounts(ctx, user.id, { key, limit }),
      ],
      events: [draftEvent(userRegistered, { userId: user.id, referralCode, deviceKey })],
    },
    told,
  );
}
