import type { Id } from "#kernel/ids";
import { MINUTE } from "#kernel/time";
import { randomToken, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import * as repository from "./repository.factors.ts";

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
