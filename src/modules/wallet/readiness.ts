import { MINUTE } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { watchedNetworks } from "./networks.ts";
import { findCursor, listTroubledNetworks } from "./repository.watch.ts";
import { countWaiting } from "./repository.withdrawals.ts";

const GROUP = "money";

export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  return await Promise.all([keys(ctx), watched(ctx), incidents(ctx), waiting(ctx)]);
}

async function keys({ config: { chains, development } }: Ctx): Promise<ReadinessItem> {
  return await Promise.resolve({
    id: "wallet.keys",
    group: GROUP,
    title: "Wallets stand on keys of your own",
    status: chains.testKeys && !development ? "fail" : chains.testKeys || chains.evm.xpub === null ? "warn" : "pass",
    evidence: chains.testKeys
      ? "A key that everybody knows is configured."
      : chains.evm.xpub === null
        ? "No extended public key is configured, so there are no deposit addresses."
        : "No public test key is configured.",
    fix: "Set EVM_XPUB, BITCOIN_XPUB and EVM_HOT_KEY (or an external signer) to your own.",
  });
}

async function watched(ctx: Ctx): Promise<ReadinessItem> {
  const networks = watchedNetworks(ctx.config);
  const cursors = await Promise.all(networks.map(async (network) => await findCursor(ctx, network)));
  const stale = networks.filter((_, index) => (cursors[index]?.scannedAt ?? 0) < ctx.now() - 10 * MINUTE);
  return {
    id: "wallet.watched",
    group: GROUP,
    title: "Networks are watched for deposits",
    status: networks.length === 0 ? "warn" : stale.length > 0 ? "fail" : "pass",
    evidence:
      networks.length === 0
        ? "No node is configured."
        : stale.length > 0
          ? `Not read for ten minutes: ${stale.join(", ")}.`
          : `Read within ten minutes: ${networks.join(", ")}.`,
    fix: "Set EVM_RPC_URL and BITCOIN_API_BASE; if they are set, see whether the nodes answer.",
  };
}

async function incidents(ctx: Ctx): Promise<ReadinessItem> {
  const troubled = [...(await listTroubledNetworks(ctx))];
  return {
    id: "wallet.incidents",
    group: GROUP,
    title: "No network has an open incident",
    status: troubled.length > 0 ? "fail" : "pass",
    evidence: troubled.length > 0 ? `Open on: ${troubled.join(", ")}.` : "None is open.",
    fix: "GET /api/v1/admin/wallet-incidents names them; the runbook says what to do.",
  };
}

async function waiting(ctx: Ctx): Promise<ReadinessItem> {
  const rows = (await countWaiting(ctx)).filter(({ waitsFor }) => waitsFor !== null);
  const stuck = rows.filter(({ waitsFor }) => waitsFor === "hot_wallet_low" || waitsFor === "unknown_outcome");
  return {
    id: "wallet.withdrawals",
    group: GROUP,
    title: "Withdrawals flow",
    status: stuck.length > 0 ? "fail" : rows.length > 0 ? "warn" : "pass",
    evidence:
      rows.length === 0 ? "None waits." : rows.map(({ waitsFor, n }) => `${n} for ${waitsFor ?? ""}`).join(", "),
    fix: "GET /api/v1/admin/withdrawals shows what each waits for.",
  };
}
