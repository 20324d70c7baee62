import { expect } from "vitest";
import { account, depositCredited, insertAccount, insertTransfers, listAccounts } from "#modules/ledger";
import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import { anOperator, aUser, freshId } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { rows } from "./platform.ts";

export const BANK = { holderName: "Ada Lovelace", accountNumber: "000111222333", ifsc: "HDFC0001234" };

export interface PayoutBody {
  id: string;
  amount: string;
  net: string;
  status: string;
  bankAccount: string;
  decidedBy: string | null;
  reference: string | null;
  history: { status: string; actor: string; reason: string | null }[];
}

/** Puts money into somebody's wallet. */
export async function fund(app: TestApp, userId: Id<"user">, asset: string, amount: number): Promise<void> {
  const ctx = testCtx(app);
  await commit(ctx, [
    insertAccount(ctx, account("wallet:user", asset, userId)),
    insertAccount(ctx, account("clearing:chain", asset, "sandbox")),
    ...insertTransfers(ctx, depositCredited({ depositId: freshId("dep"), userId, network: "sandbox", asset, amount })),
  ]);
}

/** Somebody with money in his wallet and a session raised. */
export async function anEarner(app: TestApp, balanceMinor = 1_000_000): Promise<ReturnType<typeof aUser>> {
  const as = aUser({ raisedUntil: Date.now() + 300_000 });
  if (balanceMinor > 0) await fund(app, as.userId, "INR", balanceMinor);
  return as;
}

/** The same, with a bank account that has cooled down. */
export async function aPayee(
  app: TestApp,
  balanceMinor?: number,
  bank: object = BANK,
): Promise<ReturnType<typeof aUser>> {
  const as = await anEarner(app, balanceMinor);
  await app.call("PUT /api/v1/affiliate/bank-account", { as, json: bank });
  await rows("update payouts_bank_accounts set usable_from = 0 where user_id = ?", as.userId);
  return as;
}

export async function ask(app: TestApp, as: ReturnType<typeof aUser>, amount: string): Promise<Response> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  return await app.call("POST /api/v1/affiliate/payouts", { as, json: { amount }, headers });
}

export async function aPayout(
  app: TestApp,
  amount = "1500.00",
  bank?: object,
): Promise<{ as: ReturnType<typeof aUser>; id: string }> {
  const as = await aPayee(app, undefined, bank);
  return { as, id: (await bodyOf<PayoutBody>(await ask(app, as, amount))).id };
}

/** An operator's decision about a payout. */
export async function decide(app: TestApp, path: string, json?: unknown, as = anOperator()): Promise<Response> {
  return await app.call(`POST /api/v1/admin/payouts/${path}`, { as, ...(json === undefined ? {} : { json }) });
}

/** Writes down an account that an operator has suspended. */
export async function suspend(userId: string): Promise<void> {
  await rows(
    `insert into identity_users (id, role, status, locale, time_zone, display_currency, mfa_enabled, created_at, updated_at)
     values (?, 'user', 'suspended', 'en', 'UTC', 'USD', 0, 0, 0)`,
    userId,
  );
}

interface Money {
  spendable: number;
  held: number;
  flying: number;
}

/** Where somebody's money is: in the wallet, set aside, or on its way. */
export async function moneyOf(app: TestApp, userId: string): Promise<Money> {
  const found = await rows<{ id: string; asset: string }>(
    "select id, asset from payouts_payouts where user_id = ?",
    userId,
  );
  const asset = found[0]?.asset ?? "INR";
  const [wallet] = await listAccounts(testCtx(app), [`wallet:user:${userId}:${asset}`]);
  const flights = await listAccounts(
    testCtx(app),
    found.map(({ id }) => `payout:flight:${id}:${asset}`),
  );
  const { creditsPosted = 0, debitsPosted = 0, debitsPending = 0 } = wallet ?? {};
  return {
    spendable: creditsPosted - debitsPosted - debitsPending,
    held: debitsPending,
    flying: flights.reduce((sum, flight) => sum + flight.creditsPosted - flight.debitsPosted, 0),
  };
}

export async function expectCleanBooks(app: TestApp): Promise<void> {
  const audit = await app.call("GET /api/v1/admin/ledger/audit", { as: anOperator() });
  expect(await bodyOf(audit)).toMatchObject({ ok: true });
}

/** The lines of a file, without their ends. */
export function readBatchLines(text: string): string[] {
  return text.split("\r\n");
}
