import { describe, expect, inject, it } from "vitest";
import * as ledger from "#modules/ledger";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { NO_WRITER } from "../support/ledger-own.ts";
import { Books } from "../support/ledger.ts";

const app = testApp();
const START = Date.UTC(2030, 0, 1);
const READS = inject("random").nightly ? 1_000 : 100;

/** Accounts under a clock that stands where it is put. The writer has its own, so calls go by themselves. */
function onClock(): { books: Books; clock: { now: number } } {
  const clock = { now: START };
  const ctx = testCtx(app, { now: () => clock.now, env: { LEDGER_WRITER: NO_WRITER } });
  return { books: new Books(ctx), clock };
}

describe("an account's lines", () => {
  it("carry the balance that each of them left", async () => {
    const { books } = onClock();
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    for (const amount of [10, 20, 30])
      await ledger.post(books.ctx, books.move(from, to, amount, { reference: "pay_1" }));
    const page = await ledger.listEntries(books.ctx, { accountId: to, page: { limit: 10, after: null } });
    expect(page.nextCursor).toBeNull();
    expect(page.data.map(({ version, amount, creditsPosted }) => [version, amount, creditsPosted])).toEqual([
      [3, 30, 60],
      [2, 20, 30],
      [1, 10, 10],
    ]);
    expect(page.data[0]).toMatchObject({ side: "credit", otherAccountId: from, reference: "pay_1", code: "test" });
  });

  it("are numbered and timed by the ledger, whatever a caller sends along", async () => {
    const { books, clock } = onClock();
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    for (const createdAt of [1, START * 2, -1]) {
      clock.now += 10;
      const backdated = { ...books.move(from, to, 1), createdAt, seq: 1, version: 7, at: createdAt };
      expect(await ledger.post(books.ctx, backdated)).toBe("created");
    }
    const { data } = await ledger.listEntries(books.ctx, { accountId: to, page: { limit: 10, after: null } });
    expect(data.map(({ version, at }) => [version, at])).toEqual([
      [3, START + 30],
      [2, START + 20],
      [1, START + 10],
    ]);
  });

  it(`show each write to the next read, ${READS} times over`, async () => {
    const ctx = testCtx(app);
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: READS }), await books.open()];
    for (let moved = 1; moved <= READS; moved += 1) {
      await ledger.post(ctx, books.move(from, to, 1));
      const reader = testCtx(app);
      const [{ creditsPosted }, page] = await Promise.all([
        ledger.balance(reader, to),
        ledger.listEntries(reader, { accountId: to, page: { limit: 1, after: null } }),
      ]);
      expect([creditsPosted, page.data[0]?.version]).toEqual([moved, moved]);
    }
  });

  it("leave holds out where only what was posted is asked for", async () => {
    const { books } = onClock();
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    const hold = books.move(from, to, 60);
    await ledger.hold(books.ctx, hold);
    await ledger.settle(books.ctx, { id: books.newId(), pendingId: hold.id, amount: 1 });
    const all = await ledger.listEntries(books.ctx, { accountId: from, page: { limit: 10, after: null } });
    const posted = await ledger.listEntries(books.ctx, {
      accountId: from,
      page: { limit: 10, after: null },
      postedOnly: true,
    });
    expect(all.data.map(({ kind }) => kind)).toEqual(["post", "pending", "posted"]);
    expect(posted.data.map(({ kind }) => kind)).toEqual(["post", "posted"]);
  });

  it("show every line once while others are being written", async () => {
    const { books } = onClock();
    const [from, to] = [await books.open({ balance: 1_000 }), await books.open()];
    for (let index = 0; index < 30; index += 1) await ledger.post(books.ctx, books.move(from, to, 1));
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ledger.listEntries>> = await ledger.listEntries(books.ctx, {
        accountId: to,
        page: { limit: 7, after },
      });
      seen.push(...page.data.map(({ version }) => version));
      after = page.nextCursor === null ? null : atob(page.nextCursor);
      await ledger.post(books.ctx, books.move(from, to, 1));
    } while (after !== null);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => 30 - index));
  });

  it("tell the balance of any moment, whatever the clock did", async () => {
    const { books, clock } = onClock();
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    const moments = [START + 10, START + 20, START + 15, START + 30];
    for (const [index, moment] of moments.entries()) {
      clock.now = moment;
      await ledger.post(books.ctx, books.move(from, to, [1, 2, 3, 5][index] ?? 0));
    }
    const at = async (moment: number) => (await ledger.balance(books.ctx, to, moment)).creditsPosted;
    expect(await at(START + 9)).toBe(0);
    expect(await at(START + 10)).toBe(1);
    expect(await at(START + 19)).toBe(1);
    expect(await at(START + 20)).toBe(6);
    expect(await at(START + 30)).toBe(11);
    const until = { accountId: to, page: { limit: 10, after: null }, asOf: START + 20 };
    expect((await ledger.listEntries(books.ctx, until)).data).toHaveLength(3);
  });

  it("tell the balance of any moment of a long history, and are found from any moment on", async () => {
    const { books, clock } = onClock();
    const [from, to] = [await books.open({ balance: 1_000 }), await books.open()];
    const tenEach = Array.from({ length: 20 }, (_, index) => START + 10 * (index + 1));
    for (const moment of tenEach) {
      clock.now = moment;
      await ledger.submit(
        books.ctx,
        Array.from({ length: 10 }, () => books.move(from, to, 1)),
      );
    }
    for (const moment of [START, ...tenEach]) {
      const expected = moment - START;
      expect((await ledger.balance(books.ctx, to, moment + 5)).creditsPosted).toBe(expected);
      const query = { accountId: to, page: { limit: 2, after: null }, asOf: moment };
      const { data } = await ledger.listEntries(books.ctx, query);
      expect(data.map(({ version }) => version)).toEqual(expected === 0 ? [] : [expected, expected - 1]);
    }
  });

  it("are none after a cursor that belongs to another account", async () => {
    const { books } = onClock();
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    for (const amount of [1, 2]) await ledger.post(books.ctx, books.move(from, to, amount));
    const first = await ledger.listEntries(books.ctx, { accountId: from, page: { limit: 1, after: null } });
    const after = atob(first.nextCursor ?? "");
    expect((await ledger.listEntries(books.ctx, { accountId: from, page: { limit: 9, after } })).data).toHaveLength(2);
    expect((await ledger.listEntries(books.ctx, { accountId: to, page: { limit: 9, after } })).data).toEqual([]);
  });
});
