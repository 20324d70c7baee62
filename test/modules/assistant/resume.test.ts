import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Chat, Frame } from "../../support/chat.ts";
import { callsOf, kill, openChat, putOnPlan, useModel, writeScript } from "../../support/chat.ts";
import type { Person } from "../../support/people.ts";
import { aPerson } from "../../support/people.ts";
import { Random } from "../../support/random.ts";

const app = testApp();
const PIECES = Array.from({ length: 30 }, (_, index) => `w${index} `);
const WHOLE = PIECES.join("");
let person: Person;

beforeAll(async () => {
  person = await aPerson(app);
  await putOnPlan(person.user.id, "enterprise");
});

const numbered = (frames: readonly Frame[]): Frame[] =>
  frames.filter(({ seq, type }) => seq !== undefined && type !== "ready");
const textOf = (frames: readonly Frame[]): string =>
  frames
    .filter(({ type }) => type === "response")
    .map(({ content }) => content)
    .join("");

function expectUnbroken(frames: readonly Frame[]): void {
  const seqs = numbered(frames).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
}

async function messagesOf(
  conversationId: string,
): Promise<{ role: string; content: string; finishReason: string | null }[]> {
  const { bearer: headers } = person;
  const read = await app.call(`GET /api/v1/assistant/conversations/${conversationId}/messages`, { headers });
  return (await bodyOf<{ data: { role: string; content: string; finishReason: string | null }[] }>(read)).data;
}

const hasEnded = (frames: readonly Frame[]): boolean => frames.some(({ done }) => done === true);

/** Waits for so many numbered frames or the end, drops the socket, and comes back. */
async function dropAfter(chat: Chat, count: number): Promise<{ kept: Frame[]; again: Chat }> {
  await chat.until(() => numbered(chat.frames).length >= count || hasEnded(chat.frames));
  chat.socket.close(1000);
  const kept = [...chat.frames];
  const again = await openChat(app, person, { conversationId: chat.conversationId });
  return { kept, again };
}

describe("an answer whose socket drops", () => {
  it("goes on, and is resumed without a gap or a repeat, wherever it was cut", async () => {
    const { seed } = inject("random");
    const random = new Random(seed);
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const chat = await openChat(app, person, { model: { pieces: PIECES, pauseMs: 8 } });
        chat.send({ type: "message", id: "q", content: "Tell me about my month" });
        let heard: Frame[] = [];
        let current = chat;
        for (let cut = 0; cut < 2 && !hasEnded(heard); cut += 1) {
          const { kept, again } = await dropAfter(current, random.between(1, 4));
          heard = [...heard, ...numbered(kept)];
          again.send({ type: "resume", after: heard.at(-1)?.seq ?? 0 });
          current = again;
        }
        if (!hasEnded(heard)) await current.until(({ done }) => done === true);
        const all = [...heard, ...numbered(current.frames)];
        expectUnbroken(all);
        expect(textOf(all), `seed ${seed}`).toBe(WHOLE);
      }),
    );
  });

  it("says on return that it is under way, and is silent until it is resumed", async () => {
    const chat = await openChat(app, person, { model: { pieces: PIECES, pauseMs: 20 } });
    chat.send({ type: "message", id: "q", content: "Tell me about my month" });
    const { kept, again } = await dropAfter(chat, 2);
    expect(again.frames[0]).toMatchObject({ type: "ready", answering: true });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(numbered(again.frames)).toEqual([]);
    again.send({ type: "resume", after: numbered(kept).length });
    await again.until(({ done }) => done === true);
    expectUnbroken([...kept, ...again.frames]);
  });

  it("is there for a client that has nothing, long after its end", async () => {
    const chat = await openChat(app, person, { model: { pieces: PIECES } });
    await chat.ask("Tell me about my month", "q");
    const other = await openChat(app, person, { conversationId: chat.conversationId });
    other.send({ type: "resume", after: 0 });
    await other.until(({ done }) => done === true);
    expect(numbered(other.frames)).toEqual(numbered(chat.frames));
    other.send({ type: "resume", after: 999_999 });
    other.send({ type: "ping" });
    await other.until(({ type }) => type === "pong");
    expect(numbered(other.frames)).toEqual(numbered(chat.frames));
  });

  it("can be replayed for a day; of what is older, the newest alone, and that is said", async () => {
    const chat = await openChat(app, person, { model: { pieces: ["One ", "two."] } });
    for (let asked = 0; asked < 25; asked += 1) await chat.ask("Tell me about my month", `q${asked}`);
    const stub = env.CHAT_SESSION.getByName(chat.conversationId);
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("update runs set created_at = 0");
    });
    await runDurableObjectAlarm(stub);
    const again = await openChat(app, person, { conversationId: chat.conversationId });
    again.send({ type: "resume", after: 0 });
    // Spelt as the platform does not answer it, so that it comes after what was asked for before.
    again.send('{ "type": "ping" }');
    await again.until(({ type }) => type === "pong");
    expect(again.frames.find(({ type }) => type === "error")).toMatchObject({ code: "resume_expired" });
    const [sent, kept] = [numbered(chat.frames), numbered(again.frames)];
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(sent.length);
    expect(kept).toEqual(sent.slice(-kept.length));
  });
});

