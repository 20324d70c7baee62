import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

export interface ChallengeRow {
  readonly tokenHash: string;
  readonly userId: Id<"user">;
  readonly expiresAt: number;
}

export function insertChallenge(ctx: Ctx, row: ChallengeRow): Statement {
  return ctx.db.sql(
    "insert into identity_challenges (token_hash, user_id, tries, created_at, expires_at) values (?, ?, 0, ?, ?)",
    row.tokenHash,
    row.userId,
    ctx.now(),
    row.expiresAt,
  );
}

/** Where the secret of a user's factor is bound to. */
export function factorPlace(userId: Id<"user">): string {
  return `identity_factors.secret:${userId}`;
}

/** Puts a factor down that is confirmed already. */
export function insertFactor(ctx: Ctx, row: { readonly userId: Id<"user">; readonly secret: string }): Statement {
  return ctx.db.sql(
    "insert into identity_factors (user_id, secret, confirmed_at) values (?, ?, ?)",
    row.userId,
    row.secret,
    ctx.now(),
  );
}
