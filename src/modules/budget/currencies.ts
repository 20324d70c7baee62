import type { Asset } from "#kernel/money";
import { formatAmount } from "#kernel/money";

/** Currencies of the world, as the platform's own tables know them, each with its decimals. */

const known: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
const assets = new Map<string, Asset>();

/** The largest amount of one row. Fifty thousand of them stay within what can be counted. */
const MAX_MINOR = 100_000_000_000;

/** What amounts in a currency are written with; null for one that is not known. */
export function findCurrency(code: string): Asset | null {
  if (!known.has(code)) return null;
  const asset = assets.get(code) ?? { code, scale: decimalsOf(code), maxMinor: MAX_MINOR };
  assets.set(code, asset);
  return asset;
}

/** A currency that stands in a row, and so was known when the row was written. */
export function currencyOf(code: string): Asset {
  const asset = findCurrency(code);
  if (!asset) throw new TypeError("A stored currency must be known.");
  return asset;
}

/** An amount as it is written: a decimal string with all decimals of its currency. */
export function writeAmount(minor: number, code: string): string {
  return formatAmount(minor, currencyOf(code).scale);
}

function decimalsOf(code: string): number {
  return (
    new Intl.NumberFormat("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits ?? 2
  );
}
