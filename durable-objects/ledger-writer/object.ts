import { DurableObject } from "cloudflare:workers";
import type { Outcome, Transfer } from "#modules/ledger";
import { writeEach } from "#modules/ledger";
import { openDatabase } from "#platform/db";
import { createLogger } from "#platform/log";
import type { Submitted } from "./contract.ts";
import { admits, nextGroup } from "./machine.ts";

interface Submission {
  readonly transfers: readonly Transfer[];
  readonly size: number;
  readonly answer: (submitted: Submitted<Outcome>) => void;
}

/**
 * Gathers while it writes: what comes in during one batch makes up the next, so that a lone caller never waits and many
 * share a batch. The line lives in memory alone: if the object dies, no caller has been answered, and each asks again
 * under the ids that it had chosen.
 */
export class LedgerWriter extends DurableObject<Env> {
  #waiting: Submission[] = [];
  #writing = false;

  submit(transfers: readonly Transfer[]): Promise<Submitted<Outcome>> {
    const size = transfers.length;
    if (!admits(this.#waiting, size)) return Promise.resolve({ state: "busy" });
    return new Promise((answer) => {
      this.#waiting.push({ transfers, size, answer });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, nextGroup(this.#waiting)));
    this.#writing = false;
  }

  /** Writes a group; when it falls as a whole, each of its members has a try of its own. */
  async #write(group: readonly Submission[]): Promise<void> {
    try {
      const outcomes = await this.#each(group.flatMap(({ transfers }) => transfers));
      let start = 0;
      for (const { size, answer } of group)
        answer({ state: "written", outcomes: outcomes.slice(start, (start += size)) });
    } catch (error) {
      createLogger({ module: "ledger" }).warn("A group of transfers fell.", { count: group.length, error });
      if (group.length > 1) for (const member of group) await this.#write([member]);
      else for (const { answer } of group) answer({ state: "unknown" });
    }
  }

  async #each(transfers: readonly Transfer[]): Promise<Outcome[]> {
    return await writeEach({ db: openDatabase(this.env.DB, null, true), now: Date.now }, transfers);
  }
}
