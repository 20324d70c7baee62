import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { Problem } from "#kernel/problem";
import { commit } from "#platform/commit";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Books, outcomeOf, run } from "../support/ledger.ts";

const app = testApp();
const ctx = testCtx(app);
const MAX = Number.MAX_SAFE_INTEGER;
const together = async <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  await Promise.all(Array.from({ length: count }, (_, index) => call(index)));

describe("a transfer", () => {
  it("moves both sides at once, and says exists when it comes again", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    const transfer = books.move(from, to, 40, { reference: "pay_1" });
    expect(await ledger.post(ctx, transfer)).toBe("created");
    expect(await ledger.post(ctx, transfer)).toBe("exists");
    expect(await books.available(from)).toBe(60);
    expect(await ledger.balance(ctx, to)).toMatchObject({ creditsPosted: 40, debitsPosted: 0 });
  });

  it.each<[string, object, string]>([
    ["amount", { amount: 41 }, "exists_with_different_amount"],
    ["code", { code: "other" }, "exists_with_different_code"],
    ["reference", { reference: "pay_2" }, "exists_with_different_reference"],
    ["asset", { asset: "EUR" }, "exists_with_different_asset"],
  ])("is refused by name when its id comes back with another %s", async (_, change, code) => {
    const books = new Books(ctx);
    const transfer = books.move(await books.open({ balance: 100 }), await books.open(), 40);
    await ledger.post(ctx, transfer);
    expect(await outcomeOf(ledger.post(ctx, { ...transfer, ...change }))).toBe(code);
  });

  it("spends a balance once, however many try at the same time", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const outcomes = await together(12, async () => await outcomeOf(ledger.post(ctx, books.move(from, to, 1))));
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === "exceeds_credits")).toHaveLength(2);
    expect([await books.available(from), await books.available(to)]).toEqual([0, 10]);
  });

  it("spends a balance once in commits of other modules as well", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    const attempts = await together(50, async () => {
      const transfers = [books.move(from, to, 10)];
      return await outcomeOf(ledger.commitTransfers(ctx, { transfers }).then(() => "created"));
    });
    expect(attempts.filter((outcome) => outcome === "created")).toHaveLength(10);
    expect(attempts.filter((outcome) => outcome === "exceeds_credits")).toHaveLength(40);
    expect(await books.available(from)).toBe(0);
  });

  it.each([0, -1, -MAX])("of %d is refused", async (amount) => {
    const books = new Books(ctx);
    const transfer = books.move(await books.open({ balance: 10 }), await books.open(), amount);
    expect(await outcomeOf(ledger.post(ctx, transfer))).toBe("amount_must_be_positive");
  });

  it.each([0.5, Number.NaN, Infinity, MAX + 1])("of %d is a bug, and never reaches the books", async (amount) => {
    const books = new Books(ctx);
    const transfer = books.move(await books.open({ balance: 10 }), await books.open(), amount);
    await expect(ledger.submit(ctx, [transfer])).rejects.toThrow(RangeError);
  });

  it("counts up to the last safe integer and not beyond", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ limit: null }), await books.open({ limit: null })];
    expect(await ledger.post(ctx, books.move(from, to, MAX - 1))).toBe("created");
    expect(await ledger.post(ctx, books.move(from, to, 1))).toBe("created");
    expect(await outcomeOf(ledger.post(ctx, books.move(from, to, 1)))).toBe("overflows_debits_posted");
    expect((await ledger.balance(ctx, to)).creditsPosted).toBe(MAX);
  });

  it.each(["", "UPPER", "has space", "ü", "x".repeat(89), "looks.like.expire", "a'; drop table ledger_transfers; --"])(
    "has a plain id, so %j is refused",
    async (id) => {
      const books = new Books(ctx);
      const transfer = { ...books.move(await books.open({ balance: 5 }), await books.open(), 1), id };
      expect(await outcomeOf(ledger.post(ctx, transfer))).toBe("id_malformed");
      expect(await outcomeOf(ledger.chain(ctx, [transfer]))).toBe("id_malformed");
    },
  );

  it("with a NUL in it never reaches the books", async () => {
    const books = new Books(ctx);
    const transfer = books.move(await books.open({ balance: 5 }), await books.open(), 1, { reference: "a\u0000b" });
    await expect(ledger.submit(ctx, [transfer])).rejects.toThrow(RangeError);
  });

  it("from an account to itself, to none or across assets is refused", async () => {
    const books = new Books(ctx);
    const [from, euros] = [await books.open({ balance: 5 }), await books.open({ asset: "EUR" })];
    expect(await outcomeOf(ledger.post(ctx, books.move(from, from, 1)))).toBe("accounts_must_be_different");
    expect(await outcomeOf(ledger.post(ctx, books.move(from, "nobody", 1)))).toBe("credit_account_not_found");
    expect(await outcomeOf(ledger.post(ctx, books.move(from, euros, 1)))).toBe("accounts_must_have_the_same_asset");
  });

  it("that failed for want of funds stays failed when the funds arrive", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open(), await books.open()];
    const [posted, chained] = [books.move(from, to, 5), books.move(from, to, 5)];
    expect(await outcomeOf(ledger.post(ctx, posted))).toBe("exceeds_credits");
    expect(await outcomeOf(ledger.chain(ctx, [chained]))).toBe("exceeds_credits");
    await books.fill(from, 100);
    expect(await outcomeOf(ledger.post(ctx, posted))).toBe("id_already_failed");
    expect(await outcomeOf(ledger.chain(ctx, [chained]))).toBe("id_already_failed");
    expect(await books.available(to)).toBe(0);
    expect(await ledger.post(ctx, books.move(from, to, 5))).toBe("created");
  });

  it("that failed because its id was taken may be tried again with another id", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const first = books.move(from, to, 1);
    await ledger.post(ctx, first);
    expect(await outcomeOf(ledger.post(ctx, { ...first, amount: 2 }))).toBe("exists_with_different_amount");
    expect(await ledger.post(ctx, first)).toBe("exists");
  });
});

