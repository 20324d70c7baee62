/**
 * Exact money. Amounts inside the product are integers in minor units (cents, satoshi, gwei) and never leave
 * the range of safe integers, because D1 rounds anything above 2^53 − 1 without a word.
 */

/** What an amount is counted in: its code, and how many decimals one unit has. */
export interface Asset {
  readonly code: string;
  /** Decimals of one unit: USD 2, BTC 8, JPY 0. */
  readonly scale: number;
  /** Largest amount accepted from outside, in minor units. */
  readonly maxMinor: number;
}

export type AmountError =
  | "amount_malformed"
  | "too_many_decimals"
  | "amount_zero"
  | "amount_negative"
  | "amount_too_large";

export type ParsedAmount =
  | { readonly ok: true; readonly minor: number }
  | { readonly ok: false; readonly error: AmountError };

export interface AmountRules {
  /** Accept amounts below zero. */
  readonly signed?: boolean;
  /** Accept zero. */
  readonly zero?: boolean;
}

const DECIMAL = /^-?(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,18}))?$/;

/**
 * Reads a decimal string such as "12.50" into minor units.
 *
 * One spelling only: no exponent, sign other than a leading minus, leading zero, blank or separator. Decimals beyond
 * the asset's scale are refused even when they are zeros, so that a client's wrong idea of the scale shows at once.
 */
export function parseAmount(text: string, asset: Asset, rules: AmountRules = {}): ParsedAmount {
  const match = DECIMAL.exec(text);
  if (!match) return { ok: false, error: "amount_malformed" };
  const [, units = "", decimals = ""] = match;
  const negative = text.startsWith("-");
  if (decimals.length > asset.scale) return { ok: false, error: "too_many_decimals" };
  const magnitude = BigInt(units + decimals.padEnd(asset.scale, "0"));
  const error = refuseMagnitude(magnitude, negative, rules);
  if (error) return { ok: false, error };
  if (magnitude > BigInt(asset.maxMinor)) return { ok: false, error: "amount_too_large" };
  return { ok: true, minor: Number(negative ? -magnitude : magnitude) };
}

/** Zero and what is below it pass only where the rules say so; minus zero never does. */
function refuseMagnitude(magnitude: bigint, negative: boolean, rules: AmountRules): AmountError | null {
  if (magnitude === 0n) return rules.zero === true && !negative ? null : "amount_zero";
  return negative && rules.signed !== true ? "amount_negative" : null;
}

/** Writes minor units as the decimal string that `parseAmount` reads, with all of the asset's decimals. */
export function formatAmount(minor: number, scale: number): string {
  assertMinor(minor);
  const digits = Math.abs(minor)
    .toString()
    .padStart(scale + 1, "0");
  const sign = minor < 0 ? "-" : "";
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Adds amounts of one asset. Throws `RangeError` rather than leave the safe range. */
export function addMinor(...amounts: readonly number[]): number {
  const sum = amounts.reduce((total, amount) => total + BigInt(assertMinor(amount)), 0n);
  return assertMinor(Number(sum));
}

/**
 * A share in basis points (1/10,000), rounded half to even at the last minor unit, so that rounding favours nobody
 * over many amounts. `applyBps(250, 50)` is 1 (1.25), `applyBps(300, 50)` is 2 (1.5), `applyBps(500, 50)` is 2 (2.5).
 */
export function applyBps(minor: number, bps: number): number {
  if (!Number.isSafeInteger(bps)) throw new RangeError("Basis points must be an integer.");
  return assertMinor(Number(divideHalfEven(BigInt(assertMinor(minor)) * BigInt(bps), 10_000n)));
}

/** Integer division rounded half to even. `divisor` must be above zero. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError("The divisor must be above zero.");
  const negative = dividend < 0n;
  const magnitude = negative ? -dividend : dividend;
  const quotient = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

/**
 * Splits an amount by whole weights so that the parts add up to it exactly: each part is rounded down, and what is
 * left goes one unit each to the parts with the largest remainders, earlier parts first among equals.
 */
export function splitByWeights(minor: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(assertMinor(weight)), 0n);
  if (weights.some((weight) => weight < 0) || total === 0n) {
    throw new RangeError("Weights must not be negative and must add up to more than zero.");
  }
  const negative = assertMinor(minor) < 0;
  const magnitude = BigInt(Math.abs(minor));
  const shares = weights.map((weight, index) => {
    const product = magnitude * BigInt(weight);
    return { index, floor: product / total, remainder: product % total };
  });
  const left = Number(magnitude - shares.reduce((sum, share) => sum + share.floor, 0n));
  const lucky = new Set(
    shares
      .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
      .slice(0, left)
      .map((share) => share.index),
  );
  return shares.map(({ index, floor }) => {
    const part = Number(floor) + (lucky.has(index) ? 1 : 0);
    return negative && part !== 0 ? -part : part;
  });
}

function assertMinor(minor: number): number {
  if (!Number.isSafeInteger(minor)) throw new RangeError("An amount must be a safe integer of minor units.");
  return minor;
}
