import { applyBps, splitByWeights } from "#kernel/money";

/** What must stay true: tax is worked out on the net price, each rate by itself, half to even; its parts add up to what was charged. */

export interface TaxRate {
  readonly name: string;
  readonly rateBps: number;
}

export interface TaxLine extends TaxRate {
  readonly amountMinor: number;
}

/** The tax on a net price, one line for each rate. */
export function taxOn(netMinor: number, rates: readonly TaxRate[]): TaxLine[] {
  return rates.map(({ name, rateBps }) => ({ name, rateBps, amountMinor: applyBps(netMinor, rateBps) }));
}

/** Names the parts of a tax that was charged as one sum; what has no rate any more is called by the common name. */
export function nameTax(taxMinor: number, rates: readonly TaxRate[]): TaxLine[] {
  if (taxMinor === 0) return [];
  const known = rates.length > 0 ? rates : [{ name: "Tax", rateBps: 0 }];
  const weights = known.map(({ rateBps }) => Math.max(rateBps, 1));
  const parts = splitByWeights(taxMinor, weights);
  return known.map(({ name, rateBps }, index) => ({ name, rateBps, amountMinor: parts[index] ?? 0 }));
}
