import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { toDate } from "#kernel/time";
import { addressOfKey, toRaw } from "#modules/chains";
import { findAccount } from "#modules/identity";
import * as ledger from "#modules/ledger";
import { alertOperators } from "#modules/messaging";
import type { Payment } from "#objects/hot-wallet";
import { hotWalletName } from "#objects/hot-wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { withdrawalBroadcast } from "./events.ts";
import { listTroubledNetworks } from "./repository.watch.ts";
import type { Withdrawal } from "./repository.withdrawals.ts";
import * as repository from "./repository.withdrawals.ts";
import { approveAgreed } from "./service.withdrawals.ts";
import { findWalletAsset, networkTerms } from "./terms.ts";

/** Sends withdrawals on their way: one commit that cannot be taken back, and only then the hot wallet. */

const NETWORKS = ["sandbox", "ethereum", "bitcoin"] as const;

/** Lets through what needs nobody's agreement, and sends what is approved. For what events have not reached. */
export async function dispatchAll(ctx: Ctx): Promise<void> {
  for (const { id } of await repository.listToApprove(ctx)) await approveAgreed(ctx, id);
  for (const network of NETWORKS) {
    for (const { id } of await repository.listInStatus(ctx, "approved", network)) await dispatch(ctx, id);
  }
}

/** Sends one withdrawal, if nothing speaks against it now; otherwise says what it waits for. */
export async function dispatch(ctx: Ctx, id: Id<"wdr">): Promise<void> {
  const withdrawal = await repository.findWithdrawal(ctx, id);
  if (withdrawal?.status !== "approved") return;
  const hotWallet = withdrawal.network === "ethereum" ? currentHotWallet(ctx) : null;
  const waitsFor = (await obstacle(ctx, withdrawal)) ?? (await route(ctx, withdrawal, hotWallet));
  if (waitsFor !== null) return await wait(ctx, withdrawal, waitsFor);
  const txid = withdrawal.network === "sandbox" ? `sandbox-${id}` : null;
  const move = { id, from: ["approved"] as const, to: "broadcast" as const, changes: { hotWallet, txid } };
  try {
    await commit(ctx, repository.moveWithdrawal(ctx, move), {
      audit: { action: "withdrawal.broadcast", target: id, after: { hotWallet } },
      events: [draftEvent(withdrawalBroadcast, { withdrawalId: id })],
    });
  } catch (error) {
    if (isRefusedBy(error, "wallet_withdrawal_moved")) return;
    throw error;
  }
  if (hotWallet !== null) await handToHotWallet(ctx, { ...withdrawal, hotWallet });
}

/** What keeps money from leaving at all. */
async function obstacle(ctx: Ctx, { network, userId }: Withdrawal): Promise<string | null> {
  if (await ledger.payoutsFrozen(ctx)) return "ledger_audit";
  if ((await listTroubledNetworks(ctx)).has(network)) return "incident";
  const account = await findAccount(ctx, userId);
  return account && account.status !== "active" ? "account" : null;
}

/** Whether the network can take it now. */
async function route(ctx: Ctx, withdrawal: Withdrawal, hotWallet: string | null): Promise<string | null> {
  if (withdrawal.network === "bitcoin") return "export";
  if (withdrawal.network === "sandbox") return null;
  if (hotWallet === null) return "network_unavailable";
  const payment = paymentOf(ctx, withdrawal);
  if (!payment) return "network_unavailable";
  const readiness = await ctx.env.HOT_WALLET.getByName(hotWallet).check(payment);
  if (readiness === "ready") return null;
  return readiness === "balance_low" ? "hot_wallet_low" : readiness;
}

async function wait(ctx: Ctx, withdrawal: Withdrawal, waitsFor: string): Promise<void> {
  if (withdrawal.waitsFor === waitsFor) return;
  const told = waitsFor === "hot_wallet_low" ? await tellOperators(ctx, withdrawal) : { statements: [], events: [] };
  await commit(ctx, [repository.noteWithdrawal(ctx, withdrawal, { waitsFor }), ...told.statements], {
    events: told.events,
  });
  if (waitsFor !== "export")
    ctx.log.error("A withdrawal has to wait.", { module: "wallet", target: withdrawal.id, code: waitsFor });
}

/** Calls the operators once a day for each asset that runs out, however many withdrawals wait for it. */
async function tellOperators(ctx: Ctx, { id, asset, network }: Withdrawal): ReturnType<typeof alertOperators> {
  return await alertOperators(ctx, {
    subject: `The hot wallet is low on ${asset}`,
    text: `Withdrawals of ${asset} wait until the hot wallet on ${network} has been filled up. They go on by themselves within a minute of that.`,
    facts: [
      { label: "Network", value: network },
      { label: "Asset", value: asset },
      { label: "First to wait", value: id },
    ],
    path: "/admin/withdrawals",
    dedupeKey: `wallet.low.${network}.${asset}.${toDate(ctx.now())}`,
  });
}

/** The hot wallet that the configuration names now. */
function currentHotWallet({ config }: Ctx): string | null {
  const { signer, chainId, rpcUrl } = config.chains.evm;
  if (!signer || rpcUrl === null) return null;
  const address = signer.kind === "key" ? addressOfKey(signer.key) : signer.address;
  return hotWalletName("ethereum", chainId, address);
}

/** What the hot wallet is asked to pay; null where the asset has no contract on the network. */
function paymentOf(ctx: Ctx, { id, asset, network, amount, address }: Withdrawal): Payment | null {
  const known = findWalletAsset(asset, ctx.config);
  const terms = known && networkTerms(known, network);
  const token = ctx.config.chains.evm.tokens.find((candidate) => candidate.asset === asset);
  if (!known || !terms || (asset !== "ETH" && !token)) return null;
  const raw = toRaw(amount, known.ledger.scale, token?.decimals ?? 18).toString();
  return { id, to: address, raw, contract: token?.contract ?? null, confirmations: terms.confirmations };
}

/** Gives a withdrawal to the hot wallet that it names. The same again is harmless: the wallet knows it by its id. */
export async function handToHotWallet(ctx: Ctx, withdrawal: Withdrawal): Promise<void> {
  const payment = paymentOf(ctx, withdrawal);
  if (!payment || withdrawal.hotWallet === null) return;
  const acceptance = await ctx.env.HOT_WALLET.getByName(withdrawal.hotWallet).pay(payment);
  if (acceptance === "conflict")
    ctx.log.error("The hot wallet knows this withdrawal with other content.", {
      module: "wallet",
      target: withdrawal.id,
    });
}