describe("independent transfers in one call", () => {
  it("stand or fall each by itself, later ones seeing what earlier ones moved", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const twice = books.move(from, to, 6);
    const outcomes = await ledger.submit(ctx, [
      twice,
      books.move(from, to, 5),
      books.move(to, from, 2),
      books.move(from, to, 5),
      twice,
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual(["created", "exceeds_credits", "created", "created", "exists"]);
    expect(await books.available(from)).toBe(1);
  });

  it("may begin a hold and end it", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const hold = { ...books.move(from, to, 6), kind: "pending" as const };
    const outcomes = await ledger.submit(ctx, [
      hold,
      { kind: "post", id: books.newId(), pendingId: hold.id, amount: 4 },
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual(["created", "created"]);
    expect([await books.available(from), await books.available(to)]).toEqual([6, 4]);
  });

  it("are none when there are none", async () => {
    expect(await ledger.submit(ctx, [])).toEqual([]);
  });
});

describe("a chain", () => {
  it("leaves nothing behind when any of its members fails", async () => {
    for (const broken of [0, 1, 2]) {
      const books = new Books(ctx);
      const [from, to] = [await books.open({ balance: 100 }), await books.open()];
      const chain = [0, 1, 2].map((index) => books.move(from, to, index === broken ? 1_000 : 1));
      expect(await outcomeOf(ledger.chain(ctx, chain))).toBe("exceeds_credits");
      expect([await books.available(from), await books.available(to)]).toEqual([100, 0]);
    }
  });

  it("moves two assets or none", async () => {
    const books = new Books(ctx);
    const dollars = [await books.open({ balance: 100 }), await books.open()] as const;
    const euros = [await books.open({ asset: "EUR" }), await books.open({ asset: "EUR" })] as const;
    const legs = [books.move(...dollars, 10), books.move(...euros, 9, { asset: "EUR" })];
    expect(await outcomeOf(ledger.chain(ctx, legs))).toBe("exceeds_credits");
    expect(await books.available(dollars[0])).toBe(100);
  });

  it("says exists when all of it comes again, and refuses when only a part does", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 100 }), await books.open()];
    const chain = [books.move(from, to, 1), books.move(from, to, 2)];
    expect(await ledger.chain(ctx, chain)).toBe("created");
    expect(await ledger.chain(ctx, chain)).toBe("exists");
    expect(await outcomeOf(ledger.chain(ctx, [...chain, books.move(from, to, 3)]))).toBe("exists");
    const [first, second] = chain;
    const altered = [first, { ...second, amount: 7 }] as ledger.Transfer[];
    expect(await outcomeOf(ledger.chain(ctx, altered))).toBe("exists_with_different_amount");
    expect(await books.available(to)).toBe(3);
  });

  it("goes into the commit of its cause, which falls with it", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 10 }), await books.open()];
    const flag = (name: string) =>
      ctx.db.sql(
        "insert into admin_flags (name, description, percentage, plans, users, updated_at) values (?, '', 0, '[]', '[]', 0)",
        name,
      );
    const names = [freshName(), freshName()] as const;
    await ledger.commitTransfers(ctx, { transfers: [books.move(from, to, 10)], statements: [flag(names[0])] });
    const late = ledger.commitTransfers(ctx, { transfers: [books.move(from, to, 1)], statements: [flag(names[1])] });
    expect(await outcomeOf(late)).toBe("exceeds_credits");
    const rows = await env.DB.prepare("select name from admin_flags where name in (?, ?)")
      .bind(...names)
      .all();
    expect(rows.results).toEqual([{ name: names[0] }]);
  });

  it("may open the account that it moves to, and close it when it has been emptied", async () => {
    const books = new Books(ctx);
    const from = await books.open({ balance: 10 });
    const escrow = ledger.account("escrow:trade", "USD", books.newId());
    const [locked, back] = [books.move(from, escrow.id, 10), books.move(escrow.id, from, 10)];
    await ledger.commitTransfers(ctx, { transfers: [locked], statements: [ledger.insertAccount(ctx, escrow)] });
    expect([await books.available(from), await books.available(escrow.id)]).toEqual([0, 10]);
    await ledger.chain(ctx, [back]);
    await commit(ctx, [ledger.setClosed(ctx, escrow.id, true)]);
    expect(await ledger.getAccount(ctx, escrow.id)).toMatchObject({ closed: true });
    expect(await books.available(from)).toBe(10);
  });

  it("lets the module that commits say in its own words why it was refused", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open(), await books.open()];
    const own = new Problem({ name: "p2p/no-cover", code: "no_cover", status: 409, title: "No cover." });
    const transfers = [books.move(from, to, 1)];
    const refusals = { exceeds_credits: () => own };
    await expect(ledger.commitTransfers(ctx, { transfers }, { refusals })).rejects.toBe(own);
    expect(await outcomeOf(ledger.chain(ctx, transfers))).toBe("id_already_failed");
  });

  it("is refused in an ordinary commit too, in the ledger's words", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open(), await books.open()];
    const statements = ledger.insertTransfers(ctx, [books.move(from, to, 1)]);
    await expect(commit(ctx, statements, { refusals: ledger.refusals })).rejects.toMatchObject({
      code: "insufficient_funds",
      options: { extra: { outcome: "exceeds_credits" } },
    });
  });

  it("passes on what is not the ledger's refusal", async () => {
    const statements = [ctx.db.sql("insert into platform_expectations (name, holds) values ('test_refused', 0)")];
    await expect(ledger.commitTransfers(ctx, { transfers: [], statements })).rejects.toThrow("test_refused");
    await expect(ledger.chain(ctx, [{ kind: "void", id: "v", pendingId: "\u0000" }])).rejects.toThrow(RangeError);
  });

  it("that failed while a duplicate of it succeeded says exists", async () => {
    const books = new Books(ctx);
    const [from, to] = [await books.open({ balance: 1 }), await books.open()];
    const transfer = books.move(from, to, 1);
    const racing = testCtx(app);
    let first = true;
    const db = Object.create(racing.db, {
      batch: {
        value: async (statements: D1PreparedStatement[]) => {
          if (!first) return await racing.db.batch(statements);
          first = false;
          await run("update ledger_accounts set closed = 1 where id = ?", from);
          await racing.db.batch(statements).catch(async (error: unknown) => {
            await run("update ledger_accounts set closed = 0 where id = ?", from);
            await ledger.post(ctx, transfer);
            throw error;
          });
          return [];
        },
      },
    }) as typeof racing.db;
    const raced = Object.create(racing, { db: { value: db } }) as typeof racing;
    expect(await ledger.chain(raced, [transfer])).toBe("exists");
    expect(await books.available(to)).toBe(1);
  });
});

let names = 0;
function freshName(): string {
  names += 1;
  return `ledger-test-${names}`;
}
