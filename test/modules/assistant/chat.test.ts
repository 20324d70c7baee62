import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { testApp, bodyOf } from "../../support/app.ts";
import { openChat, putOnPlan } from "../../support/chat.ts";
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

  it("is whole, in its turn and charged once also where twenty are under way at once", async () => {
    const crowd = await aPerson(app);
    await putOnPlan(crowd.user.id, "enterprise");
    const pieces = Array.from({ length: 60 }, (_, index) => `word${index} `);
    const chats = await Promise.all(
      Array.from({ length: 20 }, async () => await openChat(app, crowd, { model: { pieces, pauseMs: 4 } })),
    );
    for (let round = 1; round <= 2; round += 1) {
      const last = await Promise.all(chats.map(async (chat) => await chat.ask("How did I spend my money?")));
      expect(new Set(last.map(({ source, finishReason }) => `${String(source)} ${String(finishReason)}`))).toEqual(
        new Set(["model stop"]),
      );
    }
    for (const chat of chats) {
      expect(chat.said()).toBe(pieces.join("").repeat(2));
      const seqs = chat.frames.filter(({ type }) => type === "response").map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
    const settled = env.DB.prepare("select count(*) as n from assistant_turns where user_id = ? and state = 'settled'");
    await expect.poll(async () => await settled.bind(crowd.user.id).first("n"), { timeout: 10_000 }).toBe(40);
  });
});
