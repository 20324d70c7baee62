import type { Id } from "#kernel/ids";
import { MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import { randomToken, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { UserFields } from "#platform/module";
import { problems } from "./errors.ts";
import { together } from "./notices.ts";
import * as repository from "./repository.factors.ts";
import type { UserRow } from "./repository.users.ts";
import { admitUser, findUser } from "./repository.users.ts";
import type { FactorProof } from "./service.factors.ts";
import { proveFactor, sparingFactorTry } from "./service.factors.ts";
import { refuseDuringMaintenance } from "./service.refresh.ts";
import type { SessionKind } from "./service.sessions.ts";
import { openSession } from "./service.sessions.ts";
import type { Opening } from "./service.sessions.ts";
import { countSignIn } from "./sign-in-count.ts";

const CHALLENGE_MS = 5 * MINUTE;

/** Prepares the question for the second factor. Its token is good for nothing but the answer. */
export async function openChallenge(
  ctx: Ctx,
  userId: Id<"user">,
): Promise<{ readonly mfaToken: string; readonly statement: Statement }> {
  const mfaToken = `mfa_${randomToken()}`;
  const row = { tokenHash: await sha256Hex(mfaToken), userId, expiresAt: ctx.now() + CHALLENGE_MS };
  return { mfaToken, statement: repository.insertChallenge(ctx, row) };
}

export interface LoginMfa {
  readonly mfaToken: string;
  readonly proof: FactorProof;
}

export interface SignedIn {
  readonly kind: "session";
  readonly opening: Opening;
  readonly user: UserRow;
  /** What other modules know of the user. */
  readonly fields: UserFields;
}

/** Answers the question for the second factor, and signs in. */
export async function loginMfa(ctx: Ctx, input: LoginMfa, kind: SessionKind = "bearer"): Promise<SignedIn> {
  return await countSignIn(ctx, "second_factor", answerChallenge(ctx, input, kind));
}

async function answerChallenge(ctx: Ctx, { mfaToken, proof }: LoginMfa, kind: SessionKind): Promise<SignedIn> {
  const tokenHash = await sha256Hex(mfaToken);
  const [spent] = await commit(ctx, [repository.spendChallengeTry(ctx, tokenHash)]);
  const [challenge] = (spent?.results ?? []) as { userId: Id<"user"> }[];
  const user = challenge ? await findUser(ctx, challenge.userId) : null;
  if (!user?.mfaEnabled) throw problems.challengeInvalid({ detail: "Sign in with your password again." });
  await refuseDuringMaintenance(ctx, user.role);
  const proven = await proveFactor(ctx, user, proof);
  const opening = await openSession(ctx, user, { kind, mfa: true });
  const welcome = [
    ...repository.consumeChallenge(ctx, tokenHash),
    ...admitUser(ctx, user, { passwordHash: user.passwordHash, complete: true }),
  ];
  const { statements, events } = together({ statements: welcome, events: [] }, proven, opening.parts);
  const asked = ctx.composition.askUserFields(ctx, user.id);
  const committing = commit(ctx, [...asked, ...statements], {
    ...(user.role === "user" ? {} : { audit: { action: "session.created", target: opening.session.id } }),
    events,
    refusals: { identity_code_used: problems.codeInvalid, identity_user_changed: problems.challengeInvalid },
  });
  const found = await sparingFactorTry(ctx, user.id, committing);
  const fields = ctx.composition.readUserFields(ctx, user.id, found.slice(0, asked.length));
  return { kind: "session", opening, user: { ...user, status: "active" }, fields };
}
