import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import * as ledger from "#modules/ledger";
import { once, commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { WalletAsset } from "./terms.ts";
import { findWalletAsset, listWalletAssets } from "./terms.ts";

/** What a user has of one asset, in minor units. */
export interface Wallet {
  readonly asset: WalletAsset;
  /** May be spent now. */
  readonly available: number;
  /** Set aside for something that is under way. */
  readonly held: number;
  readonly total: number;
}

/** The ledger's account of a wallet. */
export function walletAccountId(userId: Id<"user">, asset: string): string {
  return ledger.accountId("wallet:user", asset, userId);
}

/** Opens a wallet in a commit; one that is open stays as it is. Whatever credits a wallet brings this along. */
export function insertWallet(ctx: Ctx, userId: Id<"user">, asset: string): Statement {
  return ledger.insertAccount(ctx, ledger.account("wallet:user", asset, userId));
}

/** The asset of a wallet. Throws when there are no wallets in it. */
export function walletAsset(ctx: Ctx, code: string): WalletAsset {
  const asset = findWalletAsset(code, ctx.config);
  if (!asset) throw problems.assetNotFound({ detail: "GET /api/v1/assets lists the assets that there are." });
  return asset;
}

/** What users have, by user and asset, from one snapshot of the primary; what was never opened reads zero. */
export async function readWallets(
  ctx: Ctx,
  asked: readonly { readonly userId: Id<"user">; readonly asset: WalletAsset }[],
): Promise<Wallet[]> {
  const ids = asked.map(({ userId, asset }) => walletAccountId(userId, asset.asset));
  const accounts = new Map((await ledger.listAccounts(ctx, ids)).map((account) => [account.accountId, account]));
  return asked.map(({ asset }, index) => {
    const account = accounts.get(ids[index] ?? "");
    if (!account) return { asset, available: 0, held: 0, total: 0 };
    const total = account.creditsPosted - account.debitsPosted;
    return { asset, available: total - account.debitsPending, held: account.debitsPending, total };
  });
}

/** What one user has of one asset. */
export async function readWallet(ctx: Ctx, userId: Id<"user">, asset: string): Promise<Wallet> {
  const known = walletAsset(ctx, asset);
  const [wallet] = await readWallets(ctx, [{ userId, asset: known }]);
  return wallet ?? { asset: known, available: 0, held: 0, total: 0 };
}

export async function listWallets(ctx: Ctx): Promise<Wallet[]> {
  const userId = customerOf(ctx);
  const assets = listWalletAssets(ctx.config);
  return await readWallets(
    ctx,
    assets.map((asset) => ({ userId, asset })),
  );
}

export async function getWallet(ctx: Ctx, asset: string): Promise<Wallet> {
  return await readWallet(ctx, customerOf(ctx), asset);
}

/** Opens a wallet of the caller's; again it changes nothing. */
export const createWallet = once(async (ctx: Ctx, code: string): Promise<Wallet> => {
  const userId = customerOf(ctx);
  const wallet = await readWallet(ctx, userId, code);
  await commit(ctx, [insertWallet(ctx, userId, wallet.asset.asset)], { result: wallet, refusals: ledger.refusals });
  return wallet;
});

/** One posting of a wallet and the balance after it. */
export interface WalletEntry {
  readonly id: string;
  readonly asset: WalletAsset;
  /** Below zero where it left the wallet. */
  readonly amount: number;
  readonly balanceAfter: number;
  readonly kind: string;
  readonly reference: string | null;
  readonly at: number;
}

interface EntryQuery {
  readonly asset: string;
  readonly page: PageRequest;
  readonly asOf?: number;
}

export async function listEntries(ctx: Ctx, { asset: code, page, asOf }: EntryQuery): Promise<Page<WalletEntry>> {
  const asset = walletAsset(ctx, code);
  const accountId = walletAccountId(customerOf(ctx), code);
  const entries = await ledger.listEntries(ctx, {
    accountId,
    page,
    postedOnly: true,
    ...given({ asOf }),
  });
  return {
    nextCursor: entries.nextCursor,
    data: entries.data.map((entry) => ({
      id: entry.transferId,
      asset,
      amount: entry.side === "credit" ? entry.amount : -entry.amount,
      balanceAfter: entry.creditsPosted - entry.debitsPosted,
      kind: entry.code,
      reference: entry.reference,
      at: entry.at,
    })),
  };
}
