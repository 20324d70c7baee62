/**
 * Reads server-sent events out of bytes as they come, without a stream for each step in between. Only `data` matters
 * here. A line that never ends is refused.
 */

const MAX_LINE = 1_024 * 1_024;

export class EventLines {
  readonly #decoder = new TextDecoder();
  readonly #onData: (data: string) => void;
  #rest = "";

  constructor(onData: (data: string) => void) {
    this.#onData = onData;
  }

  /** Takes what has arrived. Gives false when a line is longer than any event may be. */
  write(bytes: Uint8Array): boolean {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#line(text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    return this.#rest.length <= MAX_LINE;
  }

  /** Takes what came without an end of its line. */
  end(): void {
    const line = this.#rest + this.#decoder.decode();
    this.#rest = "";
    this.#line(line);
  }

  #line(line: string): void {
    if (!line.startsWith("data:")) return;
    const data = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
    if (data !== "") this.#onData(data);
  }
}