describe("an answer that a deploy cuts off", () => {
  /** Streams for longer than what is sent may stay unsaved, and dies in the middle. */
  async function cutOff(): Promise<{ chat: Chat; heard: Frame[] }> {
    const chat = await openChat(app, person, { model: { pieces: PIECES, pauseMs: 60 } });
    chat.send({ type: "message", id: "q", content: "Tell me about my month" });
    await chat.until(() => textOf(chat.frames).includes("w19"));
    await kill(chat.conversationId);
    await chat.closed;
    return { chat, heard: numbered(chat.frames) };
  }

  it("ends as interrupted with what was stored, and can be made anew", async () => {
    const { chat, heard } = await cutOff();
    const again = await openChat(app, person, { conversationId: chat.conversationId });
    again.send({ type: "resume", after: heard.at(-1)?.seq ?? 0 });
    expect(await again.until(({ done }) => done === true)).toMatchObject({ id: "q", finishReason: "interrupted" });
    expectUnbroken([...heard, ...again.frames]);
    const [kept] = await messagesOf(chat.conversationId);
    expect(kept).toMatchObject({ role: "assistant", finishReason: "interrupted" });
    expect(kept?.content).toContain("w10");
    expect(WHOLE.startsWith(kept?.content ?? "?")).toBe(true);
    await useModel(chat.conversationId, { pieces: ["Anew."] });
    again.send({ type: "regenerate" });
    await again.until(({ done, finishReason }) => done === true && finishReason === "stop");
    expectUnbroken([...heard, ...again.frames]);
    expect(await messagesOf(chat.conversationId)).toMatchObject([
      { role: "assistant", content: "Anew.", finishReason: "stop" },
      { role: "user" },
    ]);
  });

  it("ends for a client that has one frame more than was stored", async () => {
    const chat = await openChat(app, person, { model: { pieces: ["One ", "two."], hangAfter: 1 } });
    chat.send({ type: "message", id: "q", content: "How did I spend?" });
    await chat.until(({ seq, type }) => type === "response" && seq === 1);
    await kill(chat.conversationId);
    for (let time = 0; time < 2; time += 1) {
      const again = await openChat(app, person, { conversationId: chat.conversationId });
      again.send({ type: "resume", after: 1 });
      expect(await again.until(({ done }) => done === true)).toMatchObject({ seq: 2, finishReason: "interrupted" });
      again.socket.close(1000);
    }
  });

  it("has all that a client saw before it left, for one that has nothing", async () => {
    const chat = await openChat(app, person, { model: { pieces: PIECES, hangAfter: 4 } });
    chat.send({ type: "message", id: "q", content: "Tell me about my month" });
    await chat.until(() => textOf(chat.frames).includes("w3"));
    chat.socket.close(1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await kill(chat.conversationId);
    const again = await openChat(app, person, { conversationId: chat.conversationId });
    again.send({ type: "resume", after: 0 });
    await again.until(({ done }) => done === true);
    expect(textOf(again.frames)).toBe("w0 w1 w2 w3 ");
    expectUnbroken(again.frames);
    expect((await messagesOf(chat.conversationId))[0]).toMatchObject({ content: "w0 w1 w2 w3 " });
  });
});

describe("a conversation", () => {
  it("answers one message at a time, in their order, and refuses what it cannot keep waiting", async () => {
    const pieces = ["One ", "two."];
    const chat = await openChat(app, person, { model: { rounds: [{ pieces, hangAfter: 1 }, { pieces }] } });
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const id of ids) chat.send({ type: "message", id, content: `How much did I spend, ${id}?` });
    await chat.until(() => chat.frames.filter(({ code }) => code === "queue_full").length === 2);
    await chat.until(({ type }) => type === "response");
    chat.send({ type: "stop" });
    await chat.until(({ done, id }) => done === true && id === "f");
    const done = chat.frames.filter((frame) => frame.done === true).map(({ id }) => id);
    expect(done).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(chat.frames.filter(({ code }) => code === "queue_full")).toHaveLength(2);
    expectUnbroken(chat.frames);
    const asked = (await callsOf(`gpt-4o-mini-${chat.conversationId}`)).at(-1)?.body.messages.map(({ role }) => role);
    expect(asked).toEqual([
      "system",
      "system",
      ...Array.from({ length: 5 }, () => ["user", "assistant"]).flat(),
      "user",
    ]);
  });

  it("stores, answers and charges a message once, however often it is sent", async () => {
    const chat = await openChat(app, person, { model: { pieces: ["Once."], firstMs: 30 } });
    for (let sent = 0; sent < 10; sent += 1) chat.send({ type: "message", id: "same", content: "How am I doing?" });
    await chat.until(({ done }) => done === true);
    chat.send({ type: "message", id: "same", content: "How am I doing?" });
    await chat.until(() => chat.frames.filter(({ type }) => type === "ack").length === 11);
    expect(chat.frames.filter(({ done }) => done === true)).toHaveLength(1);
    expect(await callsOf(`gpt-4o-mini-${chat.conversationId}`)).toHaveLength(1);
    expect(await messagesOf(chat.conversationId)).toHaveLength(2);
  });

  it("stops an answer at its owner's word, keeps what was said, and hangs up on the model", async () => {
    const chat = await openChat(app, person, { model: { pieces: PIECES, pauseMs: 40 } });
    chat.send({ type: "message", id: "q", content: "Tell me about my month" });
    await chat.until(({ type }) => type === "response");
    chat.send({ type: "stop" });
    expect(await chat.until(({ done }) => done === true)).toMatchObject({ finishReason: "stopped", source: "model" });
    const said = chat.said();
    expect(WHOLE.startsWith(said)).toBe(true);
    expect((await messagesOf(chat.conversationId))[0]).toMatchObject({ content: said, finishReason: "stopped" });
    await expect.poll(async () => (await callsOf(`gpt-4o-mini-${chat.conversationId}`))[0]?.aborted).toBe(true);
    chat.send({ type: "stop" });
    chat.send({ type: "ping" });
    await chat.until(({ type }) => type === "pong");
  });

  it("makes the last answer anew, and shows only that", async () => {
    const chat = await openChat(app, person, { model: { pieces: ["First."] } });
    chat.send({ type: "regenerate" });
    expect(await chat.until(({ type }) => type === "error")).toMatchObject({ code: "nothing_to_regenerate" });
    await chat.ask("How am I doing?", "q");
    await writeScript(`gpt-4o-mini-${chat.conversationId}`, { pieces: ["Second."], firstMs: 50 });
    chat.send({ type: "regenerate" });
    chat.send({ type: "regenerate" });
    await chat.until(({ code }) => code === "answer_in_progress");
    await chat.until(() => chat.frames.filter(({ done }) => done === true).length === 2);
    expect((await messagesOf(chat.conversationId)).map(({ content }) => content)).toEqual([
      "Second.",
      "How am I doing?",
    ]);
  });

  it("is named after its first question, until its owner names it", async () => {
    const { bearer: headers } = person;
    const chat = await openChat(app, person);
    await chat.ask("How do I begin to save for a flat in a city where everything is dear?");
    const path = `/api/v1/assistant/conversations/${chat.conversationId}`;
    await expect
      .poll(async () => await bodyOf(await app.call(`GET ${path}`, { headers })))
      .toMatchObject({ title: "How do I begin to save for a flat in a city where…", messageCount: 2 });
    await app.call(`PATCH ${path}`, { headers, json: { title: "A flat" } });
    await chat.ask("And a house?");
    await expect
      .poll(async () => await bodyOf(await app.call(`GET ${path}`, { headers })))
      .toMatchObject({ title: "A flat", messageCount: 4 });
  });
});
