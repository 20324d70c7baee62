/**
 * Made-up prices in dollars, in 1e-8, for development and demonstrations. They never move, and say that they are
 * `embedded`.
 */
export const EMBEDDED_PRICES: ReadonlyMap<string, number> = new Map([
  ["USD", 100_000_000],
  ["EUR", 110_000_000],
  ["INR", 1_200_000],
  ["JPY", 650_000],
  ["USDT", 100_000_000],
  ["USDC", 100_000_000],
  ["BTC", 6_500_000_000_000],
  ["ETH", 320_000_000_000],
]);
