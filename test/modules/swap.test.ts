import * as fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import * as ledger from "#modules/ledger";
import { readWallet } from "#modules/wallet";
import { rateOf, showRate, termsOf } from "../../src/modules/swap/rules.ts";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aPair, aReserve, askQuote, swap } from "../support/swaps.ts";
import { aHolder } from "../support/wallets.ts";

const app = testApp();
const ctx = testCtx(app);

async function reserveOf(asset: string): Promise<number> {
  const [found] = await ledger.listAccounts(ctx, [ledger.accountId("clearing:swap", asset)]);
  return found ? found.creditsPosted - found.debitsPosted : 0;
}

const codeOf = async (response: Response): Promise<string> => (await bodyOf<{ code: string }>(response)).code;

describe("a swap", () => {
  it("moves what its quote says, the fee to us, and leaves the books even", async () => {
    await aPair(app);
    await aReserve(app, "BTC", 1_000_000);
    const as = await aHolder(app);
    const before = [await reserveOf("BTC"), await reserveOf("USDT")] as const;
    const asked = await app.call("POST /api/v1/swaps/quotes", { as, json: { from: "USDT", to: "BTC", amount: "65" } });
    const quote = await bodyOf<{ id: string }>(asked);
    expect(quote).toMatchObject({
      rate: "0.00001538461538",
      fee: "0.325000",
      amount: "65.000000",
      receive: "0.00099500",
    });
    const made = await swap(app, as, quote.id);
    expect(made.status).toBe(201);
    expect(await bodyOf(made)).toMatchObject({ quoteId: quote.id, receive: "0.00099500" });
    expect((await readWallet(ctx, as.userId, "USDT")).available).toBe(35_000_000);
    expect((await readWallet(ctx, as.userId, "BTC")).available).toBe(99_500);
    expect(await reserveOf("BTC")).toBe(before[0] - 99_500);
    expect(await reserveOf("USDT")).toBe(before[1] + 64_675_000);
    expect((await ledger.audit(ctx)).ok).toBe(true);
  });

  it("is made once of a quote, however many ask for it at once", async () => {
    await aPair(app);
    await aReserve(app, "BTC", 10_000_000);
    const as = await aHolder(app, "USDT", 10_000_000_000);
    const quoteId = await askQuote(app, as);
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await swap(app, as, quoteId)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const codes = await Promise.all(answers.filter(({ status }) => status !== 201).map(codeOf));
    expect(new Set(codes)).toEqual(new Set(["quote_used"]));
    expect((await readWallet(ctx, as.userId, "BTC")).available).toBe(99_500);
  });

  it("takes no more of what is set aside than there is, and says so", async () => {
    await aPair(app, "USDT", "ETH");
    await aReserve(app, "ETH", 1_000_000);
    const holders = await Promise.all(Array.from({ length: 16 }, async () => await aHolder(app)));
    const answers = await Promise.all(
      holders.map(async (as) => await swap(app, as, await askQuote(app, as, "1", ["USDT", "ETH"]))),
    );
    // One USDT is 0.000310937 ether, the fee taken off: three times that is there.
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const codes = await Promise.all(answers.filter(({ status }) => status !== 201).map(codeOf));
    expect(new Set(codes)).toEqual(new Set(["liquidity_exhausted"]));
    expect(await reserveOf("ETH")).toBe(1_000_000 - 3 * 310_937);
  });

  it("is refused without the funds, after half a minute, with somebody else's quote or none", async () => {
    await aPair(app);
    await aReserve(app, "BTC", 1_000_000);
    const poor = aUser();
    expect(await codeOf(await swap(app, poor, await askQuote(app, poor)))).toBe("insufficient_funds");
    const as = await aHolder(app);
    const quoteId = await askQuote(app, as);
    expect(await codeOf(await swap(app, await aHolder(app), quoteId))).toBe("quote_not_found");
    expect(await codeOf(await swap(app, as, freshId("quote")))).toBe("quote_not_found");
    expect(await codeOf(await swap(app, as, "mine"))).toBe("quote_not_found");
    await ctx.db.sql("update swap_quotes set expires_at = ? where id = ?", Date.now(), quoteId).run();
    expect(await codeOf(await swap(app, as, quoteId))).toBe("quote_expired");
    expect((await readWallet(ctx, as.userId, "USDT")).available).toBe(100_000_000);
  });

  it.each([
    ["0.000001", 422],
    ["0.0000001", 422],
    ["2000000", 422],
    ["-1", 422],
  ])("is not quoted for %s", async (amount, status) => {
    await aPair(app);
    const json = { from: "USDT", to: "BTC", amount };
    expect((await app.call("POST /api/v1/swaps/quotes", { as: aUser(), json })).status).toBe(status);
  });

  it("is not quoted for a pair that is switched off or unknown", async () => {
    await aPair(app, "USDC", "BTC", { active: false });
    for (const from of ["USDC", "INR"]) {
      const answer = await app.call("POST /api/v1/swaps/quotes", {
        as: aUser(),
        json: { from, to: "BTC", amount: "1" },
      });
      expect(await codeOf(answer)).toBe("pair_unknown");
    }
  });

  it("gets its pairs, spread and limits from an administrator, and what is set aside too", async () => {
    const as = anOperator();
    const json = { spreadBps: 100, minAmount: "1", maxAmount: "2", active: true };
    const put = async (path: string, body: unknown): Promise<number> =>
      (await app.call(`PUT /api/v1/admin/swap-pairs/${path}`, { as, json: body })).status;
    expect(await put("ETH/BTC", json)).toBe(200);
    expect(await put("ETH/ETH", json)).toBe(422);
    expect(await put("ETH/BTC", { ...json, maxAmount: "0.5" })).toBe(422);
    expect(await put("ETH/SHELL", json)).toBe(404);
    const move = async (direction: string, amount: string): Promise<Response> =>
      await app.call("POST /api/v1/admin/swap-liquidity", {
        as,
        json: { asset: "USDC", amount, direction, reason: "A test." },
        headers: { "Idempotency-Key": crypto.randomUUID() },
      });
    expect(await bodyOf(await move("fund", "5"))).toEqual({ asset: "USDC", available: "5.000000" });
    expect(await bodyOf(await move("withdraw", "2"))).toEqual({ asset: "USDC", available: "3.000000" });
    expect(await codeOf(await move("withdraw", "4"))).toBe("liquidity_exhausted");
    expect(await reserveOf("USDC")).toBe(3_000_000);
  });
});

