import type { Id } from "#kernel/ids";
import type { Person } from "#modules/adviser";
import type { FinishReason, Proposal, Source, Usage, Visitor } from "#objects/chat-session";
import type { Transcript } from "#platform/ai/transcript";
import type { Said } from "./prompt.ts";
import type { Settlement } from "./service.allowance.ts";

/** What goes into an answer, and what comes of it. */

/** What is known of whoever asks, and since when. */
export interface Acquaintance {
  readonly person: Person;
  /** What a vendor knows them by. */
  readonly user: string;
  readonly since: number;
}

/** What is left of the answer before: what D1 has yet to be told, what is known already, and what was said so far. */
export interface LastAnswer {
  readonly reports: readonly string[];
  readonly acquaintance: Acquaintance | null;
  readonly history: readonly Said[];
}

/** What comes before a question, written down. It is good for the very history that it was made of. */
export interface Draft {
  readonly history: readonly Said[];
  readonly transcript: Transcript;
}

/** What was got ready before a question came: its owner's facts, what comes before it, and a reservation. */
export interface Prepared {
  readonly turnId: Id<"msg">;
  readonly acquaintance: Acquaintance;
  /** Null where there is no model to read it. */
  readonly draft: Draft | null;
  readonly reserved: boolean;
  readonly tokens: number;
  readonly nearLimit: boolean;
  readonly usableUntil: number;
}

export interface Asking {
  readonly turnId: Id<"msg">;
  readonly visitor: Visitor;
  readonly question: string;
  readonly history: readonly Said[];
  readonly prepared: Prepared | null;
  readonly signal: AbortSignal;
  readonly onPiece: (text: string) => void;
  readonly onTool: (name: string, status: "running" | "done" | "failed") => void;
  readonly onProposal: (proposal: Proposal) => void;
}

export interface Ended {
  readonly source: Source;
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

export interface Answered {
  /** Null where there is no answer, and `refusal` says why. */
  readonly ending: Ended | null;
  readonly refusal: {
    readonly code: "quota_exceeded" | "answer_failed";
    readonly retryAfterSeconds: number | null;
  } | null;
  /** What is to be settled; null where nothing was reserved. */
  readonly settlement: Settlement | null;
  readonly nearLimit: boolean;
}
