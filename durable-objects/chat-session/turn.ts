import type { Prepared } from "#modules/assistant";
import type { Id } from "#kernel/ids";
import type { Coalescer } from "./coalescer.ts";
import type { Visitor } from "./contract.ts";
import type { Ahead, Question, Said } from "./storage.ts";

/** The answer that is under way. It lives in memory: if that is lost, what is stored of it becomes its end. */
export interface Turn {
  readonly id: Id<"msg">;
  readonly question: Question;
  readonly visitor: Visitor;
  readonly prepared: Prepared | null;
  readonly control: AbortController;
  readonly pieces: Coalescer;
  text: string;
  /** What its question met, if nothing has come in between. */
  met: Ahead | null;
  /** What is yet to be stored of its beginning; null once it is. */
  beginning: (() => void) | null;
}

/** A question that is about to be answered. */
export interface Opening {
  readonly question: Question;
  readonly history: readonly Said[];
  readonly met: Ahead | null;
  /** Stores the question and tells of it, where it is a new one. */
  readonly store: (() => void) | null;
}
