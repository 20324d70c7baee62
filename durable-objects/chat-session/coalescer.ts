/**
 * Gathers the pieces of an answer: the first leaves at once, and so does any that comes after a pause; what follows
 * within the window leaves together at its end.
 */

const WINDOW_MS = 25;
/** So little before the end of the window nothing waits for it: a timer costs as much as what it would gather. */
const SLACK_MS = 5;

export class Coalescer {
  readonly #send: (text: string) => void;
  #pending = "";
  #sentAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  push(text: string): void {
    this.#pending += text;
    const wait = this.#sentAt + WINDOW_MS - Date.now();
    if (wait <= SLACK_MS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Sends what is left, at once. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#pending;
    if (text === "") return;
    this.#pending = "";
    this.#sentAt = Date.now();
    this.#send(text);
  }
}
