import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Chain, Output } from "#modules/chains";
import { ChainUnavailable, toMinor } from "#modules/chains";
import * as ledger from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { depositCredited } from "./events.ts";
import { chainOf, watchedNetworks } from "./networks.ts";
import { findOwners, takeDueAddresses } from "./repository.addresses.ts";
import type { Deposit } from "./repository.deposits.ts";
import * as repository from "./repository.watch.ts";
import type { Sighting, Standing, Verdict } from "./rules.deposits.ts";
import { DEEP_BLOCKS, judgeDeposit, requiredConfirmations } from "./rules.deposits.ts";
import { insertWallet } from "./service.wallets.ts";
import { listAssets } from "./service.terms.ts";
import { findWalletAsset, networkTerms } from "./terms.ts";

/** Every pass looks at so many blocks again: what a reorganisation has moved or brought back is found by that. */
const TAIL_BLOCKS = 24;
const ADDRESSES_PER_PASS = 40;

/** Looks at every network once. One that does not answer is left for the next pass. */
export async function watchNetworks(ctx: Ctx): Promise<void> {
  for (const network of watchedNetworks(ctx.config)) {
    const chain = chainOf(ctx.config, network);
    try {
      if (chain) await watchNetwork(ctx, chain);
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      ctx.log.warn("A network could not be watched.", { module: "wallet", target: network, error });
    }
  }
}

async function watchNetwork(ctx: Ctx, chain: Chain): Promise<void> {
  const { network } = chain;
  const tip = await chain.readTip();
  const cursor = await repository.findCursor(ctx, network);
  const fromHeight = Math.max(0, Math.min(cursor?.height ?? tip, tip) + 1 - TAIL_BLOCKS);
  const toHeight = Math.min(tip, fromHeight + chain.blocksPerPass - 1);
  const outputs = await chain.findOutputs({
    fromHeight,
    toHeight,
    ours: async (addresses) => new Set((await findOwners(ctx, network, addresses)).keys()),
    due: async () => await takeDueAddresses(ctx, network, ADDRESSES_PER_PASS),
  });
  const owners = await findOwners(ctx, network, [...new Set(outputs.map(({ address }) => address))]);
  const seen = outputs.flatMap((output) => toDeposit(ctx, network, { output, owner: owners.get(output.address) }));
  await commit(ctx, [
    repository.upsertSeen(ctx, seen),
    repository.putCursor(ctx, { network, height: toHeight, tip, scannedAt: ctx.now() }),
  ]);
  await settleDeposits(ctx, chain, tip);
}

interface Found {
  readonly output: Output;
  readonly owner: Id<"user"> | undefined;
}

function toDeposit(ctx: Ctx, network: string, { output, owner }: Found): Deposit[] {
  const asset = findWalletAsset(output.asset, ctx.config);
  const terms = asset && networkTerms(asset, network);
  if (!asset || !terms || owner === undefined) return [];
  const { minor, remainder } = toMinor(output.raw, output.decimals, asset.ledger.scale);
  if (minor > BigInt(asset.ledger.maxMinor)) {
    ctx.log.error("A deposit is larger than the ledger can count.", { module: "wallet", target: output.txid });
    return [];
  }
  const amount = Number(minor);
  return [
    {
      id: ctx.newId("dep"),
      userId: owner,
      asset: asset.asset,
      network,
      txid: output.txid,
      output: output.output,
      address: output.address,
      amount,
      remainder: Number(remainder),
      blockHeight: output.height,
      blockHash: output.blockHash,
      confirmations: 0,
      required: requiredConfirmations(terms, amount),
      status: "detected",
      missingSince: null,
      createdAt: ctx.now(),
      creditedAt: null,
    },
  ];
}

