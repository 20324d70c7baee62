import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import * as repository from "./repository.terms.ts";
import { walletAsset } from "./service.wallets.ts";
import type { ChangedTerms, WalletAsset } from "./terms.ts";
import { listWalletAssets, withChanges } from "./terms.ts";

/** On which terms assets go in and out now: as the product knows them, with what operators have changed. */
export async function listAssets(ctx: Ctx): Promise<WalletAsset[]> {
  const changed = await repository.listChangedTerms(ctx);
  return listWalletAssets(ctx.config).map((asset) => withChanges(asset, changed.get(asset.asset)));
}

/** An asset on the terms of now. Throws when there are no wallets in it. */
export async function findAssetNow(ctx: Ctx, code: string): Promise<WalletAsset> {
  const asset = walletAsset(ctx, code);
  return withChanges(asset, (await repository.listChangedTerms(ctx)).get(code));
}

/** Changes an asset's terms for whatever is asked for from now on. What was asked for before keeps its own. */
export async function updateAssetTerms(ctx: Ctx, code: string, terms: ChangedTerms): Promise<WalletAsset> {
  const before = await findAssetNow(ctx, code);
  const after = withChanges(before, terms);
  await commit(ctx, [repository.putChangedTerms(ctx, code, terms)], {
    audit: { action: "asset.updated", target: code, before: changeable(before), after: changeable(after) },
    result: after,
  });
  return after;
}

function changeable({ limits, operatorFrom, fourEyesFrom, networks }: WalletAsset): ChangedTerms {
  const terms = networks.map(({ network, minDeposit, minWithdrawal, withdrawalFee }) => ({
    network,
    minDeposit,
    minWithdrawal,
    withdrawalFee,
  }));
  return { limits, operatorFrom, fourEyesFrom, networks: terms };
}
