import { DAY } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { erase, exportRows } from "./repository.privacy.ts";
import { rootRoutes } from "./routes.root.ts";
import { listAdmins } from "./repository.users.ts";
import { afterRestore } from "./service.privacy.ts";
import { routes } from "./routes.ts";
import { seed } from "./seed.ts";
import { authenticate } from "./service.authentication.ts";

export type { Introduction } from "./service.profile.ts";
export { introduce } from "./service.profile.ts";
export { findPageSession } from "./service.cookies.ts";
export { findSessionActor } from "./service.authentication.ts";
export { toEmail } from "./schemas.ts";
export type { Account } from "./service.accounts.ts";
export { findAccount, findAccountByEmail } from "./service.accounts.ts";
export { confirmEmailByPassword } from "./service.contacts.ts";
export { requestMail } from "./service.mails.ts";
export { resetPassword } from "./service.passwords.ts";
export { forgetSessions } from "./session-memory.ts";
export { listAdmins } from "./repository.users.ts";
export { findPerson, namesOf, shareDevice } from "./service.people.ts";
export { getOnboarding } from "./service.profile.ts";
export { verifyEmail } from "./service.registration.ts";
export { registrationRequested, sessionEnded, userErased, userRegistered, userStatusChanged } from "./events.ts";

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      `select count(*) as accounts, coalesce(sum(status = 'active'), 0) as active, coalesce(sum(status = 'suspended'), 0) as suspended,
         coalesce(sum(role <> 'user'), 0) as operators, coalesce(sum(mfa_enabled), 0) as withSecondFactor,
         coalesce(sum(created_at >= ?), 0) as newToday
       from identity_users where status <> 'deleted'`,
      startOfDay(ctx.now()),
    )
    .first<Record<string, number>>();
  return row ?? {};
}

const startOfDay = (now: number): number => now - (now % DAY);

const tags = {
  Profile: "What an account says of its owner, and how the owner is reached.",
  "Sign-in": "Opening an account, signing in, and staying signed in.",
  "API keys": "Keys for programs, with scopes, an end and a rotation.",
  Privacy: "Taking everything that is kept of somebody along, and taking it away.",
  "Second factor": "Codes from an authenticator, recovery codes, and raising a session for what hurts.",
  Sessions: "Where somebody is signed in.",
};

/** Who people are: accounts, sessions, second factors, keys, roles, and what is remembered of all that. */
export const identity = {
  name: "identity",
  required: true,
  routes,
  tags,
  rootRoutes,
  jobs,
  crons,
  seed,
  authenticate,
  operators: listAdmins,
  afterRestore,
  exportUser: exportRows,
  eraseUser: async (ctx, userId) => await Promise.resolve(erase(ctx, userId)),
  readiness,
  statistics,
} as const satisfies Module;
