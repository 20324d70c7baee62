import { z } from "zod";
import type { SeriesKey } from "#platform/metrics-catalogue";
import { SERIES } from "#platform/metrics-catalogue";

/** What isolates tell the hub, and what a scrape hears. */

/** There is one hub. */
export const HUB = "hub";

/** What was added to one series since the last batch; `counts` by bucket, for histograms alone. */
export interface Observation {
  readonly series: SeriesKey;
  readonly labels: string[];
  sum: number;
  counts?: number[];
}

/** A batch counts once, however often it comes. */
export interface Batch {
  readonly id: string;
  readonly observations: readonly Observation[];
}

export const MAX_OBSERVATIONS = 2_001;
const MAX_LABEL_LENGTH = 80;

const observation = z.object({
  series: z.enum(Object.keys(SERIES) as [SeriesKey, ...SeriesKey[]]),
  labels: z.array(z.string().max(MAX_LABEL_LENGTH)).max(4),
  sum: z.number().min(0),
  counts: z.array(z.number().int().min(0)).max(20).optional(),
});

export const batchSchema = z.object({
  id: z.string().min(1).max(40),
  observations: z.array(observation).max(MAX_OBSERVATIONS),
});

const SEPARATOR = "\u001F";

/** Under what a series with these labels is kept. */
export function observationKey(series: SeriesKey, labels: readonly string[]): string {
  return labels.length === 0 ? series : [series, ...labels].join(SEPARATOR);
}
