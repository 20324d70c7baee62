import { deliverReport, prepare, release } from "#modules/assistant";
import type { Acquaintance, Prepared } from "#modules/assistant";
import { SECOND } from "#kernel/time";
import { callsUnderWay } from "#platform/ai/crowd";
import type { Ctx } from "#platform/ctx";
import { createLogger } from "#platform/log";
import type { Visitor } from "./contract.ts";
import * as frames from "./storage.frames.ts";
import type { Said } from "./storage.ts";

/**
 * What is done between answers: the database is told of the last one, and the next one is got ready. What must stay true:
 * a report is owed until the database has it, and whatever was reserved is used or given back.
 */

export const RETRY_MS = 30 * SECOND;
/** With so many calls of models in this isolate, what nobody waits for stands back for a while. */
const CROWD = 16;
const STAND_BACK_MS = 750;

/** What the object does for its preparation. */
interface Surroundings {
  readonly ctxOf: (visitor: Visitor | null) => Ctx;
  readonly visitor: () => Visitor | null;
  /** What was said before the next question, as far as it is known. */
  readonly history: () => readonly Said[];
  readonly answering: () => boolean;
  readonly wakeBy: (at: number) => void;
  /** Looks again whether the sessions are good. */
  readonly renew: (now: number) => Promise<void>;
}

export class Preparation {
  readonly #sql: SqlStorage;
  readonly #around: Surroundings;
  /** What was got ready for the next answer. A cache, but for the reservation, which expires by itself. */
  #prepared: Prepared | null = null;
  /** Who was here last. A cache. */
  #acquaintance: Acquaintance | null = null;
  /** Reports that the database has and that are still on disk here: they go with the next write. */
  #taken: readonly string[] = [];
  #busy = false;

  constructor(sql: SqlStorage, around: Surroundings) {
    this.#sql = sql;
    this.#around = around;
  }

  /** What follows an answer. */
  async follow(): Promise<void> {
    if (callsUnderWay() > CROWD) await new Promise((resolve) => setTimeout(resolve, STAND_BACK_MS));
    const visitor = this.#around.visitor();
    if (visitor === null) await this.deliver();
    else await this.prepare(visitor);
  }

  /** Gets the next answer ready, and tells the database of the last one in the same breath. */
  async prepare(visitor: Visitor): Promise<void> {
    if (this.#prepared !== null || this.#around.answering() || this.#busy) return await this.deliver();
    this.#busy = true;
    try {
      await this.#around.renew(Date.now());
      const owed = this.#owed();
      const last = {
        reports: owed.map(({ body }) => body),
        acquaintance: this.#acquaintance,
        history: this.#around.history(),
      };
      const prepared = await prepare(this.#around.ctxOf(visitor), visitor, last);
      this.#acquaintance = prepared.acquaintance;
      this.#take(owed);
      if (this.#prepared === null) this.#prepared = prepared;
      else await release(this.#around.ctxOf(visitor), prepared);
    } catch (error) {
      this.#later("The next answer could not be prepared.", error);
    } finally {
      this.#busy = false;
    }
  }

  /** Hands the database what it must know; what it does not take now, the alarm brings again. */
  async deliver(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const report of this.#owed()) {
        await deliverReport(this.#around.ctxOf(null), report.body);
        this.#take([report]);
      }
    } catch (error) {
      this.#later("A report waits for the database.", error);
    } finally {
      this.#busy = false;
    }
  }

  /** What was got ready, if it can still be used; whoever takes it must use it. */
  take(now: number): Prepared | null {
    const prepared = this.#prepared;
    this.#prepared = null;
    return prepared && now < prepared.usableUntil ? prepared : null;
  }

  async drop(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = null;
    if (prepared?.reserved === true) await release(this.#around.ctxOf(null), prepared);
  }

  async dropStale(now: number): Promise<void> {
    if (this.#prepared && now >= this.#prepared.usableUntil) await this.drop();
  }

  /** Removes the reports that the database has. */
  tidy(): void {
    frames.deleteReports(this.#sql, this.#taken);
    this.#taken = [];
  }

  get owing(): boolean {
    return this.#owed().length > 0;
  }

  forget(): void {
    this.#taken = [];
    this.#acquaintance = null;
  }

  #owed(): { id: string; body: string }[] {
    return frames.listReports(this.#sql).filter(({ id }) => !this.#taken.includes(id));
  }

  #take(reports: readonly { readonly id: string }[]): void {
    this.#taken = [...this.#taken, ...reports.map(({ id }) => id)];
  }

  #later(message: string, error: unknown): void {
    createLogger({ module: "assistant" }).warn(message, { error });
    this.#around.wakeBy(Date.now() + RETRY_MS);
  }
}
