import { MAX_QUEUED } from "./contract.ts";

/**
 * What must stay true: one answer at a time; a message that is known is never answered twice; what waits is bounded; a
 * proposal is decided once.
 */

/** What a conversation is about to decide on. */
export interface Snapshot {
  readonly answering: boolean;
  readonly queued: number;
}

export type MessageOutcome = "answer" | "queue" | "repeat" | "queue_full";

/** What becomes of a message. */
export function admitMessage({ answering, queued }: Snapshot, known: boolean): MessageOutcome {
  if (known) return "repeat";
  if (!answering && queued === 0) return "answer";
  return queued < MAX_QUEUED ? "queue" : "queue_full";
}

export type RegenerateOutcome = "answer" | "answer_in_progress" | "nothing_to_regenerate";

/** Whether the last answer may be made anew. */
export function admitRegenerate({ answering, queued }: Snapshot, asked: boolean): RegenerateOutcome {
  if (answering || queued > 0) return "answer_in_progress";
  return asked ? "answer" : "nothing_to_regenerate";
}

/** Frames that a client may have sent beyond its rate; a bucket that fills evenly. */
export interface Allowance {
  readonly tokens: number;
  readonly at: number;
}

const BURST = 40;
const PER_SECOND = 100 / 60;

export function fullAllowance(now: number): Allowance {
  return { tokens: BURST, at: now };
}

/** Counts a frame; null when it is one too many. A frame that makes no sense counts fourfold. */
export function spend(allowance: Allowance, now: number, sense: boolean): Allowance | null {
  const filled = Math.min(BURST, allowance.tokens + (Math.max(0, now - allowance.at) / 1_000) * PER_SECOND);
  const tokens = filled - (sense ? 1 : 4);
  return tokens < 0 ? null : { tokens, at: now };
}

/** The highest number that a frame may have carried when the object died: whatever was sent is at most this. */
export const SEQ_LEASE = 500;

/** From where counting goes on after a client names a frame that did not survive an eviction. */
export function adoptSeq(known: { readonly seq: number; readonly leased: number }, after: number): number {
  return after > known.seq && after <= known.leased ? after : known.seq;
}

/** How far back a model is told of what was said. */
export const RECENT_MESSAGES = 40;

/** As much of what was said last as fits into so many characters, oldest first. */
export function recent<Said extends { readonly content: string }>(
  said: readonly Said[],
  maxCharacters: number,
): readonly Said[] {
  let left = maxCharacters;
  const tooFar = said.findLastIndex(({ content }, index) => {
    left -= content.length;
    return left < 0 || index < said.length - RECENT_MESSAGES;
  });
  return said.slice(tooFar + 1);
}
