import { DurableObject } from "cloudflare:workers";
import type { Batch, Observation } from "./contract.ts";
import { batchSchema } from "./contract.ts";
import type { Totals } from "./machine.ts";
import { addBatch, restore } from "./machine.ts";
import { migrate, readTotals, writeTotals } from "./storage.ts";

/** How long counts may be in memory alone when nobody scrapes: less than an idle object is left in memory. */
const KEEP_AFTER_MS = 5_000;

/** Adds up what all isolates have counted. */
export class MetricsHub extends DurableObject<Env> {
  readonly #totals: Totals;
  #dirty = false;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    migrate(state.storage);
    this.#totals = restore(readTotals(state.storage.sql));
  }

  /** Adds a batch once; one of an unknown form is refused whole. */
  async add(input: Batch): Promise<{ readonly ok: boolean }> {
    const batch = batchSchema.safeParse(input);
    if (!batch.success) return { ok: false };
    if (!addBatch(this.#totals, batch.data as Batch) || this.#dirty) return { ok: true };
    this.#dirty = true;
    await this.ctx.storage.setAlarm(Date.now() + KEEP_AFTER_MS);
    return { ok: true };
  }

  /** All series. They are on disk by the time the answer leaves, so that no counter ever falls. */
  read(): readonly Observation[] {
    this.#keep();
    return [...this.#totals.series.values()];
  }

  override alarm(): void {
    this.#keep();
  }

  #keep(): void {
    if (!this.#dirty) return;
    writeTotals(this.ctx.storage, [...this.#totals.series.values()]);
    this.#dirty = false;
  }
}
