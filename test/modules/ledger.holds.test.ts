import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { DAY, SECOND } from "#kernel/time";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { NO_WRITER } from "../support/ledger-own.ts";
import { Books, outcomeOf, run } from "../support/ledger.ts";

const app = testApp();
const START = Date.UTC(2030, 0, 1);

/** Accounts under a clock that stands where it is put. The writer has its own, so calls go by themselves. */
function onClock(): { books: Books; clock: { now: number } } {
  const clock = { now: START };
  const ctx = testCtx(app, { now: () => clock.now, env: { LEDGER_WRITER: NO_WRITER } });
  return { books: new Books(ctx), clock };
}

async function aHold(books: Books, options: { timeoutSeconds?: number } = {}): Promise<Hold> {
  const [from, to] = [await books.open({ balance: 100 }), await books.open()];
  const hold = { ...books.move(from, to, 60), ...options };
  expect(await ledger.hold(books.ctx, hold)).toBe("created");
  return { from, to, id: hold.id };
}

interface Hold {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

describe("a hold", () => {
  it("takes from what can be spent at once, and gives nothing to spend", async () => {
    const { books } = onClock();
    const { from, to } = await aHold(books);
    expect([await books.available(from), await books.available(to)]).toEqual([40, 0]);
    expect([await ledger.readSpendable(books.ctx, from), await ledger.readSpendable(books.ctx, "nobody")]).toEqual([
      40, 0,
    ]);
    expect(await outcomeOf(ledger.post(books.ctx, books.move(from, to, 41)))).toBe("exceeds_credits");
    expect(await outcomeOf(ledger.post(books.ctx, books.move(to, from, 1)))).toBe("exceeds_credits");
  });

  it("is settled in part, and the rest goes back", async () => {
    const { books } = onClock();
    const { from, to, id } = await aHold(books);
    expect(await ledger.settle(books.ctx, { id: books.newId(), pendingId: id, amount: 25 })).toBe("created");
    expect([await books.available(from), await books.available(to)]).toEqual([75, 25]);
    const second = ledger.settle(books.ctx, { id: books.newId(), pendingId: id, amount: 25 });
    expect(await outcomeOf(second)).toBe("pending_transfer_already_posted");
  });

  it("is never settled for more, and cannot be released in part", async () => {
    const { books } = onClock();
    const { id } = await aHold(books);
    const more = ledger.settle(books.ctx, { id: books.newId(), pendingId: id, amount: 61 });
    expect(await outcomeOf(more)).toBe("exceeds_pending_transfer_amount");
    const part = ledger.release(books.ctx, { id: books.newId(), pendingId: id, amount: 59 });
    expect(await outcomeOf(part)).toBe("pending_transfer_has_different_amount");
  });

  it("is settled in whole or released, and says exists when that comes again", async () => {
    const { books } = onClock();
    const [settled, released] = [await aHold(books), await aHold(books)];
    const [settlement, discharge] = [books.newId(), books.newId()];
    const settle = () => ledger.settle(books.ctx, { id: settlement, pendingId: settled.id });
    const release = () => ledger.release(books.ctx, { id: discharge, pendingId: released.id });
    expect([await settle(), await settle(), await release(), await release()]).toEqual([
      "created",
      "exists",
      "created",
      "exists",
    ]);
    expect([await books.available(settled.to), await books.available(released.from)]).toEqual([60, 100]);
    const late = ledger.release(books.ctx, { id: books.newId(), pendingId: settled.id });
    expect(await outcomeOf(late)).toBe("pending_transfer_already_posted");
    const other = ledger.settle(books.ctx, { id: books.newId(), pendingId: released.id });
    expect(await outcomeOf(other)).toBe("pending_transfer_already_voided");
  });

  it("ends once, however many settle and release it at the same time", async () => {
    const { books } = onClock();
    const { from, to, id } = await aHold(books);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const end = { id: books.newId(), pendingId: id };
        return await outcomeOf(index % 2 === 0 ? ledger.settle(books.ctx, end) : ledger.release(books.ctx, end));
      }),
    );
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
    expect((await books.available(from)) + (await books.available(to))).toBe(100);
    expect((await ledger.balance(books.ctx, from)).debitsPending).toBe(0);
  });

  it("cannot be settled from its time on, to the millisecond", async () => {
    const { books, clock } = onClock();
    const [early, late] = [await aHold(books, { timeoutSeconds: 10 }), await aHold(books, { timeoutSeconds: 10 })];
    clock.now = START + 10 * SECOND - 1;
    expect(await ledger.settle(books.ctx, { id: books.newId(), pendingId: early.id })).toBe("created");
    clock.now = START + 10 * SECOND;
    const settle = ledger.settle(books.ctx, { id: books.newId(), pendingId: late.id });
    expect(await outcomeOf(settle)).toBe("pending_transfer_expired");
    const release = ledger.release(books.ctx, { id: books.newId(), pendingId: late.id });
    expect(await outcomeOf(release)).toBe("pending_transfer_expired");
  });

  it("that is over goes back to the payer, once, however often the sweep runs", async () => {
    const { books, clock } = onClock();
    const { from, id } = await aHold(books, { timeoutSeconds: 10 });
    clock.now = START + 9 * SECOND;
    expect(await ledger.expireDue(books.ctx)).toBe(0);
    clock.now = START + 10 * SECOND;
    await Promise.all(Array.from({ length: 5 }, async () => await ledger.expireDue(books.ctx)));
    expect(await ledger.expireDue(books.ctx)).toBe(0);
    expect(await books.available(from)).toBe(100);
    const late = ledger.settle(books.ctx, { id: books.newId(), pendingId: id });
    expect(await outcomeOf(late)).toBe("pending_transfer_expired");
  });

  it("without a time waits for ever", async () => {
    const { books, clock } = onClock();
    const { from } = await aHold(books);
    clock.now = START + 10_000 * DAY;
    expect(await ledger.expireDue(books.ctx)).toBe(0);
    expect(await books.available(from)).toBe(40);
  });

  it("lets no caller take the id under which it would expire", async () => {
    const { books } = onClock();
    const { from, to, id } = await aHold(books, { timeoutSeconds: 10 });
    const squatter = ledger.post(books.ctx, books.move(from, to, 1, { id: `${id}.expire` }));
    expect(await outcomeOf(squatter)).toBe("id_malformed");
  });

  it("that cannot expire holds up no other", async () => {
    const { books, clock } = onClock();
    const [settled, due] = [await aHold(books, { timeoutSeconds: 1 }), await aHold(books, { timeoutSeconds: 1 })];
    await ledger.settle(books.ctx, { id: books.newId(), pendingId: settled.id });
    const astray = `insert into ledger_deadlines select 1, seq from ledger_transfers where id = '${settled.id}'`;
    await run(astray);
    clock.now = START + SECOND;
    await ledger.expireDue(books.ctx);
    expect(await books.available(due.from)).toBe(100);
    await run("delete from ledger_deadlines where expires_at = 1");
  });

  it("is swept a batch at a time until none is left", async () => {
    const { books, clock } = onClock();
    const [from, to] = [await books.open({ balance: 1_001 }), await books.open()];
    const holds = Array.from({ length: 1_001 }, () => ({
      ...books.move(from, to, 1),
      kind: "pending" as const,
      timeoutSeconds: 1,
    }));
    await ledger.submit(books.ctx, holds);
    clock.now = START + SECOND;
    expect(await ledger.expireDue(books.ctx)).toBe(1_001);
    expect(await books.available(from)).toBe(1_001);
  });
});

