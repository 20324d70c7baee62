import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { findContact, notify } from "#modules/messaging";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { chainOf, parseAddress } from "./networks.ts";
import type { DepositAddress, WithdrawalAddress } from "./repository.addresses.ts";
import * as repository from "./repository.addresses.ts";
import { assertOpen } from "./service.switches.ts";
import { walletAsset } from "./service.wallets.ts";
import { networkTerms } from "./terms.ts";

export interface Place {
  readonly asset: string;
  readonly network: string;
}

/** An asset's network. Throws when the asset does not move there, or the network is not set up. */
export function assertNetwork(ctx: Ctx, { asset, network }: Place): void {
  const known = walletAsset(ctx, asset);
  const usable = network === "sandbox" || chainOf(ctx.config, network) !== null;
  if (networkTerms(known, network) && usable) return;
  const names = known.networks.map((terms) => terms.network).join(", ");
  throw refused("network", "network_unknown", `${asset} moves on: ${names === "" ? "no network" : names}.`);
}

function refused(path: string, code: string, message: string): Error {
  return http.validationFailed({ detail: `${path}: ${message}`, code, errors: [{ path, code, message }] });
}

/** The caller's own address on a network; the same one again on every call. */
export const createDepositAddress = once(async (ctx: Ctx, place: Place): Promise<string> => {
  const userId = customerOf(ctx);
  assertNetwork(ctx, place);
  await assertOpen(ctx, place.asset, "deposits");
  const chain = chainOf(ctx.config, place.network);
  if (!chain) return `sandbox:${userId}`;
  const known = await repository.findDepositAddress(ctx, place.network, userId);
  if (known?.address) return known.address;
  await commit(ctx, [repository.claimIndex(ctx, place.network, userId)], { partial: true });
  const claimed = (await repository.findDepositAddress(ctx, place.network, userId)) as DepositAddress;
  const address = chain.deriveAddress(claimed.pathIndex);
  await commit(ctx, [repository.setDepositAddress(ctx, { ...claimed, address })], { result: address });
  return address;
});

export async function listAddresses(ctx: Ctx, page: PageRequest): Promise<Page<WithdrawalAddress>> {
  const rows = await repository.listWithdrawalAddresses(ctx, customerOf(ctx), page);
  return toPage(rows, page, (row) => row.id);
}

/** One of the caller's addresses. Throws when there is none. */
export async function getAddress(ctx: Ctx, id: string): Promise<WithdrawalAddress> {
  const row = await repository.findWithdrawalAddress(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.addressNotFound();
  return row;
}

export interface CreateAddress {
  readonly network: string;
  readonly address: string;
  readonly label: string;
}

/** Puts an address into the book. It is usable after the time in which its owner can notice a stranger's hand. */
export const createAddress = once(async (ctx: Ctx, input: CreateAddress): Promise<WithdrawalAddress> => {
  const userId = customerOf(ctx);
  const { network } = input;
  if (!(ctx.config.development && network === "sandbox") && !chainOf(ctx.config, network))
    throw refused("network", "network_unknown", "There is no such network.");
  const address = parseAddress(ctx.config, network, input.address);
  if (address === null) throw refused("address", "address_invalid", "This is no address of that network.");
  const now = ctx.now();
  const usableFrom = now + ctx.config.chains.coolingMs;
  const row = { ...input, id: ctx.newId("addr"), userId, address, createdAt: now, usableFrom, deletedAt: null };
  const contact = await findContact(ctx, userId);
  const masked = `${address.slice(0, 6)}…${address.slice(-4)}`;
  const data = { network, masked, at: now, usableFrom, path: "/app/wallet" };
  const told = contact ? await notify(ctx, { contact, kind: "withdrawalAddressAdded", data }) : null;
  await commit(ctx, [repository.insertWithdrawalAddress(ctx, row), ...(told?.statements ?? [])], {
    audit: { action: "withdrawalAddress.created", target: row.id, after: { network, address } },
    events: told?.events ?? [],
    result: row,
    refusals: {
      "wallet_withdrawal_addresses.user_id, wallet_withdrawal_addresses.network, wallet_withdrawal_addresses.address":
        () => problems.addressKnown({ detail: "This address is in your book already." }),
    },
  });
  return row;
});

export async function deleteAddress(ctx: Ctx, id: Id<"addr">): Promise<void> {
  const row = await getAddress(ctx, id);
  await commit(ctx, repository.deleteWithdrawalAddress(ctx, id), {
    audit: { action: "withdrawalAddress.deleted", target: id, before: { network: row.network, address: row.address } },
    refusals: { wallet_address_gone: problems.addressNotFound },
  });
}
