import type { Asset } from "#kernel/money";
import { formatAmount } from "#kernel/money";

/** An asset of the ledger. Amounts of it are integers of its smallest unit: cents, satoshi, gwei. */
export interface LedgerAsset extends Asset {
  readonly name: string;
}

/** The assets that every installation starts with, as the migration puts them down. */
export const ASSETS = {
  INR: { code: "INR", name: "Indian rupee", scale: 2, maxMinor: 100_000_000_000_000 },
  USD: { code: "USD", name: "United States dollar", scale: 2, maxMinor: 10_000_000_000_000 },
  EUR: { code: "EUR", name: "Euro", scale: 2, maxMinor: 10_000_000_000_000 },
  JPY: { code: "JPY", name: "Japanese yen", scale: 0, maxMinor: 1_000_000_000_000_000 },
  USDT: { code: "USDT", name: "Tether", scale: 6, maxMinor: 1_000_000_000_000_000 },
  USDC: { code: "USDC", name: "USD Coin", scale: 6, maxMinor: 1_000_000_000_000_000 },
  BTC: { code: "BTC", name: "Bitcoin", scale: 8, maxMinor: 2_100_000_000_000_000 },
  ETH: { code: "ETH", name: "Ether", scale: 9, maxMinor: 1_000_000_000_000_000 },
} as const satisfies Readonly<Record<string, LedgerAsset>>;

export type AssetCode = keyof typeof ASSETS;

/** Finds an asset by its code; null when the ledger does not know it. */
export function findAsset(code: string): LedgerAsset | null {
  return Object.hasOwn(ASSETS, code) ? ASSETS[code as AssetCode] : null;
}

/** An asset that stands in a row, and so was known when the row was written. */
export function getAsset(code: string): LedgerAsset {
  const asset = findAsset(code);
  if (!asset) throw new TypeError("An asset of a row must be known.");
  return asset;
}

/** An amount as it is written: a decimal string with all decimals of its asset. One that nobody knows has two. */
export function writeAmount(minor: number, code: string): string {
  return formatAmount(minor, findAsset(code)?.scale ?? 2);
}
