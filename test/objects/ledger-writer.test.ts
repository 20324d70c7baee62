import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import * as ledger from "#modules/ledger";
import { GROUP_MAX, LEDGER_WRITER, WAITING_MAX } from "#objects/ledger-writer";
import { admits, nextGroup } from "../../durable-objects/ledger-writer/machine.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Books, outcomeOf } from "../support/ledger.ts";

const books = new Books(testCtx(testApp()));
const writer = () => env.LEDGER_WRITER.getByName(LEDGER_WRITER);
const sizes = (...list: readonly number[]) => list.map((size) => ({ size }));

describe("the line before the writer", () => {
  it("is cut into groups that keep the order and split no submission", () => {
    expect(nextGroup([])).toBe(0);
    expect(nextGroup(sizes(1, 2, 3))).toBe(3);
    expect(nextGroup(sizes(GROUP_MAX - 1, 1, 1))).toBe(2);
    expect(nextGroup(sizes(GROUP_MAX + 1, 1))).toBe(1);
  });

  it("is bounded, though anything may wait alone", () => {
    expect(admits([], WAITING_MAX + 1)).toBe(true);
    expect(admits(sizes(WAITING_MAX - 1), 1)).toBe(true);
    expect(admits(sizes(WAITING_MAX), 1)).toBe(false);
  });
});

describe("the ledger's writer", () => {
  it("answers each of many callers with what became of its own", async () => {
    const [from, to] = [await books.open({ balance: 30 }), await books.open()];
    const calls = Array.from(
      { length: 50 },
      async () => await outcomeOf(ledger.post(books.ctx, books.move(from, to, 1))),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === "exceeds_credits")).toHaveLength(20);
    expect(await books.available(to)).toBe(30);
  });

  it("answers two callers with the same id with created and exists", async () => {
    const [from, to] = [await books.open({ balance: 30 }), await books.open()];
    const transfer = books.move(from, to, 7);
    const outcomes = await Promise.all([1, 2, 3].map(async () => await ledger.post(books.ctx, transfer)));
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
    expect(await books.available(to)).toBe(7);
  });

  it("lets one that the database cannot take fall alone", async () => {
    const [from, to] = [await books.open({ balance: 30 }), await books.open()];
    const amounts = [1, 1, 0.5, 1];
    const answers = await runInDurableObject(
      writer(),
      async (object) =>
        await Promise.all(amounts.map(async (amount) => await object.submit([books.move(from, to, amount)]))),
    );
    expect(answers.map(({ state }) => state)).toEqual(["written", "written", "unknown", "written"]);
    expect(await books.available(to)).toBe(3);
  });

  it("turns callers away when too many wait, and they write by themselves", async () => {
    const [from, to] = [await books.open({ balance: 100_000 }), await books.open()];
    const many = () => Array.from({ length: 500 }, () => books.move(from, to, 1));
    const answers = await runInDurableObject(
      writer(),
      async (object) => await Promise.all(Array.from({ length: 13 }, async () => await object.submit(many()))),
    );
    expect(answers.map(({ state }) => state)).toContain("busy");
    const busy = { getByName: () => ({ submit: () => Promise.resolve({ state: "busy" }) }) };
    const ctx = testCtx(testApp(), { env: { LEDGER_WRITER: busy } });
    expect(await ledger.post(ctx, books.move(from, to, 1))).toBe("created");
  });

  it("loses and doubles nothing when it dies while callers wait", async () => {
    const [from, to] = [await books.open({ balance: 1_000 }), await books.open()];
    for (let round = 0; round < 5; round += 1) {
      const transfers = Array.from({ length: 40 }, () => books.move(from, to, 1));
      const calls = transfers.map(async (transfer) => await ledger.post(books.ctx, transfer));
      const death = runInDurableObject(writer(), (_, state) => {
        state.abort("The machine is gone.");
      }).catch(() => undefined);
      const outcomes = await Promise.all(calls);
      await death;
      expect(outcomes.every((outcome) => outcome === "created" || outcome === "exists")).toBe(true);
      expect(await books.available(to)).toBe((round + 1) * 40);
    }
  });

  it("is asked for what is free; a call under a claim has a batch of its own", async () => {
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const submit = vi.fn(() => Promise.reject(new Error("Nobody may ask.")));
    const ctx = testCtx(testApp(), { env: { LEDGER_WRITER: { getByName: () => ({ submit }) } } });
    const many = Array.from({ length: 101 }, () => books.move(from, to, 100));
    expect((await ledger.submit(ctx, many)).every(({ code }) => code === "exceeds_credits")).toBe(true);
    expect(submit).not.toHaveBeenCalled();
    expect(await ledger.post(ctx, books.move(from, to, 1))).toBe("created");
    expect(submit).toHaveBeenCalledTimes(1);
  });
});
