import type { ChatCompletionTool } from "openai/resources/chat/completions";
import { TOOLS } from "#modules/adviser";
import type { ToolCall } from "#platform/ai/outcome";
import type { Ctx } from "#platform/ctx";
import type { Asking } from "./turn.ts";

/** Runs the tools that a model asks for, with the rights of the person who is asking and no others. */

export const TOOL_SPECS: readonly ChatCompletionTool[] = TOOLS.map(({ name, description, parameters }) => ({
  type: "function",
  function: { name, description, parameters: { ...parameters } },
}));

/** Longer results are cut: the model is told, and asks for less. */
const MAX_RESULT = 8_000;

export async function runTool(ctx: Ctx, asking: Asking, { name, input }: ToolCall): Promise<string> {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (!tool) return JSON.stringify({ error: "There is no such tool." });
  asking.onTool(name, "running");
  try {
    const result = await tool.run(ctx, parse(input), { userId: asking.visitor.userId, propose: asking.onProposal });
    asking.onTool(name, "done");
    const text = JSON.stringify({ data: result });
    return text.length <= MAX_RESULT
      ? text
      : JSON.stringify({ error: "The result is too long; ask for less.", beginning: text.slice(0, MAX_RESULT) });
  } catch (error) {
    ctx.log.warn("A tool failed.", { tool: name, error });
    asking.onTool(name, "failed");
    return JSON.stringify({ error: "The tool could not be run with this input." });
  }
}

function parse(input: string): unknown {
  return input.trim() === "" ? {} : (JSON.parse(input) as unknown);
}
