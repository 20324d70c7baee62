/**
 * What must stay true: a row that is there already is claimed once, by the strongest claim to it, in whatever order rows
 * come in. A claim by the bank's own id goes before one by amount, day and payee, and that before one by amount and day.
 */

export interface Incoming {
  readonly externalId: string | null;
  /** Days since 1970. */
  readonly day: number;
  readonly amount: number;
  /** Folded. */
  readonly payee: string | null;
}

export interface Candidate extends Incoming {
  readonly id: string;
}

/** How many days a bank and its customer may be apart. */
export const WINDOW_DAYS = 7;

/**
 * Finds for each incoming row the one that it is.
 *
 * @param strictIds a row with an id is never taken for one with another id, so that two purchases stay two
 * @returns ids of candidates, in the order of the incoming rows; null for what is new
 */
export function matchRows(
  incoming: readonly Incoming[],
  candidates: readonly Candidate[],
  { strictIds }: { readonly strictIds: boolean },
): (string | null)[] {
  const claims: Claims = { found: incoming.map(() => null), taken: new Set(), strictIds };
  claimById(incoming, candidates, claims);
  claimNearest(incoming, candidates, {
    claims,
    keyOf: ({ amount, payee }) => (payee === null ? null : `${amount} ${payee}`),
  });
  claimNearest(incoming, candidates, { claims, keyOf: ({ amount }) => String(amount) });
  return claims.found;
}

interface Claims {
  readonly found: (string | null)[];
  readonly taken: Set<string>;
  readonly strictIds: boolean;
}

function claimById(incoming: readonly Incoming[], candidates: readonly Candidate[], { found, taken }: Claims): void {
  const byId = new Map(
    candidates.flatMap((row) => (row.externalId === null ? [] : [[row.externalId, row.id] as const])),
  );
  for (const [index, { externalId }] of incoming.entries()) {
    const id = externalId === null ? undefined : byId.get(externalId);
    if (id === undefined || taken.has(id)) continue;
    found[index] = id;
    taken.add(id);
  }
}

interface Sweep {
  readonly claims: Claims;
  /** What two rows must share; null for a row that takes no part. */
  readonly keyOf: (row: Incoming) => string | null;
}

/** The nearest day first, and among equally near rows those without an id. */
function claimNearest(incoming: readonly Incoming[], candidates: readonly Candidate[], sweep: Sweep): void {
  const pools = poolsOf(candidates, sweep);
  for (let distance = 0; distance <= WINDOW_DAYS; distance += 1) {
    for (const withId of [false, true]) claimAt(incoming, sweep, { pools, distance, withId });
  }
}

/** Rows that nobody has claimed, the first of each place last, where it is taken from. */
function poolsOf(candidates: readonly Candidate[], { claims, keyOf }: Sweep): Map<string, string[]> {
  const pools = new Map<string, string[]>();
  for (const row of candidates.toReversed()) {
    const key = claims.taken.has(row.id) ? null : keyOf(row);
    if (key === null) continue;
    const place = poolOf(key, row.day, row.externalId !== null);
    const pool = pools.get(place) ?? [];
    pool.push(row.id);
    pools.set(place, pool);
  }
  return pools;
}

interface Reach {
  readonly pools: ReadonlyMap<string, string[]>;
  readonly distance: number;
  /** Whether rows with an id are looked at, or those without. */
  readonly withId: boolean;
}

function claimAt(incoming: readonly Incoming[], { claims, keyOf }: Sweep, { pools, distance, withId }: Reach): void {
  const { found, taken } = claims;
  for (const [index, row] of incoming.entries()) {
    if (found[index] !== null || (withId && isBarred(row, claims))) continue;
    const key = keyOf(row);
    const near = [row.day - distance, row.day + distance].map((day) => pools.get(poolOf(key, day, withId)) ?? []);
    const id = near.find((pool) => pool.length > 0)?.pop();
    if (id === undefined) continue;
    found[index] = id;
    taken.add(id);
  }
}

function isBarred({ externalId }: Incoming, { strictIds }: Claims): boolean {
  return strictIds && externalId !== null;
}

function poolOf(key: string | null, day: number, withId: boolean): string {
  return `${withId ? 1 : 0} ${day} ${key}`;
}
