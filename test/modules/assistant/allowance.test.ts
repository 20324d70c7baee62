import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Meter } from "../../../src/modules/assistant/rules.allowance.ts";
import { runDueCrons } from "#platform/cron";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Chat, Frame } from "../../support/chat.ts";
import { callsOf, expectedAhead, openChat, writeScript } from "../../support/chat.ts";
import { testCtx } from "../../support/ctx.ts";
import type { Person } from "../../support/people.ts";
import { aPerson } from "../../support/people.ts";
import type { Script } from "../../node/vendors/openai.ts";

const app = testApp();
let person: Person;

beforeAll(async () => {
  person = await aPerson(app);
});

interface Usage {
  readonly month: {
    tokensUsed: number;
    tokensReserved: number;
    tokensAllowed: number;
    nearLimit: boolean;
    cost: { amount: string };
  };
  readonly day: { tokensUsed: number; tokensReserved: number; tokensAllowed: number };
}

async function usageOf(who: Person): Promise<Usage> {
  return await bodyOf<Usage>(await app.call("GET /api/v1/assistant/usage", { headers: who.bearer }));
}

async function turnsOf(who: Person): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare("select * from assistant_turns where user_id = ? order by id")
    .bind(who.user.id)
    .all();
  return results;
}

/** What the meters say must be what the turns add up to. */
async function expectBooksToBalance(who: Person): Promise<void> {
  const sum = (state: string, column: string): string => `coalesce(sum(${column}) filter (where state ${state}), 0)`;
  const { results } = await env.DB.prepare(
    `select m.scope, m.period, m.reserved_tokens = t.rt and m.reserved_micros = t.rm and m.used_tokens = t.ut and m.used_micros = t.um as holds
     from assistant_meters m left join (
       select user_id as scope, month as period, ${sum("= 'reserved'", "reserved_tokens")} rt, ${sum("= 'reserved'", "reserved_micros")} rm,
         ${sum("= 'settled'", "input_tokens + output_tokens")} ut, ${sum("= 'settled'", "cost_micros")} um
       from assistant_turns group by user_id, month
     ) t on t.scope = m.scope and t.period = m.period where m.scope = ? and length(m.period) = 7`,
  )
    .bind(who.user.id)
    .all<{ scope: string; holds: number }>();
  expect(results.filter(({ holds }) => holds !== 1)).toEqual([]);
}

async function chatWith(script: Script, who: Person = person): Promise<Chat> {
  return await openChat(app, who, { model: script });
}

const settled = async (who: Person, count = 1): Promise<Record<string, unknown>[]> => {
  await expect.poll(async () => (await turnsOf(who)).filter(({ state }) => state === "settled").length).toBe(count);
  return (await turnsOf(who)).filter(({ state }) => state === "settled");
};

describe("an answer", () => {
  it("is reserved before and settled after, to what the vendor counted, at the price of its day", async () => {
    const who = await aPerson(app);
    const chat = await chatWith({ pieces: ["Yes."], firstMs: 100 }, who);
    const asked = chat.ask("How much did I spend?");
    await expect.poll(async () => (await usageOf(who)).day.tokensReserved).toBeGreaterThan(1_024);
    expect(await asked).toMatchObject({ usage: { inputTokens: 100, outputTokens: 50, costMicros: 45 } });
    expect(await settled(who)).toMatchObject([{ input_tokens: 100, output_tokens: 50, cost_micros: 45 }]);
    expect(await usageOf(who)).toMatchObject({
      month: { tokensUsed: 150, tokensAllowed: 100_000, nearLimit: false, cost: { amount: "0.000045", asset: "USD" } },
      day: { tokensUsed: 150, tokensAllowed: 25_000 },
    });
    await expectBooksToBalance(who);
  });

  const wrong: readonly unknown[] = [
    null,
    {},
    { prompt_tokens: -5, completion_tokens: 10 },
    { prompt_tokens: "100", completion_tokens: 50 },
    { prompt_tokens: 1e9, completion_tokens: 50 },
    { prompt_tokens: 100, completion_tokens: 1e9 },
    { prompt_tokens: 1.5, completion_tokens: 1 },
    { prompt_tokens: 0, completion_tokens: 0 },
  ];

  it.each(wrong)("is settled by our own count where the vendor's cannot be: %j", async (usage) => {
    const who = await aPerson(app);
    const chat = await chatWith({ pieces: ["Twelve characters, and more."], usage }, who);
    const last = await chat.ask("How much did I spend?");
    expect(last).toMatchObject({ done: true, source: "model", usage: { outputTokens: 7 } });
    const [turn] = await settled(who);
    expect(turn).toMatchObject({ output_tokens: 7 });
    expect(Number(turn?.["input_tokens"])).toBeGreaterThan(300);
    await expectBooksToBalance(who);
  });

  it("that is stopped is settled to what was streamed", async () => {
    const who = await aPerson(app);
    const chat = await chatWith({ pieces: Array.from({ length: 50 }, () => "four "), pauseMs: 30 }, who);
    chat.send({ type: "message", id: "q", content: "How much did I spend?" });
    await chat.until(({ type }) => type === "response");
    chat.send({ type: "stop" });
    const last = await chat.until(({ done }) => done === true);
    const said = chat.said();
    expect(last["usage"]).toMatchObject({ outputTokens: Math.ceil(said.length / 4) });
    expect(await settled(who)).toMatchObject([{ output_tokens: Math.ceil(said.length / 4) }]);
    await expectBooksToBalance(who);
  });
});

