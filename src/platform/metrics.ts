import type { Batch, Observation } from "#objects/metrics-hub";
import { HUB, observationKey } from "#objects/metrics-hub";
import { MINUTE, SECOND } from "#kernel/time";
import { randomToken } from "./crypto.ts";
import type { Ctx } from "./ctx.ts";
import type { CounterKey, HistogramKey, LabelsOf, SeriesKey } from "./metrics-catalogue.ts";
import { SERIES } from "./metrics-catalogue.ts";

/**
 * What an isolate has counted and not yet handed on. Counting is an addition in memory; handing on happens beside an
 * answer, at most every two seconds. An isolate that dies takes along what it counted since.
 */

const FLUSH_EVERY_MS = 2 * SECOND;
const SILENCE_MS = MINUTE;
const MAX_LOCAL = 2_000;

export interface Meter {
  add<S extends CounterKey>(series: S, labels: LabelsOf<S>, amount?: number): void;
  observe<S extends HistogramKey>(series: S, labels: LabelsOf<S>, value: number): void;
}

/** What handing on needs of a context. Objects have no more. */
type Beside = Pick<Ctx, "env" | "log" | "defer">;

class LocalMeter implements Meter {
  #pending = new Map<string, Observation>();
  /** A batch that may or may not have arrived: it is sent again as it is, under its own name. */
  #sent: Batch | null = null;
  #flushing = false;
  #flushedAt = 0;
  #silentUntil = 0;

  add<S extends CounterKey>(series: S, labels: LabelsOf<S>, amount = 1): void {
    const found = this.#find(series, labels);
    if (found) found.sum += amount;
  }

  observe<S extends HistogramKey>(series: S, labels: LabelsOf<S>, value: number): void {
    const found = this.#find(series, labels);
    if (!found) return;
    const { buckets } = SERIES[series];
    const place = buckets.findIndex((bound) => value <= bound);
    const at = place === -1 ? buckets.length : place;
    found.counts ??= Array.from({ length: buckets.length + 1 }, () => 0);
    found.counts[at] = (found.counts[at] ?? 0) + 1;
    found.sum += value;
  }

  #find(series: SeriesKey, labels: readonly string[]): Observation | null {
    const key = observationKey(series, labels);
    const known = this.#pending.get(key);
    if (known) return known;
    if (this.#pending.size >= MAX_LOCAL) {
      if (series !== "dropped") this.add("dropped", []);
      return null;
    }
    const fresh: Observation = { series, labels: [...labels], sum: 0 };
    this.#pending.set(key, fresh);
    return fresh;
  }

  /** Hands on what is there when it is time, beside the answer. */
  flushBeside(ctx: Beside): void {
    if (this.#flushing || Date.now() - this.#flushedAt < FLUSH_EVERY_MS) return;
    ctx.defer(this.flush(ctx));
  }

  /** Hands on what is there. Never throws: counts that did not arrive are kept for the next time. */
  async flush(ctx: Beside): Promise<void> {
    if (this.#sent === null && this.#pending.size === 0) return;
    this.#flushing = true;
    this.#flushedAt = Date.now();
    if (this.#sent === null) {
      this.#sent = { id: randomToken(12), observations: [...this.#pending.values()] };
      this.#pending = new Map();
    }
    try {
      await ctx.env.METRICS_HUB.getByName(HUB).add(this.#sent);
      writePoints(ctx.env, this.#sent);
      this.#sent = null;
    } catch (error) {
      if (Date.now() >= this.#silentUntil) ctx.log.warn("Metrics could not be handed on; they are kept.", { error });
      this.#silentUntil = Date.now() + SILENCE_MS;
    } finally {
      this.#flushing = false;
    }
  }
}

const meters = new WeakMap<Env, LocalMeter>();

function localMeterOf(env: Env): LocalMeter {
  const known = meters.get(env) ?? new LocalMeter();
  meters.set(env, known);
  return known;
}

/** Where this isolate counts. */
export function meterOf(env: Env): Meter {
  return localMeterOf(env);
}

/** Has what was counted handed on when it is time; nobody waits for it. */
export function flushBeside(ctx: Beside): void {
  localMeterOf(ctx.env).flushBeside(ctx);
}

/** Hands on all that this isolate has counted. */
export async function flushMetrics(ctx: Beside): Promise<void> {
  await localMeterOf(ctx.env).flush(ctx);
}

/** A data point each, at most so many for one invocation of the Worker. */
const MAX_POINTS = 200;

/** The second sink, where an Analytics Engine dataset is bound as `METRICS`. */
function writePoints(env: Env & { readonly METRICS?: AnalyticsEngineDataset }, batch: Batch): void {
  if (!env.METRICS) return;
  for (const { series, labels, sum, counts } of batch.observations.slice(0, MAX_POINTS)) {
    const count = counts ? counts.reduce((all, some) => all + some, 0) : sum;
    env.METRICS.writeDataPoint({ indexes: [SERIES[series].name], blobs: labels, doubles: [sum, count] });
  }
}
