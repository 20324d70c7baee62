import { beforeAll, describe, expect, it } from "vitest";
import { testApp, bodyOf } from "../../support/app.ts";
import { openChat } from "../../support/chat.ts";
import type { Person } from "../../support/people.ts";
import { aPerson } from "../../support/people.ts";

const app = testApp();
let person: Person;

beforeAll(async () => {
  person = await aPerson(app);
});

describe("a chat", () => {
  it("answers from the embedded adviser where no model is set", async () => {
    const chat = await openChat(app, person);
    const last = await chat.ask("What is a budget?");
    expect(last).toMatchObject({ done: true, source: "fallback", finishReason: "stop" });
    expect(chat.said()).not.toBe("");
    const read = await app.call(`GET /api/v1/assistant/conversations/${chat.conversationId}/messages`, {
      headers: person.bearer,
    });
    const { data } = await bodyOf<{ data: { role: string; content: string }[] }>(read);
    expect(data.map(({ role }) => role)).toEqual(["assistant", "user"]);
    expect(data[0]?.content).toBe(chat.said());
  });

  it("streams a model's answer piece by piece", async () => {
    const chat = await openChat(app, person, { model: { pieces: ["One ", "two ", "three."], pauseMs: 40 } });
    const last = await chat.ask("Say how I spent my money");
    expect(last).toMatchObject({
      done: true,
      source: "model",
      finishReason: "stop",
      usage: { inputTokens: 100, outputTokens: 50, costMicros: 45 },
    });
    expect(chat.said()).toBe("One two three.");
    const seqs = chat.frames.filter(({ type }) => type === "response").map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4]);
  });
});