describe("an allowance", () => {
  /** Leaves somebody so many tokens of today. */
  async function leave(who: Person, tokens: number): Promise<void> {
    const day = new Date().toISOString().slice(0, 10);
    for (const period of [day, day.slice(0, 7)])
      await env.DB.prepare(
        "insert into assistant_meters (scope, period, used_tokens) values (?1, ?2, ?3) on conflict do update set used_tokens = ?3",
      )
        .bind(who.user.id, period, 25_000 - tokens)
        .run();
  }

  it("is never overspent by chats that ask at once", async () => {
    const who = await aPerson(app);
    await leave(who, 4_000);
    const chats = await Promise.all(
      Array.from(
        { length: 16 },
        async () =>
          await chatWith(
            { pieces: ["Yes."], firstMs: 300, usage: { prompt_tokens: 900, completion_tokens: 1_000 } },
            who,
          ),
      ),
    );
    const ends = await Promise.all(chats.map(async (chat) => await chat.ask("How much did I spend?")));
    expect(ends.filter(({ done }) => done === true)).toHaveLength(1);
    const refused = ends.filter(({ code }) => code === "quota_exceeded");
    expect(refused).toHaveLength(15);
    expect(Number(refused[0]?.["retryAfter"])).toBeGreaterThan(0);
    const calls = await Promise.all(
      chats.map(async ({ conversationId }) => await callsOf(`gpt-4o-mini-${conversationId}`)),
    );
    expect(calls.flat()).toHaveLength(1);
    const { results } = await env.DB.prepare("select * from assistant_meters where scope = ?")
      .bind(who.user.id)
      .all<Meter>();
    for (const meter of results)
      expect(Number((meter as unknown as Record<string, number>)["used_tokens"])).toBeLessThanOrEqual(25_000);
  });

  it("warns from four fifths on", async () => {
    const who = await aPerson(app);
    await leave(who, 5_001);
    const chat = await chatWith({ pieces: ["Yes."] }, who);
    expect(await chat.ask("How much did I spend?")).toMatchObject({ nearLimit: false });
    await settled(who);
    expect(await chat.ask("And on food?")).toMatchObject({ nearLimit: true });
  });

  it("of the installation turns to the adviser, which costs nothing", async () => {
    const chat = await openChat(app, person, {
      model: { pieces: ["Yes."] },
      settings: { ASSISTANT_DAILY_MICROS: "1" },
    });
    expect(await chat.ask("How much did I spend?")).toMatchObject({ done: true, source: "fallback" });
    expect(await callsOf(`gpt-4o-mini-${chat.conversationId}`)).toEqual([]);
  });

  it("gets back what was reserved for an answer that never came, and is settled late all the same", async () => {
    const who = await aPerson(app);
    const chat = await chatWith({ pieces: ["One ", "two."], hangAfter: 1 }, who);
    chat.send({ type: "message", id: "q", content: "How much did I spend?" });
    await chat.until(({ type }) => type === "response");
    const later = testCtx(app, { now: () => Date.now() + 3_600_000 });
    await runDueCrons(later);
    expect(await turnsOf(who)).toMatchObject([{ state: "expired" }]);
    expect((await usageOf(who)).day).toMatchObject({ tokensReserved: 0, tokensUsed: 0 });
    chat.send({ type: "stop" });
    await chat.until(({ done }) => done === true);
    const [turn] = await settled(who);
    chat.socket.close(1000);
    await expect
      .poll(async () => (await usageOf(who)).day)
      .toMatchObject({
        tokensReserved: 0,
        tokensUsed: Number(turn?.["input_tokens"]) + Number(turn?.["output_tokens"]),
      });
  });

  it("is held ahead for the next answer, and given back when its owner leaves", async () => {
    const who = await aPerson(app);
    const chat = await chatWith({ pieces: ["Yes."] }, who);
    await chat.ask("How much did I spend?");
    await expect.poll(async () => (await usageOf(who)).day.tokensReserved).toBe(await expectedAhead(chat, "Yes."));
    chat.socket.close(1000);
    await expect.poll(async () => (await usageOf(who)).day).toMatchObject({ tokensReserved: 0, tokensUsed: 150 });
    await expectBooksToBalance(who);
  });
});