describe("a closed account", () => {
  it("takes and gives nothing, lets holds be released, and opens again", async () => {
    const { books } = onClock();
    const { ctx } = books;
    const { from, to, id } = await aHold(books);
    await ledger.closeAccount(ctx, from);
    expect((await ledger.getAccount(ctx, from)).closed).toBe(true);
    expect(await outcomeOf(ledger.post(ctx, books.move(from, to, 1)))).toBe("debit_account_already_closed");
    expect(await outcomeOf(ledger.post(ctx, books.move(to, from, 1)))).toBe("credit_account_already_closed");
    const settle = ledger.settle(ctx, { id: books.newId(), pendingId: id });
    expect(await outcomeOf(settle)).toBe("debit_account_already_closed");
    expect(await ledger.release(ctx, { id: books.newId(), pendingId: id })).toBe("created");
    await ledger.reopenAccount(ctx, from);
    expect(await ledger.post(ctx, books.move(from, to, 1))).toBe("created");
  });
});

describe("an account", () => {
  it("is opened once, and refused under the same id with other properties", async () => {
    const { books } = onClock();
    const { ctx } = books;
    const id = await books.open({ balance: 7 });
    const same: ledger.NewAccount = { id, asset: "USD", code: "wallet:user", owner: null, limit: "debits" };
    await ledger.openAccount(ctx, same);
    expect(await books.available(id)).toBe(7);
    for (const change of [{ asset: "EUR" }, { code: "equity" }, { owner: "user_1" }, { limit: null }])
      expect(await outcomeOf(ledger.openAccount(ctx, { ...same, ...change }))).toBe("account_conflict");
  });

  it("needs an asset that the ledger knows, and a plain id", async () => {
    const { books } = onClock();
    expect(await outcomeOf(books.open({ asset: "DOGE" }))).toBe("asset_unknown");
    await expect(books.open({ id: "white space" })).rejects.toThrow("ledger_account_id");
  });

  it("that nobody opened is not found", async () => {
    const { ctx } = onClock().books;
    expect(await outcomeOf(ledger.getAccount(ctx, "nobody"))).toBe("account_not_found");
    expect(await outcomeOf(ledger.balance(ctx, "nobody"))).toBe("account_not_found");
    expect(await outcomeOf(ledger.balance(ctx, "nobody", START))).toBe("account_not_found");
  });

  it("may have credits kept within its debits", async () => {
    const { books } = onClock();
    const [receivable, wallet] = [await books.open({ limit: "credits" }), await books.open({ balance: 50 })];
    expect((await ledger.getAccount(books.ctx, receivable)).limit).toBe("credits");
    expect(await outcomeOf(ledger.post(books.ctx, books.move(wallet, receivable, 1)))).toBe("exceeds_debits");
    expect(await ledger.post(books.ctx, books.move(receivable, wallet, 10))).toBe("created");
    expect(await ledger.post(books.ctx, books.move(wallet, receivable, 10))).toBe("created");
  });
});
