import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Actor, Role } from "#platform/ctx";
import { publishContact } from "../../src/modules/identity/notices.ts";
import { hashPassword } from "../../src/modules/identity/password-hash.ts";
import type { UserRow } from "../../src/modules/identity/repository.users.ts";
import { insertUser } from "../../src/modules/identity/repository.users.ts";
import { newUser } from "../../src/modules/identity/service.registration.ts";
import { openSession, writeTokens } from "../../src/modules/identity/service.sessions.ts";
import type { TestApp } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { bearer, freshEmail, PASSWORD } from "./people.ts";

/** Accounts put down as rows, for tests that begin where the front door has been passed long ago. */

export interface Account {
  readonly user: UserRow;
  readonly sessionId: Id<"sess">;
  /** The account's owner in its session, as `as` takes it. */
  readonly actor: Extract<Actor, { kind: "user" }>;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly bearer: Readonly<Record<string, string>>;
}

let hash: Promise<string> | undefined;

/** Somebody with an account and a session. The password is `PASSWORD`. */
export async function anAccount(
  app: TestApp,
  options: { readonly role?: Role; readonly mfa?: boolean; readonly email?: string } = {},
): Promise<Account> {
  const ctx = testCtx(app);
  hash ??= hashPassword(PASSWORD);
  const email = options.email ?? freshEmail();
  const base = newUser(ctx, {
    email,
    name: "Ada Lovelace",
    passwordHash: await hash,
    locale: "en",
    country: null,
    termsAcceptedAt: ctx.now(),
  });
  const { role = "user", mfa = false } = options;
  const user = { ...base, role, mfaEnabled: mfa };
  await commit(ctx, [insertUser(ctx, user), publishContact(ctx, user)]);
  const { session, token, parts } = await openSession(ctx, user, { kind: "bearer", mfa });
  await commit(ctx, parts.statements, { events: parts.events });
  const pair = await writeTokens(ctx, session, token);
  const actor = {
    kind: "user",
    userId: user.id,
    sessionId: session.id,
    role,
    plan: "free",
    mfa,
    raisedUntil: 0,
  } as const;
  return { user, sessionId: session.id, actor, ...pair, bearer: bearer(pair.accessToken) };
}

/** Somebody whose account is so many days old: after a week the limits of newcomers are over. */
export async function anOldTrader(app: TestApp, days = 30): Promise<Id<"user">> {
  const { user } = await anAccount(app);
  await testCtx(app)
    .db.sql("update identity_users set created_at = created_at - ? where id = ?", days * DAY, user.id)
    .run();
  return user.id;
}
