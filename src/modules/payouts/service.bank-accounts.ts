import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { HOUR } from "#kernel/time";
import { findContact, notify } from "#modules/messaging";
import { findRail } from "#modules/rails";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { SetAside } from "#platform/failure";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { keyedHash } from "#platform/keyed-hash";
import { problems } from "./errors.ts";
import { bankAccountChanged } from "./events.ts";
import type { BankAccountRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { listRailsOf } from "./repository.sending.ts";
import type { BankDetails } from "./rules.ts";
import { ASSET_OF, normalise } from "./rules.ts";

export interface PutBankAccount extends BankDetails {
  readonly holderName: string;
}

const placeOf = (id: Id<"acct">): string => `payouts_bank_accounts.number:${id}`;

export async function getBankAccount(ctx: Ctx): Promise<BankAccountRow> {
  const row = await repository.findBankAccount(ctx, customerOf(ctx));
  if (!row) throw problems.bankAccountNotFound({ detail: "PUT /api/v1/affiliate/bank-account sets one." });
  return row;
}

/**
 * Sets where the caller's payouts go. A new account cools down before it can be used, and its owner is told, so that
 * somebody who got into the account cannot empty it within the hour.
 */
export async function putBankAccount(ctx: Ctx, input: PutBankAccount): Promise<BankAccountRow> {
  const userId = customerOf(ctx);
  const checked = normalise(input);
  if (!checked.ok) {
    const { path, message } = checked;
    throw http.validationFailed({ detail: message, errors: [{ path, code: "bank_account_invalid", message }] });
  }
  const { type, accountNumber, ifsc } = checked.details;
  const id = ctx.newId("acct");
  const now = ctx.now();
  const usableFrom = now + ctx.config.payouts.coolingHours * HOUR;
  const row: BankAccountRow = {
    id,
    userId,
    type,
    asset: ASSET_OF[type],
    holderName: input.holderName,
    number: await ctx.cipher.encrypt(accountNumber, placeOf(id)),
    ifsc,
    lastFour: accountNumber.slice(-4),
    fingerprint: await keyedHash(ctx.config, "bank account", `${type} ${ifsc ?? ""} ${accountNumber}`),
    usableFrom,
    createdAt: now,
    replacedAt: null,
  };
  const contact = await findContact(ctx, userId);
  const data = { masked: maskOf(row), at: now, usableFrom, path: "/app/affiliate" };
  const told = contact
    ? await notify(ctx, { contact, kind: "bankAccountChanged", data })
    : { statements: [], events: [] };
  await commit(ctx, [...repository.replaceBankAccount(ctx, row), ...told.statements], {
    audit: { action: "bankAccount.changed", target: id, after: { type, masked: maskOf(row) } },
    events: [...told.events, draftEvent(bankAccountChanged, { userId })],
  });
  return row;
}

export function maskOf({ lastFour }: Pick<BankAccountRow, "lastFour">): string {
  return `••••${lastFour}`;
}

/** The number itself, for the file that goes to the bank. */
export async function readNumber(ctx: Ctx, { id, number }: BankAccountRow): Promise<string> {
  return await ctx.cipher.decrypt(number, placeOf(id));
}

/** Has vendors stop using what they were told of somebody who is erased. */
export async function forgetAtRails(ctx: Ctx, userId: string): Promise<void> {
  const names = await listRailsOf(ctx, userId);
  for (const name of names) {
    const rail = findRail(ctx, name);
    if (!rail) throw new SetAside("rail_not_configured");
    await rail.forget(ctx, userId);
  }
  if (names.length > 0)
    await commit(ctx, [], { audit: { action: "bankAccount.forgotten", target: userId, after: { rails: names } } });
}
