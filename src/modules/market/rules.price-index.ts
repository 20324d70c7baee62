import { divideHalfEven } from "#kernel/money";

/**
 * What must stay true: a price is the median of what most of the configured sources said lately, and there is none where
 * fewer have. Prices count 1e-8 of the quote for one unit of the base.
 */

/** Decimals of a price: it counts 1e-8. */
export const PRICE_SCALE = 8;

const ONE = 100_000_000n;
const DECIMAL = /^([0-9]{1,12})(?:\.([0-9]{1,30}))?(?:e([+-][0-9]{1,2}))?$/;

/** Assets of which sources are asked for prices, and what they are asked to be priced in. */
export const INDEX_BASES = ["BTC", "ETH", "USDT", "USDC"] as const;
export const INDEX_QUOTES = ["USD", "EUR", "INR", "JPY"] as const;

/**
 * Reads what a source says a price is, as decimal text or as a number of its JSON, cut at 1e-8; null where it is no
 * price or out of range.
 */
export function parsePrice(value: string | number): number | null {
  const [, units = "", decimals = "", exponent = "0"] = DECIMAL.exec(String(value)) ?? [];
  if (units === "") return null;
  const places = 8 - decimals.length + Number(exponent);
  const digits = BigInt(units + decimals);
  const price = places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places);
  return price > 0n && price <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(price) : null;
}

/** The middle of some prices; of an even number half way between the two in the middle, rounded half to even. */
export function medianPrice(prices: readonly number[], quorum: number): number | null {
  if (prices.length === 0 || prices.length < quorum) return null;
  const sorted = prices.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[sorted.length / 2 - 1] ?? 0;
  return Number(divideHalfEven(BigInt(lower) + BigInt(upper), 2n));
}

/** How many of the configured sources must agree that there is a price: more than half. */
export function quorumOf(sources: number): number {
  return Math.floor(sources / 2) + 1;
}

/** The price of one thing in another, from the prices of both in a third; null where it cannot be counted. */
export function crossPrice(base: number, quote: number): number | null {
  const price = divideHalfEven(BigInt(base) * ONE, BigInt(quote));
  return price > 0n && price <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(price) : null;
}
