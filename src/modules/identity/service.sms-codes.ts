import { DAY, MINUTE, toDate } from "#kernel/time";
import { notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { sourceKey } from "#platform/http/source";
import { keyedHash, matchesKeyedHash } from "#platform/keyed-hash";
import { accountLocked, fieldRefused, problems } from "./errors.ts";
import { strangerAt } from "./notices.ts";
import * as counters from "./repository.counters.ts";
import type { SmsUse } from "./repository.sms-codes.ts";
import * as repository from "./repository.sms-codes.ts";
import { isTrustedByPhone } from "./repository.sessions.ts";
import {
  PHONE_LOCK,
  SMS_ACCOUNT_BUDGET,
  SMS_COOLDOWN_MS,
  SMS_PHONE_BUDGET,
  smsCountryBudget,
  smsSourceBudget,
} from "./rules.lockout.ts";
import { callingCode, isReachable } from "./rules.phone.ts";
import { sparingTry } from "./service.factors.ts";
import { historyQuestion } from "./service.sessions.ts";

const CODE_MS = 5 * MINUTE;
const BUDGET = "identity_sms_budget";
const PURPOSE = "sms code";

/**
 * Sends a code, unless the number, the source or the day has had its share; which of these, and whether anything was
 * sent, nobody is told.
 */
export async function sendSmsCode(ctx: Ctx, use: SmsUse): Promise<void> {
  if (!isReachable(use.phone, ctx.config.smsCountries)) throw fieldRefused("phone", "phone_not_supported");
  if ((await counters.findLock(ctx, await lockKey(ctx, use))) > ctx.now()) return;
  const code = randomCode();
  const expiresAt = ctx.now() + CODE_MS;
  const kind = use.purpose === "sign_in" ? "loginCode" : "phoneConfirm";
  const told = await notify(ctx, { contact: strangerAt({ phone: use.phone }), kind, data: { code, expiresAt } });
  const codeHash = await keyedHash(ctx.config, PURPOSE, secretText(use, code));
  const statements = [
    ...repository.putSmsCode(ctx, use, { codeHash, expiresAt, cooldownMs: SMS_COOLDOWN_MS }),
    ...(await spendBudgets(ctx, use)),
    ...told.statements,
  ];
  try {
    await commit(ctx, statements, { events: told.events });
  } catch (error) {
    if (!isRefusedBy(error, BUDGET)) throw error;
    ctx.log.warn("A code was not sent, because a budget is used up.", { operation: use.purpose });
  }
}

async function spendBudgets(ctx: Ctx, { phone, owner }: SmsUse): Promise<Statement[]> {
  const { rateLimitScale, messaging, smsCountries } = ctx.config;
  const { dailyCap } = messaging.sms;
  const today = toDate(ctx.now());
  const budgets = [
    { subject: `phone ${phone}`, ...SMS_PHONE_BUDGET },
    { subject: `source ${sourceKey(ctx.source.ip)}`, ...smsSourceBudget(rateLimitScale) },
    ...(owner === "" ? [] : [{ subject: `account ${owner}`, ...SMS_ACCOUNT_BUDGET }]),
    { subject: `day ${today} +${callingCode(phone)}`, ...smsCountryBudget(dailyCap, smsCountries) },
    { subject: `day ${today}`, limit: dailyCap, windowMs: 2 * DAY },
  ];
  const spent = budgets.map(async ({ subject, limit, windowMs }) =>
    counters.spend(ctx, await keyedHash(ctx.config, "sms counter", subject), { limit, windowMs, name: BUDGET }),
  );
  return (await Promise.all(spent)).flat();
}

/** Six digits, each of the million as likely as the others. */
export function randomCode(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number < 4_294_000_000 ? String(number % 1_000_000).padStart(6, "0") : randomCode();
}

function secretText({ phone, purpose, owner }: SmsUse, code: string): string {
  return `${purpose} ${owner} ${phone} ${code}`;
}

/**
 * What failures are counted under: the number, whoever guesses; at sign-in from a device that its account trusts, that
 * device alone, so that no stranger's guesses shut its owner out.
 */
async function lockKey(ctx: Ctx, { phone, purpose }: SmsUse): Promise<string> {
  const { deviceHash } = await historyQuestion(ctx);
  const known = purpose === "sign_in" && (await isTrustedByPhone(ctx, phone, deviceHash));
  const device = known && ctx.source.deviceId !== null ? ` device ${deviceHash}` : "";
  return await keyedHash(ctx.config, "sms counter", `failures ${phone}${device}`);
}

/**
 * Checks a code; what comes back must be committed with whatever it is for, through `sparingSmsTry`, and makes it the
 * code's only use.
 */
export async function proveSmsCode(ctx: Ctx, use: SmsUse, code: string): Promise<Statement[]> {
  const key = await lockKey(ctx, use);
  const until = await counters.findLock(ctx, key);
  if (until > ctx.now()) throw accountLocked(ctx.now(), until);
  const [spent] = await commit(ctx, [repository.spendSmsTry(ctx, use)], { partial: true });
  const [row] = (spent?.results ?? []) as { codeHash: string }[];
  const match = { text: secretText(use, code), hash: row?.codeHash ?? "" };
  if (await matchesKeyedHash(ctx.config, PURPOSE, match)) {
    return [...repository.consumeSmsCode(ctx, use, match.hash), counters.clearCounter(ctx, key)];
  }
  await commit(ctx, [counters.countFailure(ctx, { key, subject: null }, PHONE_LOCK)], { partial: true });
  throw problems.codeInvalid({ detail: "Ask for another code when this one is over." });
}

/** Gives the try back when what a code is for fails through no fault of whoever sent it. */
export async function sparingSmsTry<T>(ctx: Ctx, use: SmsUse, work: Promise<T>): Promise<T> {
  return await sparingTry(ctx, repository.returnSmsTry(ctx, use), work);
}
