import type { ModelOutcome, ModelUsage, ToolCall } from "./outcome.ts";

/** Puts the chunks of a completion together. Whatever a vendor sends is checked here: none of it is to be trusted. */

const MAX_TOOL_CALLS = 8;
const MAX_INPUT = 8_192;
/** Far more than any answer that is asked for. */
const MAX_TEXT = 64 * 1_024;
const REASONS: ReadonlySet<unknown> = new Set(["stop", "length", "content_filter", "tool_calls"]);

type FinishReason = Extract<ModelOutcome, { state: "ended" }>["finishReason"];

export class Completion {
  readonly #onPiece: (text: string) => void;
  readonly #calls: { id: string; name: string; input: string }[] = [];
  #text = "";
  #unsaid = "";
  #finishReason: FinishReason | null = null;
  #usage: ModelUsage | null = null;
  closed = false;

  constructor(onPiece: (text: string) => void) {
    this.#onPiece = onPiece;
  }

  get text(): string {
    return this.#text;
  }

  close(): void {
    this.closed = true;
  }

  /** Says what has come since the last time, in one piece: what arrives together is handed on together. */
  speak(): void {
    const text = this.#unsaid;
    this.#unsaid = "";
    if (text !== "") this.#onPiece(text);
  }

  /** Takes a chunk; whatever of it is none is passed over. */
  take(chunk: unknown): void {
    const { usage, choices } = recordOf(chunk);
    if (usage !== undefined && usage !== null) this.#usage = readUsage(recordOf(usage));
    const choice = recordOf(Array.isArray(choices) ? choices[0] : null);
    if (REASONS.has(choice["finish_reason"])) this.#finishReason = choice["finish_reason"] as FinishReason;
    const { content, refusal, tool_calls: calls } = recordOf(choice["delta"]);
    this.#say(content ?? refusal);
    if (Array.isArray(calls)) for (const call of calls) this.#call(recordOf(call));
  }

  outcome(): ModelOutcome {
    const toolCalls: ToolCall[] = this.#calls.filter(({ id, name }) => id !== "" && name !== "");
    if (this.#finishReason === null && !this.closed) return { state: "broken", text: this.#text, reason: "cut_off" };
    if (this.#text === "" && toolCalls.length === 0) return { state: "broken", text: "", reason: "empty" };
    const finishReason = this.#finishReason ?? "stop";
    return { state: "ended", finishReason, usage: this.#usage, toolCalls, text: this.#text };
  }

  #say(content: unknown): void {
    if (typeof content !== "string" || content === "" || this.#text.length >= MAX_TEXT) return;
    this.#text += content;
    this.#unsaid += content;
  }

  #call({ index = this.#calls.length, id, function: called }: Loose): void {
    if (!Number.isInteger(index) || Number(index) < 0 || Number(index) >= MAX_TOOL_CALLS) return;
    while (this.#calls.length <= Number(index)) this.#calls.push({ id: "", name: "", input: "" });
    const call = this.#calls[Number(index)];
    const { name, arguments: input } = recordOf(called);
    if (!call) return;
    call.id ||= textOf(id).slice(0, 200);
    call.name ||= textOf(name).slice(0, 100);
    call.input = (call.input + textOf(input)).slice(0, MAX_INPUT);
  }
}

type Loose = Readonly<Record<string, unknown>>;

const NONE: Loose = {};

function recordOf(value: unknown): Loose {
  return typeof value === "object" && value !== null ? (value as Loose) : NONE;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readUsage({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  prompt_tokens_details: details,
}: Loose): ModelUsage | null {
  const { cached_tokens: cached = 0 } = recordOf(details);
  if (![inputTokens, outputTokens, cached].every((count) => Number.isSafeInteger(count) && Number(count) >= 0))
    return null;
  return {
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
    cachedTokens: Math.min(Number(cached), Number(inputTokens)),
  };
}
