import { eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { factors } from "./tables.factors.ts";

export type FactorRow = typeof factors.$inferSelect;

/** Where the secret of a user's factor is bound to. */
export function factorPlace(userId: Id<"user">): string {
  return `identity_factors.secret:${userId}`;
}

export async function findFactor(ctx: Ctx, userId: Id<"user">): Promise<FactorRow | null> {
  const [row] = await ctx.db.primary.select().from(factors).where(eq(factors.userId, userId)).limit(1);
  return row ?? null;
}

/** Puts a factor down that is confirmed already. */
export function insertFactor(ctx: Ctx, row: { readonly userId: Id<"user">; readonly secret: string }): Statement {
  return ctx.db.statement(ctx.db.primary.insert(factors).values({ ...row, confirmedAt: ctx.now() }));
}

/** Keeps a secret that is to be confirmed; an earlier one that was not is void. */
export function putPendingSecret(ctx: Ctx, userId: Id<"user">, pendingSecret: string): Statement {
  const pending = { pendingSecret, pendingAt: ctx.now() };
  return ctx.db.statement(
    ctx.db.primary
      .insert(factors)
      .values({ userId, ...pending })
      .onConflictDoUpdate({ target: factors.userId, set: pending }),
  );
}

/** Makes the waiting secret the user's factor, once: refused as `identity_code_used` for everybody after the first. */
export function confirmFactor(ctx: Ctx, userId: Id<"user">, pending: { secret: string; step: number }): Statement[] {
  return [
    ctx.db.sql(
      `update identity_factors set secret = pending_secret, confirmed_at = ?1, last_step = ?2, pending_secret = null,
         pending_at = null, failures = 0, locked_until = 0 where user_id = ?3 and pending_secret = ?4`,
      ctx.now(),
      pending.step,
      userId,
      pending.secret,
    ),
    expectChange(ctx, "identity_code_used"),
    ctx.db.sql("update identity_users set mfa_enabled = 1, updated_at = ? where id = ?", ctx.now(), userId),
  ];
}

export function removeFactor(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [
    ctx.db.sql("delete from identity_factors where user_id = ?", userId),
    ctx.db.sql("delete from identity_recovery_codes where user_id = ?", userId),
    ctx.db.sql("update identity_users set mfa_enabled = 0, updated_at = ? where id = ?", ctx.now(), userId),
  ];
}

/** How many failures in a row lock, and for how long at first. */
const FAILURES_TO_LOCK = 10;
const LOCK_MS = 15 * 60_000;
const DOUBLINGS = 6;

/**
 * Spends a try before the code is looked at, so that no burst gets more of them than there are. Every tenth failure in
 * a row locks, each time for twice as long. Gives back no row while it is locked.
 */
export function spendFactorTry(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.sql(
    `update identity_factors set failures = failures + 1,
       locked_until = case when (failures + 1) % ?3 = 0 then ?1 + ?4 * (1 << min((failures + 1) / ?3 - 1, ?5)) else 0 end
     where user_id = ?2 and locked_until <= ?1 returning failures`,
    ctx.now(),
    userId,
    FAILURES_TO_LOCK,
    LOCK_MS,
    DOUBLINGS,
  );
}

/** Gives a try back that was not the caller's fault to lose. */
export function returnFactorTry(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.sql(
    "update identity_factors set failures = max(0, failures - 1), locked_until = 0 where user_id = ?",
    userId,
  );
}

/** Uses up a step of the clock, and every one before it: refused as `identity_code_used` when that was done before. */
export function consumeStep(ctx: Ctx, userId: Id<"user">, step: number): Statement[] {
  return [
    ctx.db.sql(
      "update identity_factors set last_step = ?1, failures = 0, locked_until = 0 where user_id = ?2 and last_step < ?1",
      step,
      userId,
    ),
    expectChange(ctx, "identity_code_used"),
  ];
}

export async function hasRecoveryCode(ctx: Ctx, userId: Id<"user">, codeHash: string): Promise<boolean> {
  const found = await ctx.db
    .sql("select 1 from identity_recovery_codes where user_id = ? and code_hash = ?", userId, codeHash)
    .first();
  return found !== null;
}

/** Uses up a recovery code: refused as `identity_code_used` when there is none such, or no more. */
export function consumeRecoveryCode(ctx: Ctx, userId: Id<"user">, codeHash: string): Statement[] {
  return [
    ctx.db.sql("delete from identity_recovery_codes where user_id = ? and code_hash = ?", userId, codeHash),
    expectChange(ctx, "identity_code_used"),
    ctx.db.sql("update identity_factors set failures = 0, locked_until = 0 where user_id = ?", userId),
  ];
}

export function replaceRecoveryCodes(ctx: Ctx, userId: Id<"user">, hashes: readonly string[]): Statement[] {
  return [
    ctx.db.sql("delete from identity_recovery_codes where user_id = ?", userId),
    ctx.db.sql(
      "insert into identity_recovery_codes (user_id, code_hash, created_at) select ?, value, ? from json_each(?)",
      userId,
      ctx.now(),
      JSON.stringify(hashes),
    ),
  ];
}

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

/** Spends one of a challenge's five tries; gives back no row when it is over. */
export function spendChallengeTry(ctx: Ctx, tokenHash: string): Statement {
  return ctx.db.sql(
    `update identity_challenges set tries = tries + 1 where token_hash = ? and tries < 5 and expires_at > ?
     returning user_id as userId`,
    tokenHash,
    ctx.now(),
  );
}

/** Ends a challenge with its one success: refused as `identity_code_used` when it has ended before. */
export function consumeChallenge(ctx: Ctx, tokenHash: string): Statement[] {
  return [
    ctx.db.sql("delete from identity_challenges where token_hash = ?", tokenHash),
    expectChange(ctx, "identity_code_used"),
  ];
}

/** Whoever has shown an old password gets no further with it. */
export function deleteChallengesOf(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.sql("delete from identity_challenges where user_id = ?", userId);
}

export function unlockFactor(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.sql("update identity_factors set failures = 0, locked_until = 0 where user_id = ?", userId);
}
