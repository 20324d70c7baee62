import * as ledger from "#modules/ledger";
import { fundWallet } from "#modules/wallet";
import { commit } from "#platform/commit";
import type { Actor } from "#platform/ctx";
import { putTier } from "../../src/modules/verification/repository.ts";
import type { WithdrawalAddress } from "../../src/modules/wallet/repository.addresses.ts";
import { insertWithdrawalAddress } from "../../src/modules/wallet/repository.addresses.ts";
import type { Withdrawal } from "../../src/modules/wallet/repository.withdrawals.ts";
import { withdrawals } from "../../src/modules/wallet/tables.ts";
import { aUser, freshId } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { testCtx } from "./ctx.ts";

type User = Extract<Actor, { kind: "user" }>;

/** Somebody with a deposit on the sandbox network, in minor units, in a raised session with two factors. */
export async function aHolder(app: TestApp, asset = "USDT", amount = 100_000_000): Promise<User> {
  // A plan whose limits a test of many wrong calls does not meet.
  const as = aUser({ plan: "enterprise", mfa: true, raisedUntil: Date.now() + 300_000 });
  await fundWallet(testCtx(app), { userId: as.userId, asset, amount });
  return as;
}

/** An address of somebody's book that may be used by now. */
export async function anAddress(
  app: TestApp,
  userId: User["userId"],
  more: Partial<WithdrawalAddress> = {},
): Promise<WithdrawalAddress> {
  const ctx = testCtx(app);
  const id = freshId("addr");
  const address = `sandbox:${id}`;
  const row = { id, userId, network: "sandbox", address, label: "Mine", createdAt: 1, usableFrom: 2, deletedAt: null };
  const made = { ...row, ...more };
  await commit(ctx, [insertWithdrawalAddress(ctx, made)]);
  return made;
}

/** Raises somebody's verification tier. */
export async function setTier(app: TestApp, userId: User["userId"], tier: 1 | 2): Promise<void> {
  const ctx = testCtx(app);
  await commit(ctx, [putTier(ctx, { userId, tier, setBy: "test", reason: null, updatedAt: ctx.now() })]);
}

interface Asking {
  readonly asset?: string;
  readonly amount?: string;
  readonly network?: string;
  readonly addressId?: string;
}

/** Asks for a withdrawal over HTTP. */
export async function askWithdrawal(app: TestApp, as: User, asking: Asking = {}): Promise<Response> {
  const addressId = asking.addressId ?? (await anAddress(app, as.userId)).id;
  const json = { asset: "USDT", network: "sandbox", amount: "10", ...asking, addressId };
  return await app.call("POST /api/v1/withdrawals", {
    as,
    json,
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
}

/** A withdrawal so large that two operators must agree. */
export async function aLargeWithdrawal(app: TestApp): Promise<{ as: User; id: string }> {
  const as = await aHolder(app, "USDT", 200_000_000_000);
  await setTier(app, as.userId, 2);
  const { id } = await bodyOf<{ id: string }>(await askWithdrawal(app, as, { amount: "150000" }));
  return { as, id };
}

/** A withdrawal as it stands at some point of its way, with its hold in the books. */
export async function aWithdrawal(app: TestApp, more: Partial<Withdrawal> = {}): Promise<Withdrawal> {
  const ctx = testCtx(app);
  const { userId } = await aHolder(app, more.asset ?? "BTC", 1_000_000);
  const row: Withdrawal = {
    id: freshId("wdr"),
    userId,
    asset: "BTC",
    network: "bitcoin",
    amount: 50_000,
    fee: 5_000,
    addressId: freshId("addr"),
    address: "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    status: "approved",
    approvalsNeeded: 0,
    waitsFor: "export",
    hotWallet: null,
    txid: null,
    confirmations: 0,
    reason: null,
    createdAt: ctx.now(),
    updatedAt: ctx.now(),
    ...more,
  };
  const { id, network, asset, amount, fee } = row;
  await ledger.commitTransfers(ctx, {
    transfers: ledger.withdrawalHeld({ withdrawalId: id, userId: row.userId, network, asset, amount, fee }),
    statements: [
      ledger.insertAccount(ctx, ledger.account("clearing:chain", asset, network)),
      ledger.insertAccount(ctx, ledger.account("revenue:fee", asset)),
      ctx.db.statement(ctx.db.primary.insert(withdrawals).values(row)),
    ],
  });
  return row;
}
