import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import type { Problem } from "#kernel/problem";
import { toPage } from "#kernel/page";
import * as ledger from "#modules/ledger";
import type { Contact } from "#modules/messaging";
import { findContact, notify } from "#modules/messaging";
import { tierOf } from "#modules/verification";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { http } from "#platform/http/problems";
import { problems } from "./errors.ts";
import { withdrawalApproved, withdrawalRequested } from "./events.ts";
import type { Withdrawal } from "./repository.withdrawals.ts";
import * as repository from "./repository.withdrawals.ts";
import { approvalsNeeded, isStoppable, unfit } from "./rules.withdrawals.ts";
import { assertNetwork, getAddress } from "./service.addresses.ts";
import { assertOpen } from "./service.switches.ts";
import { findAssetNow } from "./service.terms.ts";
import { insertWallet, readWallet } from "./service.wallets.ts";
import type { AssetTerms, NetworkTerms, WalletAsset } from "./terms.ts";
import { networkTerms } from "./terms.ts";

/** What a withdrawal moves in the ledger. */
export function bookingOf({ id, userId, network, asset, amount, fee }: Withdrawal) {
  return { withdrawalId: id, userId, network, asset, amount, fee };
}

export interface CreateWithdrawal {
  readonly asset: string;
  readonly network: string;
  readonly amount: string;
  readonly addressId: Id<"addr">;
}

/** Asks for a withdrawal: amount and fee are set aside at once. */
export const createWithdrawal = once(async (ctx: Ctx, input: CreateWithdrawal): Promise<Withdrawal> => {
  const userId = customerOf(ctx);
  if (ctx.actor.kind !== "user" || !ctx.actor.mfa)
    throw http.mfaRequired({ detail: "Turn two factors on, sign in with them and raise the session by a code." });
  assertNetwork(ctx, input);
  const [asset, address] = await Promise.all([findAssetNow(ctx, input.asset), getAddress(ctx, input.addressId)]);
  const terms = networkTerms(asset, input.network) as NetworkTerms;
  const amount = readAmount(input.amount, asset.ledger);
  refuseUnfit(ctx, { input, asset, terms, amount, address });
  await assertOpen(ctx, asset.asset, "withdrawals");
  await ledger.assertPayoutsOpen(ctx);
  await refuseUnripe(ctx, { asset, terms, amount });
  const withdrawal = newWithdrawal(ctx, { userId, asset, terms, amount, address });
  await request(ctx, withdrawal, asset);
  return (await repository.findWithdrawal(ctx, withdrawal.id)) ?? withdrawal;
});

interface Asked {
  readonly asset: WalletAsset;
  readonly terms: NetworkTerms;
  readonly amount: number;
  readonly address: Awaited<ReturnType<typeof getAddress>>;
}

function refuseUnfit(ctx: Ctx, { input, asset, terms, amount, address }: Asked & { input: CreateWithdrawal }): void {
  const fault = unfit(terms, { amount, network: input.network, address, now: ctx.now() });
  if (fault === "address_cooling")
    throw problems.addressCooling({ detail: `It can be used from ${new Date(address.usableFrom).toISOString()}.` });
  if (fault === null) return;
  const least = ledger.writeAmount(terms.minWithdrawal, asset.asset);
  const [path, message] =
    fault === "amount_too_small"
      ? ["amount", `The least is ${least} ${asset.asset}.`]
      : ["addressId", `This address is one of ${address.network}.`];
  throw http.validationFailed({ detail: `${path}: ${message}`, code: fault, errors: [{ path, code: fault, message }] });
}

/** What came in a short while ago may be traded, and may leave only once its chain is surer of it. */
async function refuseUnripe(ctx: Ctx, { asset, terms, amount }: Omit<Asked, "address">): Promise<void> {
  const userId = customerOf(ctx);
  const of = { asset: asset.asset, needed: terms.confirmationsToWithdraw };
  const [unripe, { available }] = await Promise.all([
    repository.sumUnripe(ctx, userId, of),
    readWallet(ctx, userId, asset.asset),
  ]);
  if (unripe > 0 && available >= amount + terms.withdrawalFee && available - unripe < amount + terms.withdrawalFee)
    throw problems.depositNotRipe({ detail: "A deposit of yours needs more confirmations before it can leave." });
}

function newWithdrawal(
  ctx: Ctx,
  { userId, asset, terms, amount, address }: Asked & { userId: Id<"user"> },
): Withdrawal {
  const needed = approvalsNeeded(asset, amount);
  return {
    id: ctx.newId("wdr"),
    userId,
    asset: asset.asset,
    network: terms.network,
    amount,
    fee: terms.withdrawalFee,
    addressId: address.id,
    address: address.address,
    status: "requested",
    approvalsNeeded: needed,
    waitsFor: needed > 0 ? "operator" : null,
    hotWallet: null,
    txid: null,
    confirmations: 0,
    reason: null,
    createdAt: ctx.now(),
    updatedAt: ctx.now(),
  };
}

