import { z } from "zod";
import type { Id } from "#kernel/ids";
import type { CloseCode } from "#platform/socket-frames";
import { messageFrame } from "#platform/socket-frames";

export type { CloseCode } from "#platform/socket-frames";
export { CLOSE } from "#platform/socket-frames";

/**
 * What a chat says and hears. Frames are JSON texts; `seq` counts the response and tool frames of a conversation from 1,
 * so that a client that comes back can name the last one it has.
 */

export const MAX_CONTENT = 8_000;
/** Messages that may wait behind the one that is being answered. */
export const MAX_QUEUED = 5;

/** What a client may send. */
export const clientFrame = z.discriminatedUnion("type", [
  messageFrame(MAX_CONTENT),
  z.strictObject({ type: z.literal("stop") }),
  z.strictObject({ type: z.literal("regenerate") }),
  z.strictObject({ type: z.literal("resume"), after: z.int().min(0) }),
  z.strictObject({ type: z.literal("confirm"), proposalId: z.string().max(100), accept: z.boolean() }),
  z.strictObject({ type: z.literal("ping") }),
]);

export type ClientFrame = z.infer<typeof clientFrame>;

export type Source = "model" | "cache" | "fallback";
export type FinishReason = "stop" | "length" | "content_filter" | "stopped" | "interrupted";

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In millionths of a dollar. */
  readonly costMicros: number;
}

/** A change that the assistant proposes. Nothing of it happens before its owner has confirmed it. */
export interface Proposal {
  readonly id: string;
  readonly kind: "allocation";
  readonly month: string;
  readonly categoryId: string;
  readonly category: string;
  readonly amount: string;
  readonly asset: string;
}

export type ProposalState = "open" | "accepted" | "rejected" | "failed" | "expired";

/** Which way of saying no; each has its words in the object. */
export type Refusal =
  | "frame_invalid"
  | "queue_full"
  | "answer_in_progress"
  | "nothing_to_regenerate"
  | "proposal_unknown"
  | "resume_expired"
  | "rate_limited"
  | "quota_exceeded"
  | "answer_failed";

export type ServerFrame =
  | {
      readonly type: "ready";
      readonly conversationId: string;
      readonly seq: number;
      /** An answer is under way: nothing of it is sent before `resume`. */
      readonly answering: boolean;
    }
  | { readonly type: "ack"; readonly id: string }
  | {
      readonly type: "response";
      readonly id: string;
      readonly seq: number;
      readonly content: string;
      readonly done: false;
    }
  | {
      readonly type: "response";
      readonly id: string;
      readonly seq: number;
      readonly content: "";
      readonly done: true;
      readonly finishReason: FinishReason;
      readonly usage: Usage;
      readonly source: Source;
      readonly messageId: string;
      /** Whether four fifths of an allowance are used. */
      readonly nearLimit: boolean;
    }
  | {
      readonly type: "tool";
      readonly seq: number;
      readonly name: string;
      readonly status: "running" | "done" | "failed";
    }
  | ({ readonly type: "proposal"; readonly state: ProposalState } & Proposal)
  | { readonly type: "error"; readonly code: Refusal; readonly message: string; readonly retryAfter?: number }
  | { readonly type: "pong" };

/** Who is at the other end of a socket, as the Worker has found out. */
export interface Visitor {
  readonly conversationId: Id<"conv">;
  readonly userId: Id<"user">;
  readonly sessionId: Id<"sess">;
  readonly plan: string;
  /** When the session was last seen to be good. */
  readonly verifiedAt: number;
}

/** The header that carries the visitor from the Worker to the object. */
export const VISITOR_HEADER = "X-Visitor";

export interface ChatMessage {
  readonly id: Id<"msg">;
  /** Its place in the conversation. */
  readonly position: number;
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly source: Source | null;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  readonly createdAt: number;
}

export interface MessageQuery {
  /** Messages before this place; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** Whose sockets to close. */
export interface Farewell {
  readonly code: CloseCode;
  /** Only those of this session. */
  readonly sessionId: string | null;
  /** Not those of this one. */
  readonly except: string | null;
}
