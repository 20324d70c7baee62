import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { testApp } from "../../support/app.ts";
import { evict, openChat, putOnPlan } from "../../support/chat.ts";
import type { Person } from "../../support/people.ts";
import { aPerson } from "../../support/people.ts";

const app = testApp();
const MINUTE = 60_000;
let person: Person;

beforeAll(async () => {
  person = await aPerson(app);
  await putOnPlan(person.user.id, "enterprise");
});

afterEach(() => {
  vi.useRealTimers();
});

const stubOf = (conversationId: string) => env.CHAT_SESSION.getByName(conversationId);

describe("an open socket", () => {
  it("is closed cleanly when its client goes", async () => {
    const chat = await openChat(app, person);
    chat.socket.close(1000);
    expect(await chat.closed).toBe(1000);
  });

  it("closes with 4408 after a quarter of an hour without a sign of life, and not before", async () => {
    const silent = await openChat(app, person);
    const lively = await openChat(app, person);
    const opened = Date.now();
    const at = (minutes: number): void => void vi.setSystemTime(opened + minutes * MINUTE);
    vi.useFakeTimers({ toFake: ["Date"] });
    at(14);
    lively.send({ type: "ping" });
    lively.send('{ "type": "ping" }');
    await lively.until(({ type }) => type === "pong");
    await runDurableObjectAlarm(stubOf(silent.conversationId));
    expect(silent.socket.readyState).toBe(WebSocket.OPEN);
    at(16);
    await runDurableObjectAlarm(stubOf(silent.conversationId));
    await runDurableObjectAlarm(stubOf(lively.conversationId));
    expect(await silent.closed).toBe(4408);
    expect(lively.socket.readyState).toBe(WebSocket.OPEN);
    lively.socket.close(1000);
  });

  it("closes with 4408 for a client that leaves a megabyte unread, and what was said is kept", async () => {
    // Each character is written as six, so that an answer of ordinary length fills much.
    const pieces = Array.from({ length: 50 }, () => "\u0001".repeat(1_000));
    const chat = await openChat(app, person, { model: { pieces, pauseMs: 2 } });
    for (let sent = 0; sent < 6; sent += 1) chat.send({ type: "message", id: `q${sent}`, content: "How did I spend?" });
    expect(await chat.closed).toBe(4408);
    const heard = chat.frames.reduce((sum, frame) => sum + JSON.stringify(frame).length, 0);
    expect(heard).toBeLessThan(1_572_864);
    const messages = await stubOf(chat.conversationId).listMessages({ before: null, limit: 20 });
    const answers = messages.filter(({ role }) => role === "assistant");
    expect(answers.length).toBeGreaterThan(0);
    for (const { content } of answers) expect(content).toHaveLength(50_000);
  });

  it("is the oldest that closes, with 4409, when a person opens more than they may have", async () => {
    const who = await aPerson(app);
    const chats = [];
    for (let opened = 0; opened < 22; opened += 1) chats.push(await openChat(app, who));
    const [first, second, ...rest] = chats;
    expect(await first?.closed).toBe(4409);
    expect(await second?.closed).toBe(4409);
    for (const chat of rest) {
      chat.send('{ "type": "ping" }');
      await chat.until(({ type }) => type === "pong");
    }
    const { count } = (await env.DB.prepare("select count(*) as count from assistant_sockets where user_id = ?")
      .bind(who.user.id)
      .first<{ count: number }>()) ?? { count: 0 };
    expect(count).toBe(20);
    for (const chat of rest) chat.socket.close(1000);
  });

  it("closes with 1012 when its object wakes with an answer that was cut off", async () => {
    const chat = await openChat(app, person);
    await chat.ask("How did I spend?", "q");
    // What a process leaves behind that dies in the middle, while the platform keeps the socket.
    await runInDurableObject(stubOf(chat.conversationId), (_, { storage }) => {
      storage.sql.exec("update messages set state = 'answering', content = '' where role = 'assistant'");
    });
    await evict(chat.conversationId);
    chat.send('{ "type": "ping" }');
    expect(await chat.closed).toBe(1012);
    const again = await openChat(app, person, { conversationId: chat.conversationId });
    again.send({ type: "resume", after: 0 });
    await again.until(({ finishReason }) => finishReason === "interrupted");
    again.socket.close(1000);
  });
});