async function request(ctx: Ctx, withdrawal: Withdrawal, asset: AssetTerms): Promise<void> {
  const limits = asset.limits[await tierOf(ctx, withdrawal.userId)];
  const { id, userId, network } = withdrawal;
  const told = await tellOwner(ctx, withdrawal, "requested");
  const statements = [
    insertWallet(ctx, userId, withdrawal.asset),
    ledger.insertAccount(ctx, ledger.account("clearing:chain", withdrawal.asset, network)),
    ledger.insertAccount(ctx, ledger.account("revenue:fee", withdrawal.asset)),
    ...repository.insertWithdrawal(ctx, withdrawal, limits),
    ...told.statements,
  ];
  await ledger.commitTransfers(
    ctx,
    { transfers: ledger.withdrawalHeld(bookingOf(withdrawal)), statements },
    {
      audit: { action: "withdrawal.requested", target: id, after: presentForAudit(withdrawal) },
      events: [draftEvent(withdrawalRequested, { withdrawalId: id, userId, asset: withdrawal.asset }), ...told.events],
      result: withdrawal,
      refusals: {
        wallet_limit_day: () => problems.limitReached({ detail: "This passes what may leave within 24 hours." }),
        wallet_limit_month: () => problems.limitReached({ detail: "This passes what may leave within 30 days." }),
      },
    },
  );
}

function presentForAudit({ asset, network, amount, fee, address }: Withdrawal): object {
  return { asset, network, amount, fee, address };
}

type Told = "requested" | "sent" | "completed" | "failed" | "cancelled";

/** What goes along with a change to tell the owner of it. */
export async function tellOwner(ctx: Ctx, withdrawal: Withdrawal, state: Told) {
  const contact: Contact | null = await findContact(ctx, withdrawal.userId);
  if (!contact) return { statements: [], events: [] };
  const { asset, amount, id } = withdrawal;
  const text = ledger.writeAmount(amount, asset);
  const data = { amount: text, asset, state, path: `/app/withdrawals/${id}` } as const;
  return await notify(ctx, { contact, kind: "withdrawalState", data, dedupeKey: `${id}.${state}` });
}

export async function listWithdrawals(ctx: Ctx, page: PageRequest): Promise<Page<Withdrawal>> {
  const rows = await repository.listWithdrawals(ctx, { userId: customerOf(ctx), status: null }, page);
  return toPage(rows, page, (row) => row.id);
}

export async function getWithdrawal(ctx: Ctx, id: Id<"wdr">): Promise<Withdrawal> {
  const row = await repository.findWithdrawal(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.withdrawalNotFound();
  return row;
}

/** Takes a withdrawal back while nothing of it has left. A repeat changes nothing. */
export const cancelWithdrawal = once(async (ctx: Ctx, id: Id<"wdr">): Promise<Withdrawal> => {
  const withdrawal = await getWithdrawal(ctx, id);
  if (withdrawal.status === "cancelled") return withdrawal;
  return await giveBack(ctx, withdrawal, { to: "cancelled", reason: null });
});

interface End {
  readonly to: "cancelled" | "rejected";
  readonly reason: string | null;
}

/** Ends a withdrawal that has not left, and gives back what it held. */
export async function giveBack(ctx: Ctx, withdrawal: Withdrawal, { to, reason }: End): Promise<Withdrawal> {
  if (!isStoppable(withdrawal.status)) throw moved(withdrawal.status);
  const told = await tellOwner(ctx, withdrawal, to === "cancelled" ? "cancelled" : "failed");
  const after: Withdrawal = { ...withdrawal, status: to, reason, waitsFor: null, updatedAt: ctx.now() };
  const move = { id: withdrawal.id, from: ["requested", "approved"] as const, to, changes: { reason } };
  await ledger.commitTransfers(
    ctx,
    {
      transfers: ledger.withdrawalVoided(bookingOf(withdrawal)),
      statements: [...repository.moveWithdrawal(ctx, move), ...told.statements],
    },
    {
      audit: {
        action: `withdrawal.${to}`,
        target: withdrawal.id,
        ...(reason === null ? {} : { reason }),
        before: { status: withdrawal.status },
        after: { status: to },
      },
      events: told.events,
      result: after,
      refusals: { wallet_withdrawal_moved: () => moved("broadcast") },
    },
  );
  return after;
}

/** The 409 of a withdrawal that is past this. */
export function moved(status: string): Problem {
  return problems.withdrawalMoved({ detail: `The withdrawal is ${status}.`, extra: { state: status } });
}

/** Approves a withdrawal as far as as many operators have agreed as it needs; often that is none. */
export async function approveAgreed(ctx: Ctx, id: Id<"wdr">): Promise<void> {
  await commit(ctx, [repository.approveIfAgreed(ctx, id)], {
    events: [draftEvent(withdrawalApproved, { withdrawalId: id })],
  });
}
