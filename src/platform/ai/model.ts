import { Completion } from "./chunks.ts";
import { countedCall } from "./crowd.ts";
import type { ModelOutcome } from "./outcome.ts";
import { Parts } from "./parts.ts";
import type { ModelConfig, ModelRequest } from "./request.ts";
import { writeRequest } from "./request.ts";
import { EventLines } from "./sse.ts";

/** One call of a model over Chat Completions, piece by piece, bounded in time. It is never repeated by itself. */

export interface ModelCall extends ModelRequest {
  readonly signal: AbortSignal;
  /** What carries the call, where it is not to leave over the open network. */
  readonly carrier: Fetcher | null;
  readonly onPiece: (text: string) => void;
}

export async function callModel(config: ModelConfig, call: ModelCall): Promise<ModelOutcome> {
  return await countedCall(async () => await attempt(config, call));
}

async function attempt(config: ModelConfig, call: ModelCall): Promise<ModelOutcome> {
  const { signal, carrier, onPiece, ...request } = call;
  const { url, init } = await writeRequest(config, request);
  const completion = new Completion(onPiece);
  const clock = new Deadlines(config, signal);
  try {
    const sent = { ...init, signal: clock.signal };
    const response = await (carrier ? carrier.fetch(url, sent) : fetch(url, sent));
    if (!response.ok) return refusalOf(response);
    await read(response, completion, clock);
    return completion.outcome();
  } catch {
    if (signal.aborted) return { state: "stopped", text: completion.text };
    const reason = clock.signal.aborted ? "timed_out" : "connection_lost";
    return { state: "broken", text: completion.text, reason };
  } finally {
    clock.end();
  }
}

async function read(response: Response, completion: Completion, clock: Deadlines): Promise<void> {
  const lines = new EventLines((data) => {
    if (data === "[DONE]") completion.close();
    else completion.take(parse(data));
  });
  if (!response.body) return;
  const parts = new Parts(response.body as ReadableStream<Uint8Array>);
  const cancel = (): void => parts.cancel();
  clock.signal.addEventListener("abort", cancel);
  try {
    for (let part = await parts.next(); part; part = await parts.next()) {
      clock.heard();
      const whole = lines.write(part);
      completion.speak();
      if (!whole) throw new RangeError("An event is too long.");
      if (completion.closed) break;
    }
    if (clock.signal.aborted) throw new DOMException("Aborted.", "AbortError");
    lines.end();
    completion.speak();
  } finally {
    clock.signal.removeEventListener("abort", cancel);
    if (completion.closed) cancel();
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** What a vendor answered in place of a stream. */
function refusalOf({ status, headers, body }: Response): ModelOutcome {
  void body?.cancel().catch(() => {});
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return {
    state: "refused",
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null,
    transient: status === 408 || status === 409 || status === 429 || status >= 500,
    reason: `status_${status}`,
  };
}

/** Ends a call that says nothing for too long, at first, in between or in all. */
class Deadlines {
  readonly #control = new AbortController();
  readonly #config: ModelConfig;
  readonly #outer: AbortSignal;
  readonly #endsAt: number;
  readonly #abort = (): void => this.#control.abort();
  #heardAt: number;
  #patience: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(config: ModelConfig, outer: AbortSignal) {
    this.#config = config;
    this.#outer = outer;
    this.#heardAt = Date.now();
    this.#endsAt = this.#heardAt + config.totalMs;
    this.#patience = config.firstPieceMs;
    this.#timer = setTimeout(() => this.#check(), Math.min(config.firstPieceMs, config.totalMs));
    if (outer.aborted) this.#abort();
    outer.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  heard(): void {
    this.#heardAt = Date.now();
    this.#patience = this.#config.pauseMs;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#abort);
  }

  #check(): void {
    const left = Math.min(this.#heardAt + this.#patience, this.#endsAt) - Date.now();
    if (left <= 0) this.#abort();
    else this.#timer = setTimeout(() => this.#check(), left);
  }
}