async function settleDeposits(ctx: Ctx, chain: Chain, tip: number): Promise<void> {
  const tracked = await repository.listTracked(ctx, chain.network, tip - DEEP_BLOCKS);
  const located = await chain.locate([...new Set(tracked.map(({ txid }) => txid))]);
  const assets = new Map((await listAssets(ctx)).map((asset) => [asset.asset, asset]));
  const judged = tracked.map((deposit) => {
    const sightings = (located.get(deposit.txid) ?? []).flatMap((output) => toSighting(ctx, output));
    const asset = assets.get(deposit.asset);
    const minDeposit = (asset && networkTerms(asset, chain.network)?.minDeposit) ?? 1;
    return { deposit, verdict: judgeDeposit(deposit, sightings, { tip, minDeposit }) };
  });
  const tracking = judged.flatMap(({ deposit, verdict }) => toTracking(deposit, verdict));
  if (tracking.length > 0) await commit(ctx, [repository.updateStandings(ctx, tracking)]);
  for (const { deposit, verdict } of judged) {
    if (verdict.kind === "credit") await credit(ctx, deposit, verdict.standing);
    if (verdict.kind === "incident") await openReorganisation(ctx, deposit);
  }
}

function toSighting(ctx: Ctx, { asset, raw, decimals, ...place }: Output): Sighting[] {
  const known = findWalletAsset(asset, ctx.config);
  return known ? [{ ...place, amount: Number(toMinor(raw, decimals, known.ledger.scale).minor) }] : [];
}

function toTracking({ id }: Deposit, verdict: Verdict): repository.Tracking[] {
  if (verdict.kind === "credit") return [];
  const status = verdict.kind === "track" ? verdict.status : verdict.kind === "orphan" ? "orphaned" : "credited";
  return [{ id, status, standing: verdict.standing }];
}

/** Moves a deposit into its wallet. Another pass that was here first is met by the row's state. */
async function credit(ctx: Ctx, deposit: Deposit, standing: Standing): Promise<void> {
  const { id, userId, network, asset, amount } = deposit;
  const contact = await findContact(ctx, userId);
  const data = { amount: ledger.writeAmount(amount, asset), asset, state: "credited", path: "/app/wallet" } as const;
  const told = contact ? await notify(ctx, { contact, kind: "depositState", data, dedupeKey: id }) : null;
  const statements = [
    ...repository.creditDeposit(ctx, id, standing),
    insertWallet(ctx, userId, asset),
    ledger.insertAccount(ctx, ledger.account("clearing:chain", asset, network)),
    ...(told?.statements ?? []),
  ];
  const transfers = ledger.depositCredited({ depositId: id, userId, network, asset, amount });
  const events = [draftEvent(depositCredited, { depositId: id, userId, asset }), ...(told?.events ?? [])];
  try {
    await ledger.commitTransfers(ctx, { transfers, statements }, { events });
  } catch (error) {
    if (!isRefusedBy(error, "wallet_deposit_settled")) throw error;
  }
}

async function openReorganisation(ctx: Ctx, { id, network }: Deposit): Promise<void> {
  const incident = {
    id: ctx.newId("inc"),
    network,
    kind: "deposit_reorganised" as const,
    subject: id,
    openedAt: ctx.now(),
  };
  const [result] = await commit(ctx, [repository.openIncident(ctx, incident)]);
  if ((result?.meta.changes ?? 0) > 0)
    ctx.log.error("A credited deposit is no longer in its chain: nothing leaves by it until the incident is closed.", {
      module: "wallet",
      target: id,
      code: "deposit_reorganised",
    });
}

/** Decimals that the chain counts and the ledger does not: ether's wei below a gwei. */
const WEI_PER_GWEI = 1_000_000_000;

/** Books what lies below minor units once it makes up whole ones. */
export async function bookDust(ctx: Ctx): Promise<void> {
  for (const due of await repository.listDust(ctx)) {
    const total = Math.floor(due.remainders / WEI_PER_GWEI);
    if (total <= due.booked) continue;
    const { network, asset } = due;
    const fromAccountId = ledger.accountId("clearing:chain", asset, network);
    const reference = `dust_${network}_${asset.toLowerCase()}_${total}`;
    await ledger.commitTransfers(ctx, {
      transfers: ledger.dustBooked({ reference, asset, amount: total - due.booked, fromAccountId }),
      statements: [ledger.insertAccount(ctx, ledger.account("dust", asset)), ...repository.putDust(ctx, due, total)],
    });
  }
}
