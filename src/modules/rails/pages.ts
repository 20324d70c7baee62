import { GatewayFailure } from "#modules/gateways";

export interface VendorPage<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** A vendor that has more than this says that it cannot be read whole, rather than be compared in part. */
const MOST_PAGES = 100;

/** Reads a vendor's list to its end, page by page. */
export async function readPages<T>(next: (before: readonly T[]) => Promise<VendorPage<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, more } = await next(found);
    found.push(...items);
    if (!more) return found;
  }
  throw new GatewayFailure("unavailable", "list_too_long");
}
