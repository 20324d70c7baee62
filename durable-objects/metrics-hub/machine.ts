/**
 * What must stay true: a counter never falls, so whatever a scrape was told is on disk before it is told; a batch counts
 * once; the hub holds at most `MAX_SERIES` series, and says how much found no room.
 */
import type { SeriesKey } from "#platform/metrics-catalogue";
import { SERIES } from "#platform/metrics-catalogue";
import type { Batch, Observation } from "./contract.ts";
import { observationKey } from "./contract.ts";

export const MAX_SERIES = 5_000;
const REMEMBERED_BATCHES = 512;

export interface Totals {
  readonly series: Map<string, Observation>;
  /** Batches that were counted, oldest first. */
  readonly seen: Set<string>;
}

export function emptyTotals(): Totals {
  return { series: new Map(), seen: new Set() };
}

/** Adds a batch; false when it was counted before. */
export function addBatch(totals: Totals, batch: Batch): boolean {
  if (totals.seen.has(batch.id)) return false;
  totals.seen.add(batch.id);
  for (const oldest of totals.seen) {
    if (totals.seen.size <= REMEMBERED_BATCHES) break;
    totals.seen.delete(oldest);
  }
  for (const observation of batch.observations) if (fits(observation)) addOne(totals, observation);
  return true;
}

/** Whether an observation has the shape of its series: another version of the product may know the series differently. */
function fits({ series, labels, counts }: Observation): boolean {
  const definition = SERIES[series];
  const buckets = definition.kind === "histogram" ? definition.buckets.length + 1 : undefined;
  return labels.length === definition.labels.length && counts?.length === buckets;
}

function addOne(totals: Totals, observation: Observation): void {
  const key = observationKey(observation.series, observation.labels);
  const known = totals.series.get(key);
  if (!known) {
    if (totals.series.size >= MAX_SERIES && observation.series !== "dropped")
      addOne(totals, { series: "dropped", labels: [], sum: 1 });
    else totals.series.set(key, structuredClone(observation));
    return;
  }
  known.sum += observation.sum;
  const { counts } = known;
  if (counts)
    for (const [place, count] of (observation.counts ?? []).entries()) counts[place] = (counts[place] ?? 0) + count;
}

/** What was kept, as far as this version of the product still knows it. */
export function restore(kept: readonly Observation[]): Totals {
  const totals = emptyTotals();
  for (const observation of kept)
    if (Object.hasOwn(SERIES, observation.series satisfies SeriesKey) && fits(observation)) addOne(totals, observation);
  return totals;
}
