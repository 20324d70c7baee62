import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { sourceKey } from "#platform/http/source";
import { keyedHash } from "#platform/keyed-hash";
import { accountLocked, problems } from "./errors.ts";
import { together } from "./notices.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";
import * as counters from "./repository.counters.ts";
import { recordFailedSignIn } from "./repository.events.ts";
import type { HistoryQuestion } from "./repository.sessions.ts";
import type { SignInFacts } from "./repository.sign-in.ts";
import { loadSignIn } from "./repository.sign-in.ts";
import type { UserRow } from "./repository.users.ts";
import { admitUser } from "./repository.users.ts";
import { canonicalEmail } from "./rules.email.ts";
import { isOutdatedHash } from "./rules.hash.ts";
import { ACCOUNT_DAY_LOCK, ACCOUNT_LOCK, sourceLock } from "./rules.lockout.ts";
import { countSignIn } from "./sign-in-count.ts";
import type { SignedIn } from "./service.challenges.ts";
import { openChallenge } from "./service.challenges.ts";
import { refuseDuringMaintenance } from "./service.refresh.ts";
import type { Level, SessionKind } from "./service.sessions.ts";
import { historyQuestion, openSession } from "./service.sessions.ts";

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** What a sign-in leads to: a session, or the question for the second factor. */
export type SignInAnswer = SignedIn | { readonly kind: "mfa"; readonly mfaToken: string };

/** The counters of a sign-in, by what each of them counts. */
interface Keys {
  readonly fromSource: string;
  readonly fromDevice: string;
  readonly everywhere: string;
  readonly source: string;
}

/**
 * Signs in by password. Whether an address is known shows in nothing: the same questions are asked, the same work is
 * done and the same rows are written for one that nobody has.
 */
export async function loginUser(ctx: Ctx, input: Login, kind: SessionKind = "bearer"): Promise<SignInAnswer> {
  return await countSignIn(ctx, "password", signInByPassword(ctx, input, kind));
}

async function signInByPassword(ctx: Ctx, input: Login, kind: SessionKind): Promise<SignInAnswer> {
  const email = canonicalEmail(input.email) ?? input.email.slice(0, 254);
  const question = await historyQuestion(ctx);
  const keys = await keysOf(ctx, email, question.deviceHash);
  const facts = await loadSignIn(ctx, { email, ...question, counters: Object.values(keys) });
  const lockKey = refuseLocked(ctx, facts, keys);
  const { user } = facts;
  const right = await verifyPassword(input.password, user ? user.passwordHash : facts.registrationHash);
  if (!right || user?.status === "deleted") {
    await countFailure(ctx, email, { keys, lockKey });
    throw problems.invalidCredentials();
  }
  if (!user) throw problems.emailNotVerified({ detail: "Open the link in our mail, or ask for another one." });
  return await admit(ctx, user, { password: input.password, kind, lockKey, facts, question });
}

/** What all counters of an address are found by. */
export async function counterSubject(ctx: Ctx, email: string): Promise<string> {
  return await keyedHash(ctx.config, COUNTER, email);
}

const COUNTER = "sign-in counter";

async function keysOf(ctx: Ctx, email: string, deviceHash: string): Promise<Keys> {
  const source = sourceKey(ctx.source.ip);
  const [fromSource, fromDevice, everywhere, fromEverybody] = await Promise.all(
    [`${email} source ${source}`, `${email} device ${deviceHash}`, email, `source ${source}`].map(
      async (subject) => await keyedHash(ctx.config, COUNTER, subject),
    ),
  );
  return {
    fromSource: fromSource ?? "",
    fromDevice: fromDevice ?? "",
    everywhere: everywhere ?? "",
    source: fromEverybody ?? "",
  };
}

