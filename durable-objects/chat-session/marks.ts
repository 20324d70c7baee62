import type { LastFrame } from "./frames.ts";

/** What is seldom to be said of a conversation. That something is not there is known in memory: to clear it again is free. */

export interface Mark {
  /** The frame that told of the last failure. */
  readonly failure: string;
  /** The last frame of an answer that was cut off. */
  readonly interrupted: LastFrame;
  /** The number of the last frame of an answer that nobody has been told the end of. */
  readonly untold: number;
}

type Name = keyof Mark;

export class Marks {
  readonly #kv: SyncKvStorage;
  readonly #absent = new Set<Name>();

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  get<N extends Name>(name: N): Mark[N] | null {
    if (this.#absent.has(name)) return null;
    const value = this.#kv.get<Mark[N]>(name);
    if (value !== undefined) return value;
    this.#absent.add(name);
    return null;
  }

  set<N extends Name>(name: N, value: Mark[N]): void {
    this.#absent.delete(name);
    this.#kv.put(name, value);
  }

  clear(name: Name): void {
    if (this.get(name) !== null) this.#kv.delete(name);
    this.#absent.add(name);
  }
}
