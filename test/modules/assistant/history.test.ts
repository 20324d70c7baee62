import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { testApp } from "../../support/app.ts";
import { callsOf, evict, openChat, putOnPlan, useModel } from "../../support/chat.ts";
import type { Person } from "../../support/people.ts";
import { aPerson } from "../../support/people.ts";
import type { Script } from "../../node/vendors/openai.ts";

const app = testApp();
const SCRIPT: Script = { pieces: ["A long answer. ".repeat(100)], pauseMs: 1 };
let person: Person;

beforeAll(async () => {
  person = await aPerson(app);
  await putOnPlan(person.user.id, "enterprise");
});

/** What a model is told in a conversation of many turns, whose object sleeps between them or does not. */
async function told(sleeps: boolean): Promise<unknown[]> {
  const chat = await openChat(app, person, { model: SCRIPT });
  const rest = async (): Promise<string> => {
    if (sleeps) await evict(chat.conversationId);
    return await useModel(chat.conversationId, SCRIPT);
  };
  const regenerate = async (): Promise<void> => {
    const from = chat.frames.length;
    chat.send({ type: "regenerate" });
    await chat.until(({ done }) => done === true, from);
  };
  for (let turn = 0; turn < 12; turn += 1) {
    await chat.ask(`Question ${turn}${"!".repeat(turn * 40)}`);
    await rest();
    if (turn === 4) await regenerate();
    if (turn === 6) {
      chat.send({ type: "message", id: "first", content: "One." });
      await chat.ask("Two, before one has its answer.");
    }
    await rest();
  }
  return (await callsOf(await rest())).map(({ body }) => body.messages);
}

describe("what was said before", () => {
  it("is told to the model alike, whether it was kept in memory or read again", async () => {
    const awake = await told(false);
    expect(awake).toHaveLength(15);
    expect(awake).toEqual(await told(true));
    const last = JSON.stringify(awake.at(-1));
    expect(last).toContain("Question 10");
    expect(last).not.toContain("Question 1!");
  });

  it("is reserved for in one piece ahead of the next question, however much it is", async () => {
    const who = await aPerson(app);
    const model: Script = { pieces: ["नमस्ते ".repeat(600)], firstMs: 100 };
    const chat = await openChat(app, who, { model });
    const tokensOf = async (state: string): Promise<number[]> => {
      const read = env.DB.prepare(
        "select reserved_tokens as tokens from assistant_turns where user_id = ? and state = ?",
      );
      const { results } = await read.bind(who.user.id, state).all<{ tokens: number }>();
      return results.map(({ tokens }) => tokens);
    };
    for (let answers = 1; answers <= 3; answers += 1) {
      await chat.ask("Tell me more.");
      await expect.poll(async () => (await tokensOf("settled")).length).toBe(answers);
    }
    const [ahead] = await tokensOf("reserved");
    expect(ahead).toBeGreaterThan(8_000);
    const asked = chat.ask("And what did I spend?");
    await chat.until(({ type }) => type === "response", chat.frames.length);
    expect(await tokensOf("reserved")).toEqual([ahead]);
    await asked;
  });

  it("holds no message twice, however its client repeats it", async () => {
    const chat = await openChat(app, person, { model: SCRIPT });
    const acknowledged = (): number => chat.frames.filter(({ type }) => type === "ack").length;
    await chat.ask("What is my budget?", "again");
    chat.send({ type: "message", id: "again", content: "What is my budget?" });
    await expect.poll(acknowledged).toBe(2);
    await evict(chat.conversationId);
    chat.send({ type: "message", id: "again", content: "What is my budget?" });
    await expect.poll(acknowledged).toBe(3);
    expect(chat.frames.filter(({ done }) => done === true)).toHaveLength(1);
  });
});

describe("an answer that is under way", () => {
  it("is watched by an alarm, so that it ends though nobody comes back", async () => {
    const chat = await openChat(app, person, { model: { ...SCRIPT, firstMs: 300 } });
    const asked = chat.ask("How am I doing?");
    const alarm = await runInDurableObject(env.CHAT_SESSION.getByName(chat.conversationId), async (_, state) =>
      state.storage.getAlarm(),
    );
    expect(alarm).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
    await asked;
  });
});
