import { and, desc, eq, gt } from "drizzle-orm";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { smsCodes } from "./tables.factors.ts";

type SmsCodeRow = typeof smsCodes.$inferSelect;

/** What a code is good for: one number, one purpose, and whose number it is to be. */
export type SmsUse = Pick<SmsCodeRow, "phone" | "purpose" | "owner">;

/**
 * Keeps a code; the one before it is void. Refused as `identity_sms_budget` while the one before it is younger than the
 * cool-down, which leaves that one as it is.
 */
export function putSmsCode(
  ctx: Ctx,
  use: SmsUse,
  code: { readonly codeHash: string; readonly expiresAt: number; readonly cooldownMs: number },
): Statement[] {
  const put = ctx.db.sql(
    `insert into identity_sms_codes (phone, purpose, owner, code_hash, tries, sent_at, expires_at)
     values (?1, ?2, ?3, ?4, 0, ?5, ?6)
     on conflict (phone, purpose, owner) do update
       set code_hash = excluded.code_hash, tries = 0, sent_at = excluded.sent_at, expires_at = excluded.expires_at
     where sent_at <= ?5 - ?7`,
    use.phone,
    use.purpose,
    use.owner,
    code.codeHash,
    ctx.now(),
    code.expiresAt,
    code.cooldownMs,
  );
  return [put, expectChange(ctx, "identity_sms_budget")];
}

/** Spends one of a code's five tries before it is looked at; gives back no row when it is over. */
export function spendSmsTry(ctx: Ctx, use: SmsUse): Statement {
  return ctx.db.sql(
    `update identity_sms_codes set tries = tries + 1
     where phone = ? and purpose = ? and owner = ? and tries < 5 and expires_at > ? returning code_hash as codeHash`,
    use.phone,
    use.purpose,
    use.owner,
    ctx.now(),
  );
}

/** Gives a try back that was not the caller's fault to lose. */
export function returnSmsTry(ctx: Ctx, use: SmsUse): Statement {
  return ctx.db.sql(
    "update identity_sms_codes set tries = max(0, tries - 1) where phone = ? and purpose = ? and owner = ?",
    use.phone,
    use.purpose,
    use.owner,
  );
}

/** Uses a code up, once: refused as `identity_code_used` for everybody after the first. */
export function consumeSmsCode(ctx: Ctx, use: SmsUse, codeHash: string): Statement[] {
  return [
    ctx.db.sql(
      "delete from identity_sms_codes where phone = ? and purpose = ? and owner = ? and code_hash = ?",
      use.phone,
      use.purpose,
      use.owner,
      codeHash,
    ),
    expectChange(ctx, "identity_code_used"),
  ];
}

/** The number that somebody wants to have, as asked for last. */
export async function findWantedPhone(ctx: Ctx, owner: string): Promise<string | null> {
  const [row] = await ctx.db.primary
    .select({ phone: smsCodes.phone })
    .from(smsCodes)
    .where(and(eq(smsCodes.owner, owner), eq(smsCodes.purpose, "phone_change"), gt(smsCodes.expiresAt, ctx.now())))
    .orderBy(desc(smsCodes.sentAt))
    .limit(1);
  return row?.phone ?? null;
}

/** Voids what somebody asked for before: one change of number waits at a time. */
export function voidOtherPhones(ctx: Ctx, use: SmsUse): Statement {
  return ctx.db.sql(
    "delete from identity_sms_codes where owner = ? and purpose = ? and phone <> ?",
    use.owner,
    use.purpose,
    use.phone,
  );
}