describe("rounding", () => {
  const { seed } = inject("random");

  it("never lets anybody gain by going there and back", () => {
    const cases = fc.record({
      give: fc.integer({ min: 1, max: 1_000_000_000_000 }),
      price: fc.integer({ min: 1, max: 10_000_000_000_000 }),
      spread: fc.integer({ min: 0, max: 500 }),
      from: fc.integer({ min: 0, max: 9 }),
      to: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(cases, ({ give, price, spread, from, to }) => {
        const there = rateOf(price, null);
        const back = rateOf(null, price);
        if (!there || !back) return false;
        const out = termsOf(give, spread, { rate: there, scales: { from, to } });
        if (!out) return true;
        const home = termsOf(out.receive, spread, { rate: back, scales: { from: to, to: from } });
        return home === null || home.receive <= give;
      }),
      { seed, numRuns: 10_000 },
    );
  });

  it("works with the more exact of two prices", () => {
    expect(rateOf(1_538, 6_500_000_000_000)).toEqual({ numerator: 100_000_000n, denominator: 6_500_000_000_000n });
    expect(rateOf(6_500_000_000_000, 1_538)).toEqual({ numerator: 6_500_000_000_000n, denominator: 100_000_000n });
    expect(rateOf(null, null)).toBeNull();
  });

  it.each([
    [1n, 3n, "0.3333333333"],
    [200n, 100n, "2"],
    [5n, 4n, "1.25"],
    [1n, 65_000n, "0.00001538461538"],
  ])("shows %s / %s as %s", (numerator, denominator, text) => {
    expect(showRate({ numerator, denominator })).toBe(text);
  });
});
