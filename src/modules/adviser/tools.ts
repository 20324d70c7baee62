import type { Id } from "#kernel/ids";
import type { Proposal } from "#objects/chat-session";
import type { Ctx } from "#platform/ctx";

/** For whom a tool runs. */
export interface ToolUser {
  readonly userId: Id<"user">;
  /** Puts a change before the person; nothing else changes. */
  readonly propose: (proposal: Proposal) => void;
}

/** Something that a model may look up, or propose. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The input comes from a model: it is checked here. */
  readonly run: (ctx: Ctx, input: unknown, user: ToolUser) => Promise<unknown>;
}

export const TOOLS: readonly Tool[] = [];
