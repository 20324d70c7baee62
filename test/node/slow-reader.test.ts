import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn, subscribe } from "../../bench/chat/chats.ts";
import type { Person } from "../../bench/chat/chats.ts";
import { seed } from "../../scripts/seed.ts";
import type { Served } from "../../scripts/serve.ts";
import { serve } from "../../scripts/serve.ts";
import type { RawSocket } from "./support/raw-socket.ts";
import { openRaw } from "./support/raw-socket.ts";
import { startOpenAi } from "./vendors/openai.ts";

const MIB = 2 ** 20;
const EMAIL = "trader@bourse.test";
/** Written as JSON each character is six, so that an answer fills 300,000. */
const PIECES = Array.from({ length: 50 }, () => "\u0001".repeat(1_000));
const WHOLE = PIECES.join("");
const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-slow-"));
let model: Awaited<ReturnType<typeof startOpenAi>>;
let served: Served;
let person: Person;

beforeAll(async () => {
  model = await startOpenAi();
  const origin = `http://127.0.0.1:${model.port}`;
  await fetch(`${origin}/control?model=slow`, {
    method: "PUT",
    body: JSON.stringify({ pieces: PIECES, pauseMs: 2 }),
  });
  const variables = {
    FIELD_KEYS: `slow:${"A".repeat(43)}`,
    METRICS_TOKEN: "metrics_of_the_slow_reader",
    RATE_LIMIT_SCALE: "100000",
    OPENAI_BASE_URL: `${origin}/v1`,
    OPENAI_API_KEY: "sk-test",
    OPENAI_MODEL: "slow",
  };
  served = await serve({ port: 0, stateDir, variables });
  await seed(served.url);
  person = await subscribe(await signIn(served.url, EMAIL), EMAIL);
});

afterAll(async () => {
  await served.dispose();
  model.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

interface Frame {
  readonly type: string;
  readonly seq?: number;
  readonly content?: string;
  readonly done?: boolean;
}

const framesOf = ({ texts }: RawSocket): Frame[] => texts.map((text) => JSON.parse(text) as Frame);
const isReady = (text: string): boolean => text.startsWith('{"type":"ready"');

async function open(conversationId?: string): Promise<{ socket: RawSocket; conversationId: string }> {
  const answer = await fetch(`${served.url}/api/v1/assistant/tickets`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...person.bearer },
    body: JSON.stringify(conversationId === undefined ? {} : { conversationId }),
  });
  const { token } = (await answer.json()) as { token: string };
  const socket = await openRaw(`${served.url}/ws/chat?token=${token}`);
  const ready = JSON.parse(await socket.until(isReady)) as { conversationId: string };
  return { socket, conversationId: ready.conversationId };
}

async function answersOf(conversationId: string): Promise<string[]> {
  const address = `${served.url}/api/v1/assistant/conversations/${conversationId}/messages?limit=100`;
  const { data } = (await (await fetch(address, { headers: person.bearer })).json()) as {
    data: { role: string; content: string }[];
  };
  return data.filter(({ role }) => role === "assistant").map(({ content }) => content);
}

function ask(socket: RawSocket, count: number): void {
  for (let sent = 0; sent < count; sent += 1)
    socket.send({ type: "message", id: `q${sent}`, content: "How did I spend my money?" });
}

const expectUnbroken = (frames: readonly Frame[], after = 0): void => {
  const seqs = frames.flatMap(({ type, seq }) => (type === "ready" || seq === undefined ? [] : [seq]));
  expect(seqs).toEqual(seqs.map((_, index) => after + index + 1));
};

describe("a client that stops reading while it is answered", { timeout: 40_000 }, () => {
  it("is closed with 4408 after a megabyte, and gets the rest when it comes back", async () => {
    const { socket, conversationId } = await open();
    socket.stopReading();
    ask(socket, 6);
    await expect.poll(async () => (await answersOf(conversationId)).length, { timeout: 30_000 }).toBe(6);
    socket.readOn();
    expect(await socket.closed).toBe(4408);
    expect(socket.bytes()).toBeLessThan(1.1 * MIB);
    expect(await answersOf(conversationId)).toEqual(Array.from({ length: 6 }, () => WHOLE));
    const kept = framesOf(socket);
    expectUnbroken(kept);

    let text = kept.map(({ type, content }) => (type === "response" ? content : "")).join("");
    let seq = kept.at(-1)?.seq ?? 0;
    for (let visits = 0; text.length < WHOLE.length * 6 && visits < 3; visits += 1) {
      const again = await open(conversationId);
      again.socket.send({ type: "resume", after: seq });
      // Spelt as the platform does not answer it, so that it comes after what was asked for before.
      again.socket.send('{ "type": "ping" }');
      await Promise.race([again.socket.until((said) => said === '{"type":"pong"}'), again.socket.closed]);
      const more = framesOf(again.socket).filter(({ type }) => type === "response");
      expectUnbroken(more, seq);
      text += more.map(({ content }) => content).join("");
      seq = more.at(-1)?.seq ?? seq;
    }
    expect(text).toBe(WHOLE.repeat(6));
  });

  it("is closed also where it goes on speaking and asks for everything again", async () => {
    const { socket, conversationId } = await open();
    ask(socket, 3);
    await expect.poll(async () => (await answersOf(conversationId)).length, { timeout: 30_000 }).toBe(3);
    const before = socket.bytes();
    socket.stopReading();
    for (let sent = 0; sent < 30; sent += 1) {
      socket.send({ type: "resume", after: 0 });
      socket.send({ type: "ping" });
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    socket.readOn();
    expect(await socket.closed).toBe(4408);
    expect(socket.bytes() - before).toBeLessThan(2.2 * MIB);
  });

  it("keeps nobody else from an answer, and no more than a megabyte each, however many there are", async () => {
    const crowd = [];
    for (let opened = 0; opened < 8; opened += 1) crowd.push(await open());
    for (const { socket } of crowd) {
      socket.stopReading();
      ask(socket, 5);
    }
    const reader = await open();
    ask(reader.socket, 1);
    await reader.socket.until((text) => text.includes('"done":true'));
    expect(await answersOf(reader.conversationId)).toEqual([WHOLE]);
    for (const { conversationId } of crowd)
      await expect.poll(async () => (await answersOf(conversationId)).length, { timeout: 30_000 }).toBe(5);
    for (const { socket } of crowd) socket.readOn();
    // What comes after a pause is what had been kept for it on the way.
    for (const { socket } of crowd) expect([await socket.closed, socket.bytes() < 1.1 * MIB]).toEqual([4408, true]);
  });
});
