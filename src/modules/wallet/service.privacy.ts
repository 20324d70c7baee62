import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { hasOpenDeposit, listDeposits } from "./repository.deposits.ts";
import { listDepositAddresses, listWithdrawalAddresses } from "./repository.addresses.ts";
import { listAllOf } from "./repository.withdrawals.ts";
import { readWallets } from "./service.wallets.ts";
import { listWalletAssets } from "./terms.ts";

const EXPORTED_MAX = 10_000;

/** Everything that is kept of a person's wallets. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const assets = listWalletAssets({ development: true });
  const everything = { limit: EXPORTED_MAX, after: null };
  const [wallets, deposits, withdrawals, addresses, depositAddresses] = await Promise.all([
    readWallets(
      ctx,
      assets.map((asset) => ({ userId, asset })),
    ),
    listDeposits(ctx, userId, everything),
    listAllOf(ctx, userId),
    listWithdrawalAddresses(ctx, userId, everything),
    listDepositAddresses(ctx, userId),
  ]);
  return {
    wallets: wallets.map(({ asset, available, held, total }) => ({ asset: asset.asset, available, held, total })),
    deposits,
    withdrawals,
    addresses,
    depositAddresses,
  };
}

/** Somebody who has money with us, or on its way to us, cannot go. */
export async function eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]> {
  const assets = listWalletAssets({ development: true });
  const wallets = await readWallets(
    ctx,
    assets.map((asset) => ({ userId, asset })),
  );
  const empty = wallets.every(({ total, held }) => total === 0 && held === 0);
  return empty && !(await hasOpenDeposit(ctx, userId)) ? [] : ["balance_not_zero"];
}
