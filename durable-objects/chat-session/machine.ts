import type { ClientFrame } from "./contract.ts";
import { clientFrame, MAX_FRAME_BYTES, MAX_QUEUED } from "./contract.ts";

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

export type Read =
  | { readonly state: "frame"; readonly frame: ClientFrame }
  | { readonly state: "invalid" }
  | { readonly state: "too_large" };

/** Reads what came over a socket. Nothing that it holds can throw. */
export function readFrame(data: string | ArrayBuffer): Read {
  if (sizeOf(data) > MAX_FRAME_BYTES) return { state: "too_large" };
  if (typeof data !== "string") return { state: "invalid" };
  try {
    const frame = clientFrame.safeParse(JSON.parse(data));
    return frame.success ? { state: "frame", frame: frame.data } : { state: "invalid" };
  } catch {
    return { state: "invalid" };
  }
}

function sizeOf(data: string | ArrayBuffer): number {
  if (typeof data !== "string") return data.byteLength;
  if (data.length > MAX_FRAME_BYTES || data.length * 3 <= MAX_FRAME_BYTES) return data.length;
  return new TextEncoder().encode(data).byteLength;
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
