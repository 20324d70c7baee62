/**
 * Gathers the pieces of an answer: the first leaves at once, and so does any that comes after a pause; what follows
 * within the window leaves together at its end.
 */

const WINDOW_MS = 25;

export class Coalescer {
  readonly #send: (text: string) => void;
  #pending = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  push(text: string): void {
    if (text === "") return;
    if (this.#timer !== null) {
      this.#pending += text;
      return;
    }
    this.#send(text);
    this.#arm();
  }

  /** Sends what is left, at once. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.#send(text);
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#pending === "") return;
      this.flush();
      this.#arm();
    }, WINDOW_MS);
  }
}
