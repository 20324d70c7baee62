import { account, depositCredited, insertAccount, insertTransfers } from "#modules/ledger";
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

/** Somebody with money in his wallet and a session raised. */
export async function anEarner(app: TestApp, balanceMinor = 1_000_000): Promise<ReturnType<typeof aUser>> {
  const as = aUser({ raisedUntil: Date.now() + 300_000 });
  const ctx = testCtx(app);
  const deposit = {
    depositId: freshId("dep"),
    userId: as.userId,
    network: "sandbox",
    asset: "INR",
    amount: balanceMinor,
  };
  await commit(ctx, [
    insertAccount(ctx, account("wallet:user", "INR", as.userId)),
    insertAccount(ctx, account("clearing:chain", "INR", "sandbox")),
    ...insertTransfers(ctx, depositCredited(deposit)),
  ]);
  return as;
}

/** The same, with a bank account that has cooled down. */
export async function aPayee(app: TestApp, balanceMinor?: number): Promise<ReturnType<typeof aUser>> {
  const as = await anEarner(app, balanceMinor);
  await app.call("PUT /api/v1/affiliate/bank-account", { as, json: BANK });
  await rows("update payouts_bank_accounts set usable_from = 0 where user_id = ?", as.userId);
  return as;
}

export async function ask(app: TestApp, as: ReturnType<typeof aUser>, amount: string): Promise<Response> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  return await app.call("POST /api/v1/affiliate/payouts", { as, json: { amount }, headers });
}

export async function aPayout(app: TestApp, amount = "1500.00"): Promise<{ as: ReturnType<typeof aUser>; id: string }> {
  const as = await aPayee(app);
  return { as, id: (await bodyOf<PayoutBody>(await ask(app, as, amount))).id };
}

/** An operator's decision about a payout. */
export async function decide(app: TestApp, path: string, json?: unknown, as = anOperator()): Promise<Response> {
  return await app.call(`POST /api/v1/admin/payouts/${path}`, { as, ...(json === undefined ? {} : { json }) });
}
