import { divideHalfEven } from "#kernel/money";
import { PRICE_SCALE } from "#modules/market";

/**
 * What must stay true: a price counts 1e-8 of the fiat for one unit of the asset. What an amount of fiat buys is rounded
 * down, so that nobody gets more of the asset than was paid for; what an amount of the asset costs is rounded half to even.
 */

const BPS = 10_000n;

/** What two scales mean for a trade: the asset's and the fiat's decimals. */
export interface Scales {
  readonly asset: number;
  readonly fiat: number;
}

const unit = (scale: number): bigint => 10n ** BigInt(scale);

/** What an amount of fiat buys. Throws `RangeError` where it is more than can be counted. */
export function assetFor(fiatMinor: number, price: number, scales: Scales): number {
  const bought = (BigInt(fiatMinor) * unit(scales.asset) * unit(PRICE_SCALE)) / (unit(scales.fiat) * BigInt(price));
  return safe(bought);
}

/** What an amount of the asset costs. Throws `RangeError` where it is more than can be counted. */
export function fiatFor(assetMinor: number, price: number, scales: Scales): number {
  return safe(
    divideHalfEven(BigInt(assetMinor) * unit(scales.fiat) * BigInt(price), unit(scales.asset) * unit(PRICE_SCALE)),
  );
}

/** The price of a margin over the index, rounded half to even. */
export function priceWithMargin(index: number, marginBps: number): number {
  return safe(divideHalfEven(BigInt(index) * (BPS + BigInt(marginBps)), BPS));
}

/** What is exactly compared when ads are put in order: 1e-12 of the fiat for one unit of the asset. */
export function exactPrice(ad: { price: number | null; marginBps: number | null }, index: number): bigint {
  return ad.price === null ? BigInt(index) * (BPS + BigInt(ad.marginBps ?? 0)) : BigInt(ad.price) * BPS;
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError("This is more than can be counted.");
  return Number(value);
}
