import type { Id } from "#kernel/ids";
import type { Output } from "#modules/chains";
import { ChainUnavailable, toMinor } from "#modules/chains";
import * as ledger from "#modules/ledger";
import type { PaymentStatus } from "#objects/hot-wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { chainOf, watchedNetworks } from "./networks.ts";
import { openIncident } from "./repository.watch.ts";
import type { Withdrawal } from "./repository.withdrawals.ts";
import * as repository from "./repository.withdrawals.ts";
import { handToHotWallet } from "./service.dispatch.ts";
import { bookingOf, tellOwner } from "./service.withdrawals.ts";
import { findWalletAsset, networkTerms } from "./terms.ts";

/** What becomes of withdrawals that are on their way. Only the chain says; nothing is concluded from silence. */

export async function followAll(ctx: Ctx): Promise<void> {
  for (const withdrawal of await repository.listInStatus(ctx, "broadcast", "sandbox")) await confirm(ctx, withdrawal);
  await followHotWallets(ctx);
  await followExported(ctx);
}

/** The sandbox confirms at once. */
export async function followSandbox(ctx: Ctx, id: Id<"wdr">): Promise<void> {
  const withdrawal = await repository.findWithdrawal(ctx, id);
  if (withdrawal?.status === "broadcast" && withdrawal.network === "sandbox") await confirm(ctx, withdrawal);
}

async function followHotWallets(ctx: Ctx): Promise<void> {
  const sent = await repository.listInStatus(ctx, "broadcast", "ethereum");
  for (const [name, withdrawals] of Map.groupBy(sent, ({ hotWallet }) => hotWallet)) {
    if (name === null) continue;
    const statuses = await ctx.env.HOT_WALLET.getByName(name).follow(withdrawals.map(({ id }) => id));
    for (const [index, withdrawal] of withdrawals.entries()) {
      const status = statuses[index];
      if (status) await settle(ctx, withdrawal, status);
    }
  }
}

async function settle(ctx: Ctx, withdrawal: Withdrawal, status: PaymentStatus): Promise<void> {
  const { state, txid, confirmations } = status;
  if (state === "unheard") return await handToHotWallet(ctx, withdrawal);
  if (state === "confirmed") return await confirm(ctx, withdrawal, status);
  if (state === "failed") return await fail(ctx, withdrawal, { txid, fee: status.fee, reason: "transaction_failed" });
  if (state === "quarantined") return await quarantine(ctx, withdrawal);
  if (txid !== withdrawal.txid || confirmations !== withdrawal.confirmations)
    await commit(ctx, [repository.noteWithdrawal(ctx, withdrawal, { txid, confirmations })]);
}

type Paid = Pick<PaymentStatus, "txid" | "confirmations" | "fee">;

/** What the network took from our address, rounded up to whole gwei. */
function networkFee(withdrawal: Withdrawal, fee: string) {
  const { minor, remainder } = toMinor(BigInt(fee), 18, 9);
  const amount = Number(minor) + (remainder > 0n ? 1 : 0);
  return ledger.networkFeePaid({ reference: withdrawal.id, network: withdrawal.network, asset: "ETH", amount });
}

function feeAccounts(ctx: Ctx, { network }: Withdrawal) {
  return [
    ledger.insertAccount(ctx, ledger.account("expense:network", "ETH")),
    ledger.insertAccount(ctx, ledger.account("clearing:chain", "ETH", network)),
  ];
}

/** The amount has arrived: what was held is posted. */
export async function confirm(ctx: Ctx, withdrawal: Withdrawal, paid?: Paid): Promise<void> {
  const told = await tellOwner(ctx, withdrawal, "completed");
  const txid = paid?.txid ?? withdrawal.txid;
  const changes = { txid, confirmations: paid?.confirmations ?? Math.max(1, withdrawal.confirmations) };
  const move = { id: withdrawal.id, from: ["broadcast"] as const, to: "confirmed" as const, changes };
  const fees = paid ? networkFee(withdrawal, paid.fee) : [];
  await moveOn(ctx, {
    transfers: [...ledger.withdrawalSettled(bookingOf(withdrawal)), ...fees],
    statements: [
      ...(fees.length > 0 ? feeAccounts(ctx, withdrawal) : []),
      ...repository.moveWithdrawal(ctx, move),
      ...told.statements,
    ],
    options: {
      audit: { action: "withdrawal.confirmed", target: withdrawal.id, after: { txid } },
      events: told.events,
    },
  });
}

