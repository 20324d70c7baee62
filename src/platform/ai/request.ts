import OpenAI from "openai";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import type { AssistantConfig } from "#platform/env.assistant";
import type { Transcript } from "./transcript.ts";

/**
 * Requests as the openai package writes them. Those of one kind differ only in their messages and in whom they are for,
 * and to write one takes the package longer than everything else that is done between a question and its call: so it
 * writes each kind once, and calls fill it in.
 */

export type ModelConfig = NonNullable<AssistantConfig["model"]>;

export interface ModelRequest {
  readonly model: string;
  readonly messages: Transcript;
  readonly tools: readonly ChatCompletionTool[];
  readonly maxOutputTokens: number;
  /** Whom the call is for, as a hash: vendors tell abuse by it. */
  readonly user: string;
}

/** A request with two gaps. */
interface Form {
  readonly url: string;
  readonly headers: Headers;
  readonly beforeMessages: string;
  readonly beforeUser: string;
  readonly rest: string;
}

const SOMEBODY = "whom-the-call-is-for";
const SOMETHING: ChatCompletionMessageParam = { role: "user", content: "what-is-said" };

const forms = new WeakMap<ModelConfig, Map<string, Form>>();

/** What to fetch for a call. */
export async function writeRequest(
  config: ModelConfig,
  { messages, user, ...kind }: ModelRequest,
): Promise<{ readonly url: string; readonly init: RequestInit }> {
  const { url, headers, beforeMessages, beforeUser, rest } = await formOf(config, kind);
  const body = `${beforeMessages}${messages.json}${beforeUser}${JSON.stringify(user)}${rest}`;
  return { url, init: { method: "POST", headers, body } };
}

type Kind = Omit<ModelRequest, "messages" | "user">;

async function formOf(config: ModelConfig, kind: Kind): Promise<Form> {
  const known = forms.get(config) ?? new Map<string, Form>();
  forms.set(config, known);
  const tools = kind.tools.map((tool) => (tool.type === "function" ? tool.function.name : tool.custom.name));
  const name = [kind.model, kind.maxOutputTokens, ...tools].join("\n");
  const form = known.get(name);
  if (form) return form;
  const drawn = await draw(config, kind);
  known.set(name, drawn);
  return drawn;
}

async function draw(config: ModelConfig, { model, tools, maxOutputTokens }: Kind): Promise<Form> {
  let written = new Request(config.baseUrl);
  const client = new OpenAI({
    apiKey: config.apiKey,
    baseURL: config.baseUrl,
    maxRetries: 0,
    logLevel: "off",
    fetch: async (url, init) => {
      written = new Request(url, init);
      return await Promise.resolve(new Response(null, { status: 204 }));
    },
  });
  await client.chat.completions
    .create({
      model,
      messages: [SOMETHING],
      ...(tools.length === 0 ? {} : { tools: [...tools] }),
      max_completion_tokens: maxOutputTokens,
      safety_identifier: SOMEBODY,
      stream: true,
      stream_options: { include_usage: true },
    })
    .asResponse();
  const { url, headers } = written;
  const [beforeMessages, more] = cut(await written.text(), JSON.stringify([SOMETHING]));
  const [beforeUser, rest] = cut(more, JSON.stringify(SOMEBODY));
  return { url, headers, beforeMessages, beforeUser, rest };
}

function cut(text: string, gap: string): [string, string] {
  const [before = "", after, ...others] = text.split(gap);
  if (after === undefined || others.length > 0) throw new TypeError("The package writes its requests in another way.");
  return [before, after];
}
