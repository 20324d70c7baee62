import fc from "fast-check";
import OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { describe, expect, it } from "vitest";
import type { ModelConfig, ModelRequest } from "#platform/ai/request";
import { writeRequest } from "#platform/ai/request";
import { Transcript } from "#platform/ai/transcript";

const config: ModelConfig = {
  apiKey: "sk-test",
  baseUrl: "https://models.test/v1",
  names: ["small"],
  firstPieceMs: 1_000,
  pauseMs: 1_000,
  totalMs: 1_000,
};

const written = async (request: Request): Promise<object> => ({
  url: request.url,
  method: request.method,
  headers: Object.fromEntries(request.headers),
  body: await request.json(),
});

/** What the package sends when it is asked for this very call. */
async function byThePackage({ model, messages, tools, maxOutputTokens, user }: Asked): Promise<object> {
  let sent = new Request(config.baseUrl);
  const client = new OpenAI({
    apiKey: config.apiKey,
    baseURL: config.baseUrl,
    maxRetries: 0,
    fetch: async (url, init) => {
      sent = new Request(url, init);
      return await Promise.resolve(new Response(null, { status: 204 }));
    },
  });
  await client.chat.completions
    .create({
      model,
      messages: [...messages],
      ...(tools.length === 0 ? {} : { tools: [...tools] }),
      max_completion_tokens: maxOutputTokens,
      safety_identifier: user,
      stream: true,
      stream_options: { include_usage: true },
    })
    .asResponse();
  return await written(sent);
}

interface Asked extends Omit<ModelRequest, "messages"> {
  readonly messages: readonly ChatCompletionMessageParam[];
}

const requests: fc.Arbitrary<Asked> = fc.record({
  model: fc.constantFrom("small", "large"),
  messages: fc.array(fc.record({ role: fc.constantFrom("user", "assistant", "system"), content: fc.string() }), {
    minLength: 1,
  }),
  tools: fc.constantFrom(
    [],
    [{ type: "function" as const, function: { name: "look", parameters: { type: "object" } } }],
  ),
  maxOutputTokens: fc.constantFrom(100, 1_024),
  user: fc.string(),
});

describe("a request", () => {
  it("is the one that the package would write, whoever asks for whatever", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const { url, init } = await writeRequest(config, { ...request, messages: new Transcript(request.messages) });
        expect(await written(new Request(url, init))).toEqual(await byThePackage(request));
      }),
      { numRuns: 50 },
    );
  });
});