interface Failure {
  readonly txid: string | null;
  readonly fee: string;
  readonly reason: string;
}

/** It is certain that nothing was paid: what was held goes back. */
export async function fail(ctx: Ctx, withdrawal: Withdrawal, { txid, fee, reason }: Failure): Promise<void> {
  const told = await tellOwner(ctx, withdrawal, "failed");
  const move = {
    id: withdrawal.id,
    from: ["broadcast"] as const,
    to: "failed" as const,
    changes: { txid, reason },
  };
  const fees = networkFee(withdrawal, fee);
  await moveOn(ctx, {
    transfers: [...ledger.withdrawalVoided(bookingOf(withdrawal)), ...fees],
    statements: [
      ...(fees.length > 0 ? feeAccounts(ctx, withdrawal) : []),
      ...repository.moveWithdrawal(ctx, move),
      ...told.statements,
    ],
    options: { audit: { action: "withdrawal.failed", target: withdrawal.id, reason }, events: told.events },
  });
}

interface MoveOn {
  readonly transfers: Parameters<typeof ledger.commitTransfers>[1]["transfers"];
  readonly statements: NonNullable<Parameters<typeof ledger.commitTransfers>[1]["statements"]>;
  readonly options: NonNullable<Parameters<typeof ledger.commitTransfers>[2]>;
}

async function moveOn(ctx: Ctx, { transfers, statements, options }: MoveOn): Promise<void> {
  try {
    await ledger.commitTransfers(ctx, { transfers, statements }, options);
  } catch (error) {
    if (!isRefusedBy(error, "wallet_withdrawal_moved")) throw error;
  }
}

/** Nobody knows what became of it: it is neither given back nor sent again, until an operator has found out. */
async function quarantine(ctx: Ctx, withdrawal: Withdrawal): Promise<void> {
  if (withdrawal.waitsFor === "unknown_outcome") return;
  const { id, network } = withdrawal;
  const incident = {
    id: ctx.newId("inc"),
    network,
    kind: "outcome_unknown" as const,
    subject: id,
    openedAt: ctx.now(),
  };
  await commit(ctx, [
    repository.noteWithdrawal(ctx, withdrawal, { waitsFor: "unknown_outcome" }),
    openIncident(ctx, incident),
  ]);
  ctx.log.error("The outcome of a withdrawal is not known.", { module: "wallet", target: id, code: "outcome_unknown" });
}

/** What an external signer has sent is looked for in its chain: the very amount at the very address. */
async function followExported(ctx: Ctx): Promise<void> {
  const chain = watchedNetworks(ctx.config).includes("bitcoin") ? chainOf(ctx.config, "bitcoin") : null;
  const sent = (await repository.listInStatus(ctx, "broadcast", "bitcoin")).filter(({ txid }) => txid !== null);
  if (!chain || sent.length === 0) return;
  try {
    const tip = await chain.readTip();
    const located = await chain.locate([...new Set(sent.flatMap(({ txid }) => txid ?? []))]);
    for (const withdrawal of sent) {
      const height = heightOf(withdrawal, located.get(withdrawal.txid ?? "") ?? []);
      await followOne(ctx, withdrawal, height === null ? 0 : tip - height + 1);
    }
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    ctx.log.warn("Sent withdrawals could not be looked for.", { module: "wallet", target: "bitcoin", error });
  }
}

function heightOf({ address, amount }: Withdrawal, outputs: readonly Output[]): number | null {
  return outputs.find((output) => output.address === address && output.raw === BigInt(amount))?.height ?? null;
}

async function followOne(ctx: Ctx, withdrawal: Withdrawal, confirmations: number): Promise<void> {
  const known = findWalletAsset(withdrawal.asset, ctx.config);
  const needed = (known && networkTerms(known, withdrawal.network)?.confirmations) ?? 6;
  if (confirmations >= needed) await confirm(ctx, { ...withdrawal, confirmations });
  else if (confirmations !== withdrawal.confirmations)
    await commit(ctx, [repository.noteWithdrawal(ctx, withdrawal, { confirmations })]);
}
