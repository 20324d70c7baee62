import { divideHalfEven } from "#kernel/money";

/**
 * What must stay true: an amount is converted by whole numbers alone, rounded half to even at the last minor unit, and by
 * the newest rate that is not younger than its day.
 */

const DECIMAL = /^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?$/;
const MAX_RATE_LENGTH = 25;

/** Whether a text is a rate: a decimal above zero of up to twelve digits on either side. */
export function isRate(text: string): boolean {
  return text.length <= MAX_RATE_LENGTH && DECIMAL.test(text) && /[1-9]/.test(text);
}

export interface Conversion {
  /** One unit of the one asset in units of the other. */
  readonly rate: string;
  readonly fromScale: number;
  readonly toScale: number;
}

/** Converts minor units of one asset into those of another. Throws `RangeError` where they leave the safe range. */
export function convert(minor: number, { rate, fromScale, toScale }: Conversion): number {
  const [units = "0", decimals = ""] = rate.split(".");
  const dividend = BigInt(minor) * BigInt(units + decimals) * 10n ** BigInt(toScale);
  const result = Number(divideHalfEven(dividend, 10n ** BigInt(decimals.length + fromScale)));
  if (!Number.isSafeInteger(result)) throw new RangeError("The converted amount is more than can be counted.");
  return result;
}

export interface DatedRate {
  readonly asset: string;
  readonly date: string;
  readonly rate: string;
}

/** The rate of a day: the newest that is not younger. Null where there is none. */
export function rateOn(rates: readonly DatedRate[], asset: string, date: string): string | null {
  let best: DatedRate | null = null;
  for (const each of rates) {
    if (each.asset === asset && each.date <= date && (best === null || each.date > best.date)) best = each;
  }
  return best?.rate ?? null;
}
