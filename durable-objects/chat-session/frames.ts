import type { Ending } from "./storage.ts";
import type { Refusal, ServerFrame } from "./contract.ts";

/** Frames as text. */

const WORDS: Readonly<Record<Refusal, string>> = {
  frame_invalid: "This is not a frame that a chat takes.",
  queue_full: "Too many messages are waiting; send it again once an answer is there.",
  answer_in_progress: "An answer is under way; stop it first.",
  nothing_to_regenerate: "Nothing has been asked yet.",
  proposal_unknown: "There is no such proposal, or no longer.",
  rate_limited: "You ask too often; wait a moment.",
  resume_expired: "Older frames are kept no more; read the messages instead.",
  quota_exceeded: "Your allowance for the assistant is used up until it refills.",
  answer_failed: "The answer could not be made. Try again.",
};

export function write(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

export function refuse(code: Refusal, retryAfter: number | null = null): string {
  return write({ type: "error", code, message: WORDS[code], ...(retryAfter === null ? {} : { retryAfter }) });
}

/** A piece of an answer. Written by hand: there are very many. */
export function writePiece(quotedId: string, seq: number, content: string): string {
  return `{"type":"response","id":${quotedId},"seq":${seq},"content":${JSON.stringify(content)},"done":false}`;
}

export interface LastFrame {
  readonly id: string;
  readonly messageId: string;
  readonly ending: Omit<Ending, "content">;
  readonly nearLimit: boolean;
}

export function writeLast({ id, messageId, ending, nearLimit }: LastFrame, seq: number): string {
  const { finishReason, usage, source } = ending;
  return write({
    type: "response",
    id,
    seq,
    content: "",
    done: true,
    finishReason,
    usage,
    source,
    messageId,
    nearLimit,
  });
}
