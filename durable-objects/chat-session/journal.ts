import { SECOND } from "#kernel/time";
import { adoptSeq, SEQ_LEASE } from "./machine.ts";
import type { Sent } from "./storage.frames.ts";
import { framesAfter, keptRange, saveRun } from "./storage.frames.ts";

/** A write costs many times what a frame does, so frames gather for so long, or until there are so many characters. */
const SAVE_AFTER_MS = SECOND;
const SAVE_CHARACTERS = 8_192;

/**
 * The numbered frames of a conversation: what is stored, and what was sent since. The latter is a cache that dies with
 * the object; the lease says how far its numbers may have gone, so that none is ever given to two frames.
 */
export class Journal {
  readonly #storage: DurableObjectStorage;
  #seq: number;
  #leased: number;
  #unsaved: Sent[] = [];
  #characters = 0;
  #since = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#seq = Math.max(keptRange(storage.sql).last, storage.kv.get<number>("seq") ?? 0);
    this.#leased = Math.max(this.#seq, storage.kv.get<number>("leased") ?? 0);
  }

  get seq(): number {
    return this.#seq;
  }

  /** The number of the first frame that can still be replayed; 0 where there is none. */
  get first(): number {
    return keptRange(this.#storage.sql).first || (this.#unsaved[0]?.seq ?? 0);
  }

  /** Makes room for the numbers of an answer. */
  lease(): void {
    if (this.#leased >= this.#seq + SEQ_LEASE / 2) return;
    this.#leased = this.#seq + SEQ_LEASE;
    this.#storage.kv.put("leased", this.#leased);
  }

  /** Gives the next number to a frame. */
  append(write: (seq: number) => string, now: number): Sent {
    if (this.#seq >= this.#leased) this.lease();
    this.#seq += 1;
    const sent = { seq: this.#seq, text: write(this.#seq) };
    if (this.#unsaved.length === 0) this.#since = now;
    this.#unsaved.push(sent);
    this.#characters += sent.text.length;
    if (now - this.#since >= SAVE_AFTER_MS || this.#characters >= SAVE_CHARACTERS) this.save(now);
    return sent;
  }

  /** Stores what was sent since the last time. */
  save(now: number): void {
    if (this.#unsaved.length === 0) return;
    saveRun(this.#storage.sql, this.#unsaved, now);
    this.#unsaved = [];
    this.#characters = 0;
    this.lease();
  }

  /** Every frame after a number, in its order. */
  after(seq: number): Sent[] {
    return [...framesAfter(this.#storage.sql, seq), ...this.#unsaved.filter((sent) => sent.seq > seq)];
  }

  /** Goes on after a frame that a client has and that did not survive here. Says whether there was such a frame. */
  adopt(after: number): boolean {
    const seq = adoptSeq({ seq: this.#seq, leased: this.#leased }, after);
    if (seq === this.#seq) return false;
    this.save(Date.now());
    this.#seq = seq;
    this.#storage.kv.put("seq", seq);
    return true;
  }
}
