import { findAsset } from "#modules/ledger";
import type { LedgerAsset } from "#modules/ledger";
import type { WalletAsset } from "#modules/wallet";
import { findWalletAsset } from "#modules/wallet";
import type { Ctx } from "#platform/ctx";

/** What is traded: an asset that people have wallets in and that is no fiat; null of anything else. */
export function tradedAsset(ctx: Ctx, code: string): WalletAsset | null {
  const asset = findWalletAsset(code, ctx.config);
  return asset?.kind === "crypto" ? asset : null;
}

/** What is paid with, outside of the product: a fiat that the ledger can count; null of anything else. */
export function fiatAsset(ctx: Ctx, code: string): LedgerAsset | null {
  return tradedAsset(ctx, code) ? null : findAsset(code);
}

/** The same of what an ad that stands names. */
export function assetsOf(ctx: Ctx, ad: { asset: string; fiat: string }): { asset: WalletAsset; fiat: LedgerAsset } {
  const [asset, fiat] = [tradedAsset(ctx, ad.asset), fiatAsset(ctx, ad.fiat)];
  if (!asset || !fiat) throw new TypeError(`There is no market of ${ad.asset} in ${ad.fiat}.`);
  return { asset, fiat };
}