/** Refuses who is locked out, and tells which counter this sign-in counts for. A trusted device is held to its own alone. */
function refuseLocked(ctx: Ctx, { history, locks }: SignInFacts, keys: Keys): string {
  const trusted = ctx.source.deviceId !== null && history.trustsDevice;
  const held = trusted ? [keys.fromDevice] : [keys.fromSource, keys.everywhere, keys.source];
  const until = Math.max(0, ...held.map((key) => locks.get(key) ?? 0));
  if (until > ctx.now()) throw accountLocked(ctx.now(), until);
  return trusted ? keys.fromDevice : keys.fromSource;
}

async function countFailure(
  ctx: Ctx,
  email: string,
  { keys, lockKey }: { readonly keys: Keys; readonly lockKey: string },
): Promise<void> {
  await commit(ctx, [
    counters.countFailure(ctx, { key: lockKey, subject: keys.everywhere }, ACCOUNT_LOCK),
    counters.countFailure(ctx, { key: keys.everywhere, subject: keys.everywhere }, ACCOUNT_DAY_LOCK),
    counters.countFailure(ctx, { key: keys.source, subject: null }, sourceLock(ctx.config.rateLimitScale)),
    recordFailedSignIn(ctx, email),
  ]);
}

interface Admission {
  readonly password: string;
  readonly kind: SessionKind;
  readonly lockKey: string;
  readonly facts: SignInFacts;
  readonly question: HistoryQuestion;
}

async function admit(
  ctx: Ctx,
  user: UserRow,
  { password, kind, lockKey, facts, question }: Admission,
): Promise<SignInAnswer> {
  refuseSuspended(user);
  await refuseDuringMaintenance(ctx, user.role);
  const stale = user.passwordHash !== null && isOutdatedHash(user.passwordHash);
  const passwordHash = stale ? await hashPassword(password) : user.passwordHash;
  // A lock that fell while this password was being checked counts: of many guesses at once, few are answered.
  const welcome: Statement[] = [
    counters.expectUnlocked(ctx, lockKey, "identity_sign_in_locked"),
    ...(facts.locks.has(lockKey) ? [counters.clearCounter(ctx, lockKey)] : []),
    ...admitUser(ctx, user, { passwordHash, complete: !user.mfaEnabled }),
  ];
  return await enter(ctx, user, { kind, welcome, known: { question, history: facts.history } });
}

export function refuseSuspended(user: UserRow): void {
  if (user.status === "suspended") {
    throw problems.accountSuspended({ detail: "Write to support if you think that this is a mistake." });
  }
}

export interface Entry {
  readonly kind: SessionKind;
  readonly known?: Level["known"];
  /** What commits together with the sign-in. */
  readonly welcome: readonly Statement[];
}

/** Lets somebody in who has shown one factor: to a session, or to the question for the second. */
export async function enter(ctx: Ctx, user: UserRow, { kind, welcome, known }: Entry): Promise<SignInAnswer> {
  const refusals = {
    identity_sign_in_locked: () => accountLocked(ctx.now(), ctx.now() + ACCOUNT_LOCK.lockMs),
    identity_user_changed: problems.invalidCredentials,
    identity_code_used: problems.codeInvalid,
  };
  if (user.mfaEnabled) {
    const { mfaToken, statement } = await openChallenge(ctx, user.id);
    await commit(ctx, [...welcome, statement], { refusals });
    return { kind: "mfa", mfaToken };
  }
  const opening = await openSession(ctx, user, { kind, mfa: false, ...(known && { known }) });
  const { statements, events } = together({ statements: welcome, events: [] }, opening.parts);
  const asked = ctx.composition.askUserFields(ctx, user.id);
  const found = await commit(ctx, [...asked, ...statements], {
    ...(user.role === "user" ? {} : { audit: { action: "session.created", target: opening.session.id } }),
    events,
    refusals,
  });
  const fields = ctx.composition.readUserFields(ctx, user.id, found.slice(0, asked.length));
  return { kind: "session", opening, user: { ...user, status: "active" }, fields };
}
