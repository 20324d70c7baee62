import { isId } from "#kernel/ids";
import type { Place } from "./repository.listings.ts";
import { exactPrice } from "./rules.price.ts";

/**
 * What must stay true: a market is read in the order of prices, best first, then of standing, then of ids, whatever
 * kind of price an ad has. Floating prices are compared by the index price with which the reading began, so that its
 * pages fit together while the index moves.
 */

/** Where a reading of a market stands: in both lists, and by which index price. */
export interface Position {
  /** Null where there was none: floating ads are left out then. */
  readonly index: number | null;
  readonly fixed: Place | null;
  readonly floating: Place | null;
}

export interface Placed extends Place {
  readonly priceType: "fixed" | "floating";
}

/** Merges the two lists of a market. Ranks of buyers' ads are negated, and so is the order of their prices. */
export function mergeListings(
  { fixed, floating }: { readonly fixed: readonly Place[]; readonly floating: readonly Place[] },
  { index, buying }: { readonly index: number | null; readonly buying: boolean },
): Placed[] {
  const sign = buying ? -1n : 1n;
  const exact = (place: Placed): bigint => {
    const value = buying ? -place.rank : place.rank;
    const price = place.priceType === "fixed" ? { price: value, marginBps: null } : { price: null, marginBps: value };
    return sign * exactPrice(price, index ?? 0);
  };
  const all: Placed[] = [
    ...fixed.map((place) => ({ ...place, priceType: "fixed" as const })),
    ...(index === null ? [] : floating.map((place) => ({ ...place, priceType: "floating" as const }))),
  ];
  return all
    .map((place) => ({ place, price: exact(place) }))
    .toSorted(
      (a, b) => compare(a.price, b.price) || a.place.standing - b.place.standing || compare(a.place.adId, b.place.adId),
    )
    .map(({ place }) => place);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where a reading stands after some more listings. */
export function advance(position: Position, read: readonly Placed[]): Position {
  const { index } = position;
  const last = (kind: Placed["priceType"]): Place | null => {
    const found = read.findLast(({ priceType }) => priceType === kind);
    return found ? { rank: found.rank, standing: found.standing, adId: found.adId } : position[kind];
  };
  return { index, fixed: last("fixed"), floating: last("floating") };
}

export function writePosition({ index, fixed, floating }: Position): string {
  const places = [fixed, floating].map((at): Written => at && [at.rank, at.standing, at.adId]);
  return JSON.stringify([index, ...places]);
}

/** Reads a position that `writePosition` wrote; null where it is none. */
export function readPosition(text: string): Position | null {
  try {
    const [index, fixed, floating, ...rest] = JSON.parse(text) as readonly unknown[];
    if (rest.length > 0 || !(index === null || isWhole(index))) return null;
    if (!isPlace(fixed) || !isPlace(floating)) return null;
    return { index, fixed: toPlace(fixed), floating: toPlace(floating) };
  } catch {
    return null;
  }
}

type Written = readonly [rank: number, standing: number, adId: string] | null;

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

function isPlace(value: unknown): value is Written {
  if (value === null) return true;
  const [rank, standing, adId] = Array.isArray(value) && value.length === 3 ? (value as unknown[]) : [];
  return isWhole(rank) && isWhole(standing) && typeof adId === "string" && isId("ad", adId);
}

function toPlace(written: Written): Place | null {
  if (!written) return null;
  const [rank, standing, adId] = written;
  return { rank, standing, adId: adId as Place["adId"] };
}