describe("a model that fails", () => {
  const faults: Readonly<Record<string, { script: Script; end: Partial<Frame>; said?: string }>> = {
    "that hangs before its first word": { script: { hang: true }, end: { done: true, source: "fallback" } },
    "that hangs in the middle": {
      script: { pieces: ["One ", "two."], hangAfter: 1 },
      end: { done: true, source: "model", finishReason: "interrupted" },
      said: "One ",
    },
    "that is cut in the middle": {
      script: { pieces: ["One ", "two."], cutAfter: 1, pauseMs: 20 },
      end: { done: true, source: "model", finishReason: "interrupted" },
      said: "One ",
    },
    "that is cut before its first word": {
      script: { pieces: ["One."], cutAfter: 0 },
      end: { done: true, source: "fallback" },
    },
    "that says nothing": { script: { pieces: [] }, end: { done: true, source: "fallback" } },
    "that never says that it is done": {
      script: { pieces: ["One."], finish: null },
      end: { done: true, source: "model", finishReason: "interrupted" },
      said: "One.",
    },
    "that sends chunks which are none": {
      script: {
        pieces: ["One ", "two."],
        noise: [
          "data: {",
          "data: null",
          "data: 7",
          ": ping",
          "event: x",
          'data: {"choices":[null]}',
          'data: {"choices":{}}',
          "data: []",
        ],
      },
      end: { done: true, source: "model", finishReason: "stop" },
      said: "One two.",
    },
    "that is busy, and says when to come again": {
      script: { status: 429, retryAfter: "7" },
      end: { done: true, source: "fallback" },
    },
    "that is down": { script: { status: 503 }, end: { done: true, source: "fallback" } },
    "that refuses the key": { script: { status: 401 }, end: { done: true, source: "fallback" } },
  };

  it.each(Object.keys(faults))("%s: its client gets an end, and is charged once for what was said", async (name) => {
    const { script, end, said } = faults[name] ?? { script: {}, end: {} };
    const who = await aPerson(app);
    const settings = { OPENAI_FIRST_PIECE_MS: "300", OPENAI_PAUSE_MS: "300" };
    const chat = await openChat(app, who, { model: script, settings });
    const last = await chat.ask("How much did I spend?");
    expect(last).toMatchObject(end);
    if (said !== undefined) expect(chat.said()).toBe(said);
    const [turn] = await settled(who);
    if (end["source"] === "fallback") expect(turn).toMatchObject({ input_tokens: 0, output_tokens: 0 });
    else expect(Number(turn?.["output_tokens"])).toBeGreaterThan(0);
    expect(await callsOf(`gpt-4o-mini-${chat.conversationId}`)).toHaveLength(1);
    await expectBooksToBalance(who);
  });

  it("is replaced by the second one, which alone is charged", async () => {
    const who = await aPerson(app);
    const chat = await openChat(app, who);
    const second = `gpt-4.1-nano-${chat.conversationId}`;
    await writeScript(second, { pieces: ["Second."] });
    const again = await openChat(app, who, {
      conversationId: chat.conversationId,
      model: { status: 500 },
      settings: { OPENAI_SECOND_MODEL: second },
    });
    expect(await again.ask("How much did I spend?")).toMatchObject({ source: "model", usage: { costMicros: 30 } });
    expect(again.said()).toBe("Second.");
    expect(await settled(who)).toMatchObject([{ model: second }]);
  });

  it("is left alone after three failures, or for as long as it asks, while answers go on", async () => {
    const who = await aPerson(app);
    const chat = await chatWith({ status: 500 }, who);
    for (let asked = 0; asked < 6; asked += 1)
      expect(await chat.ask("How much did I spend?")).toMatchObject({ source: "fallback" });
    expect(await callsOf(`gpt-4o-mini-${chat.conversationId}`)).toHaveLength(3);
    const busy = await chatWith({ status: 429, retryAfter: "60" }, who);
    for (let asked = 0; asked < 3; asked += 1) await busy.ask("How much did I spend?");
    expect(await callsOf(`gpt-4o-mini-${busy.conversationId}`)).toHaveLength(1);
  });
});
