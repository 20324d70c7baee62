/**
 * What must stay true: whatever is rounded is rounded against whoever swaps: the fee up, what comes out down. So parts
 * add up, and nobody gains by going there and back.
 */

export const QUOTE_VALID_SECONDS = 30;

const BPS = 10_000n;
const PRICE_SCALE = 8;
const RATE_DIGITS = 10;

/** How much of one asset another is, as a fraction of whole units: exact, whichever of the two the index price is of. */
export interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ONE = 10n ** BigInt(PRICE_SCALE);

/**
 * The rate of a pair, from the index prices both ways, in 1e-8. Of the two the larger one is the more exact.
 *
 * @param forward of one unit of `from` in `to`; null where there is none
 * @param backward of one unit of `to` in `from`
 */
export function rateOf(forward: number | null, backward: number | null): Rate | null {
  if (forward !== null && forward >= (backward ?? 0)) return { numerator: BigInt(forward), denominator: ONE };
  return backward === null ? null : { numerator: ONE, denominator: BigInt(backward) };
}

/** What a swap comes to, in minor units. Null where nothing would come out, or more than can be counted. */
export interface Terms {
  readonly give: number;
  readonly fee: number;
  readonly receive: number;
}

interface Scales {
  readonly from: number;
  readonly to: number;
}

export function termsOf(
  give: number,
  spreadBps: number,
  { rate, scales }: { rate: Rate; scales: Scales },
): Terms | null {
  const fee = (BigInt(give) * BigInt(spreadBps) + BPS - 1n) / BPS;
  const net = BigInt(give) - fee;
  const receive = (net * rate.numerator * 10n ** BigInt(scales.to)) / (rate.denominator * 10n ** BigInt(scales.from));
  if (net <= 0n || receive <= 0n || receive > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return { give, fee: Number(fee), receive: Number(receive) };
}

/** A rate as it is shown: ten digits after its first one that is not zero, cut. */
export function showRate({ numerator, denominator }: Rate): string {
  const whole = (numerator / denominator).toString();
  let decimals = "";
  let rest = numerator % denominator;
  while (rest > 0n && decimals.replace(/^0+/, "").length < RATE_DIGITS && decimals.length < 24) {
    rest *= 10n;
    decimals += (rest / denominator).toString();
    rest %= denominator;
  }
  const kept = decimals.replace(/0+$/, "");
  return kept === "" ? whole : `${whole}.${kept}`;
}
