import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { AssetState, AssetSwitch } from "./repository.switches.ts";
import * as repository from "./repository.switches.ts";
import { walletAsset } from "./service.wallets.ts";
import { listWalletAssets } from "./terms.ts";

const open = (asset: string): AssetSwitch => ({ asset, deposits: 1, withdrawals: 1, reason: null });

/** Whether each asset may come in and go out for now. */
export async function listSwitches(ctx: Ctx): Promise<AssetSwitch[]> {
  const states = new Map((await repository.listAssetStates(ctx)).map((state) => [state.asset, state]));
  return listWalletAssets(ctx.config).map(({ asset }) => states.get(asset) ?? open(asset));
}

export interface SwitchAsset {
  readonly asset: string;
  readonly deposits: boolean | null;
  readonly withdrawals: boolean | null;
  readonly reason: string;
}

/** Opens or closes an asset's ways in and out. What is on its way goes on. */
export async function switchAsset(ctx: Ctx, input: SwitchAsset): Promise<AssetSwitch> {
  const { asset } = walletAsset(ctx, input.asset);
  const before = (await repository.findAssetState(ctx, asset)) ?? open(asset);
  const state: AssetState = {
    asset,
    deposits: Number(input.deposits ?? before.deposits === 1),
    withdrawals: Number(input.withdrawals ?? before.withdrawals === 1),
    reason: input.reason,
    updatedBy: customerOf(ctx),
    updatedAt: ctx.now(),
  };
  await commit(ctx, [repository.putAssetState(ctx, state)], {
    audit: {
      action: "asset.switched",
      target: asset,
      reason: input.reason,
      before: { deposits: before.deposits === 1, withdrawals: before.withdrawals === 1 },
      after: { deposits: state.deposits === 1, withdrawals: state.withdrawals === 1 },
    },
  });
  return state;
}

/** Refuses while operators have closed an asset's way in or out. */
export async function assertOpen(ctx: Ctx, asset: string, way: "deposits" | "withdrawals"): Promise<void> {
  const state = await repository.findAssetState(ctx, asset);
  if (!state || state[way] === 1) return;
  throw way === "deposits" ? problems.depositsClosed() : problems.withdrawalsClosed();
}
