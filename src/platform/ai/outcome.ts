/** What becomes of a call of a model. */

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it: not to be trusted. */
  readonly input: string;
}

export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
}

export type ModelOutcome =
  | {
      readonly state: "ended";
      readonly finishReason: "stop" | "length" | "content_filter" | "tool_calls";
      /** What the vendor says it was; null where it says nothing, or nothing that can be. */
      readonly usage: ModelUsage | null;
      readonly toolCalls: readonly ToolCall[];
      readonly text: string;
    }
  /** It said no before it began, so that nothing is owed. */
  | {
      readonly state: "refused";
      readonly retryAfterMs: number | null;
      readonly transient: boolean;
      readonly reason: string;
    }
  /** It began, or may have begun, and did not end. */
  | { readonly state: "broken"; readonly text: string; readonly reason: string }
  | { readonly state: "stopped"; readonly text: string };
