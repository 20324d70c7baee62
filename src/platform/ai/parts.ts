import { callsUnderWay } from "./crowd.ts";

/**
 * The bytes of a body in the parts in which they are read. Each reading costs some 30 µs of a processor, and models send
 * a token at a time: with many calls in this isolate a reading waits for as much as the stream has brought in so short
 * a time until now, so that one serves for several tokens. A stream that is slow is read as it comes.
 */

const CROWD = 16;
/** Nobody's piece may wait for longer than 30 ms. */
const SPAN_MS = 28;
/** After so long it is known how fast a stream comes. */
const KNOWN_MS = 10;
const BUFFER_BYTES = 16_384;
const MOST_BYTES = 4_096;

export class Parts {
  readonly #reader: ReadableStreamBYOBReader;
  #buffer = new ArrayBuffer(BUFFER_BYTES);
  #bytes = 0;
  #since = 0;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader({ mode: "byob" });
  }

  /** The next part, which is good until the one after it is asked for; null at the end. */
  async next(): Promise<Uint8Array | null> {
    const view = new Uint8Array(this.#buffer);
    const least = this.#least(Date.now());
    const { value } = least > 1 ? await this.#reader.readAtLeast(least, view) : await this.#reader.read(view);
    // At the end there may be less than was asked for.
    if (!value || value.byteLength === 0) return null;
    this.#buffer = value.buffer;
    // What came first says nothing about the pace of what follows.
    if (this.#since === 0) this.#since = Date.now();
    else this.#bytes += value.byteLength;
    return value;
  }

  cancel(): void {
    void this.#reader.cancel().catch(() => {});
  }

  #least(now: number): number {
    const elapsed = now - this.#since;
    if (this.#since === 0 || elapsed < KNOWN_MS || callsUnderWay() <= CROWD) return 1;
    return Math.min(MOST_BYTES, Math.max(1, Math.floor((this.#bytes / elapsed) * SPAN_MS)));
  }
}
