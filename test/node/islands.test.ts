import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../../durable-objects/chat-session/contract.ts";
import { describeFault, plotsIn } from "../../src/console/customers/expression.ts";
import type { Chat } from "../../src/console/islands/chat/state.ts";
import {
  EMPTY,
  receive,
  unacknowledged,
  withMessages,
  withoutLastAnswer,
  withQuestion,
} from "../../src/console/islands/chat/state.ts";

const piece = (id: string, seq: number, content: string): ServerFrame => ({
  type: "response",
  id,
  seq,
  content,
  done: false,
});

const last = (id: string, seq: number): ServerFrame => ({
  type: "response",
  id,
  seq,
  content: "",
  done: true,
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 1, costMicros: 1 },
  source: "model",
  messageId: `msg_${id}`,
  nearLimit: false,
});

const play = (chat: Chat, frames: readonly ServerFrame[]): Chat => frames.reduce(receive, chat);

describe("what a chat shows", () => {
  it("is the same however often its socket was cut and resumed", () => {
    const cut = fc.nat({ max: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        fc.array(cut, { maxLength: 5 }),
        (texts, cuts) => {
          const frames: ServerFrame[] = [
            { type: "tool", seq: 1, name: "get_net_worth", status: "running" },
            { type: "tool", seq: 2, name: "get_net_worth", status: "done" },
            ...texts.map((text, index) => piece("q", index + 3, text)),
            last("q", texts.length + 3),
          ];
          const asked = withQuestion(EMPTY, "q", "Why?");
          let chat = asked;
          for (const at of cuts) chat = play(chat, frames.slice(0, at));
          expect(play(chat, frames)).toEqual(play(asked, frames));
          expect(play(chat, frames).turns).toMatchObject([{ text: texts.join(""), end: "stop" }]);
        },
      ),
    );
  });

  it("sends again what nobody has acknowledged, and nothing else", () => {
    const asked = withQuestion(withQuestion(EMPTY, "a", "One?"), "b", "Two?");
    expect(unacknowledged(asked)).toHaveLength(2);
    expect(unacknowledged(receive(asked, { type: "ack", id: "a" }))).toEqual([{ id: "b", content: "Two?" }]);
    expect(unacknowledged(receive(asked, piece("b", 1, "Yes")))).toEqual([{ id: "a", content: "One?" }]);
  });

  it("holds nothing twice that is among the messages", () => {
    const said = { id: "msg_q", role: "assistant", content: "Because.", finishReason: "stop" } as const;
    const replayed = play(withMessages(EMPTY, [said]), [piece("q", 1, "Because."), last("q", 2)]);
    expect(replayed.turns).toEqual([]);
    const lived = play(withQuestion(EMPTY, "q", "Why?"), [piece("q", 1, "Because."), last("q", 2)]);
    expect(withMessages(lived, [said]).turns).toEqual([]);
  });

  it("drops an answer that is made anew, wherever it stood", () => {
    const said = { id: "msg_q", role: "assistant", content: "Because.", finishReason: "stop" } as const;
    const listed = withoutLastAnswer(withMessages(EMPTY, [said]));
    expect(listed.messages).toEqual([]);
    expect(play(listed, [piece("q", 1, "So.")]).turns).toMatchObject([{ id: "q", text: "So." }]);
    const lived = play(withQuestion(EMPTY, "q", "Why?"), [piece("q", 1, "Because."), last("q", 2)]);
    expect(play(withoutLastAnswer(lived), [piece("q", 3, "So.")]).turns).toMatchObject([
      { question: "Why?", text: "So." },
    ]);
  });
});

describe("an expression on a page", () => {
  it("is shown with a mark under the column of its fault", () => {
    const fault = { title: "No.", line: 2, column: 5, errors: [{ message: "Not known." }] };
    expect(describeFault("close > 1\nand cloze > 1", fault)).toBe("and cloze > 1\n    ^\nNot known.");
    expect(describeFault("x", { title: "No.", detail: "Wait." })).toBe("Wait.");
  });

  it("is plotted by the calls that can be lines, each once, brackets and all", () => {
    const names = new Set(["rsi", "sma"]);
    expect(
      plotsIn("RSI(close, 14) < 35 and sma(avg(close, 5), 50) > sma(avg(close, 5), 50) and max(rsi(2)) > 1", names),
    ).toEqual(["RSI(close, 14)", "sma(avg(close, 5), 50)", "rsi(2)"]);
    expect(plotsIn("rsi(14", names)).toEqual([]);
  });
});
