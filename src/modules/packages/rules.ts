/**
 * What must stay true: nobody pays for a package that he owns or that a dearer one of his holds; an upgrade costs the
 * price less what the packages below it had cost in the same currency, and at least one minor unit.
 */

export interface Owned {
  readonly slug: string;
  readonly rank: number;
  readonly asset: string;
  /** What was charged for it, before tax. */
  readonly netMinor: number;
}

export interface Offer {
  readonly slug: string;
  readonly rank: number;
  readonly asset: string;
  readonly priceMinor: number;
}

export type Quote =
  | { readonly kind: "owned" }
  | { readonly kind: "buy"; readonly netMinor: number; readonly creditMinor: number };

/** What a package costs somebody who owns others. */
export function quote(offer: Offer, owned: readonly Owned[]): Quote {
  if (owned.some(({ rank }) => rank >= offer.rank)) return { kind: "owned" };
  const paid = creditOf(offer, owned);
  const netMinor = Math.max(1, offer.priceMinor - paid);
  return { kind: "buy", netMinor, creditMinor: Math.min(paid, offer.priceMinor) };
}

/** What packages of a lower rank had cost in the offer's currency. */
export function creditOf(offer: Pick<Offer, "rank" | "asset">, owned: readonly Owned[]): number {
  return owned
    .filter(({ rank, asset }) => rank < offer.rank && asset === offer.asset)
    .reduce((sum, { netMinor }) => sum + netMinor, 0);
}

export interface Bought {
  readonly paymentId: string;
  readonly rank: number;
  readonly asset: string;
  readonly netMinor: number;
  readonly creditMinor: number;
}

/** The purchases that lose their ground when one is refunded: those whose credit is no longer covered, lowest first. */
export function fallingWith(refunded: string, bought: readonly Bought[]): string[] {
  const standing: Bought[] = [];
  const fallen: string[] = [];
  for (const purchase of bought.toSorted((a, b) => a.rank - b.rank)) {
    if (purchase.paymentId === refunded) continue;
    const below = standing.filter(({ asset }) => asset === purchase.asset);
    const covered = below.reduce((sum, { netMinor }) => sum + netMinor, 0) >= purchase.creditMinor;
    if (covered) standing.push(purchase);
    else fallen.push(purchase.paymentId);
  }
  return fallen;
}
