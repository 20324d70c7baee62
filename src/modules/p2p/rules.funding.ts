import { applyBps } from "#kernel/money";
import type { Scales } from "./rules.price.ts";
import { assetFor } from "./rules.price.ts";

/**
 * What must stay true: an ad that sells is shown only while its seller's wallet covers the ad's minimum and the fee on
 * top of it.
 */

export interface Terms {
  readonly minFiat: number;
  readonly price: number;
  readonly scales: Scales;
  readonly feeBps: number;
}

/** Whether a wallet covers an ad's minimum. */
export function covers(available: number, { minFiat, price, scales, feeBps }: Terms): boolean {
  const asset = assetFor(minFiat, price, scales);
  return available >= asset + applyBps(asset, feeBps);
}

/** How much of the asset a wallet can sell, the fee put aside. */
export function sellable(available: number, feeBps: number): number {
  return Number((BigInt(Math.max(available, 0)) * 10_000n) / (10_000n + BigInt(feeBps)));
}
