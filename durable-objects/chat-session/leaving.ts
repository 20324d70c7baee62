/** A long question leaves for its model in several parts; whatever else is done within so long holds the rest of them up. */
const LEAVING_MS = 5;

/** What can wait until a question has left is done then, all in one go. */
export class Leaving {
  #waiting: (() => void)[] = [];

  afterwards(work: () => void): void {
    if (this.#waiting.push(work) > 1) return;
    setTimeout(() => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const each of waiting) each();
    }, LEAVING_MS);
  }
}
