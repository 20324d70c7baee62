import { describe, expect, it } from "vitest";
import type { Actor } from "#platform/ctx";
import { commit } from "#platform/commit";
import * as ledger from "#modules/ledger";
import { recordFeedback, recordTradeEnd } from "#modules/p2p";
import { fundWallet } from "#modules/wallet";
import { checkSellers } from "../../../src/modules/p2p/service.funding.ts";
import { recountTraders } from "../../../src/modules/p2p/jobs.ts";
import { anAccount } from "../../support/accounts.ts";
import { aUser, freshId } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aMethod, anAd } from "../../support/p2p.ts";

const app = testApp();
const DAY = 86_400_000;

interface Shown {
  readonly id: string;
  readonly price: string | null;
  readonly available: string;
  readonly status: string;
  readonly pausedBecause: string | null;
  readonly trader: { readonly completionRate: number | null; readonly trades30d: number };
}

const TERMS = {
  side: "sell",
  asset: "USDT",
  fiat: "INR",
  minAmount: "500",
  maxAmount: "50000",
  paymentMethods: ["upi"],
};

async function create(as: Actor, more: Readonly<Record<string, unknown>> = { price: "90.5" }): Promise<Response> {
  await aMethod(app);
  return await app.call("POST /api/v1/p2p/ads", { as, json: { ...TERMS, ...more } });
}

async function search(query: string, as: Actor = aUser()): Promise<{ data: Shown[]; nextCursor: string | null }> {
  const response = await app.call(`GET /api/v1/p2p/ads?${query}`, { as });
  expect(response.status).toBe(200);
  return await bodyOf(response);
}

async function get(id: string): Promise<Shown> {
  return await bodyOf<Shown>(await app.call(`GET /api/v1/p2p/ads/${id}`, { as: aUser() }));
}

describe("an ad", () => {
  it("shows what its seller's wallet covers, the fee put aside", async () => {
    const as = aUser();
    await fundWallet(testCtx(app), { userId: as.userId, asset: "USDT", amount: 100_500_000 });
    const made = await create(as);
    expect(made.status).toBe(201);
    expect(await bodyOf(made)).toMatchObject({
      price: "90.50",
      available: "100.000000",
      status: "active",
      priceType: "fixed",
    });
  });

  it("follows the index by its margin, and says so", async () => {
    const as = aUser();
    const ad = await bodyOf<Shown>(await create(as, { marginBps: 100 }));
    // A made-up dollar is 83.33 rupees: 1 / 0.012.
    expect(ad).toMatchObject({ priceType: "floating", marginBps: 100, price: "84.16666666" });
  });

  it.each([
    [{ price: "90", marginBps: 5 }, 422],
    [{}, 422],
    [{ price: "0" }, 422],
    [{ price: "90", minAmount: "500.001" }, 422],
    [{ price: "90", minAmount: "600", maxAmount: "599.99" }, 422],
    [{ price: "90", paymentMethods: [] }, 422],
    [{ price: "90", paymentMethods: ["upi", "upi"] }, 422],
    [{ price: "90", paymentMethods: ["shells"] }, 422],
    [{ price: "90", paymentWindowMinutes: 14 }, 422],
    [{ price: "90", paymentWindowMinutes: 361 }, 422],
    [{ price: "90", asset: "INR" }, 422],
    [{ price: "90", fiat: "BTC" }, 422],
    [{ price: "90", available: "0" }, 422],
    [{ price: "90", marginBps: null, terms: "x".repeat(2_001) }, 422],
    [{ price: "90", color: "red" }, 422],
  ])("is refused with %j", async (more, status) => {
    expect((await create(aUser(), more)).status).toBe(status);
  });

  it("is paused, shown again, changed and closed by its owner alone", async () => {
    const as = aUser();
    await fundWallet(testCtx(app), { userId: as.userId, asset: "USDT", amount: 1_000_000_000 });
    const { id } = await bodyOf<Shown>(await create(as));
    const patch = async (json: unknown, who: Actor = as): Promise<Response> =>
      await app.call(`PATCH /api/v1/p2p/ads/${id}`, { as: who, json });
    expect((await patch({ status: "paused" }, aUser())).status).toBe(404);
    expect(await bodyOf(await patch({ status: "paused" }))).toMatchObject({ status: "paused", pausedBecause: "owner" });
    expect(await bodyOf(await patch({ status: "active", price: "91" }))).toMatchObject({
      status: "active",
      price: "91.00",
    });
    expect(await bodyOf(await patch({ marginBps: -50 }))).toMatchObject({ priceType: "floating", marginBps: -50 });
    expect((await patch({ priceType: "fixed" })).status).toBe(422);
    expect((await patch({ priceType: "fixed", marginBps: 5 })).status).toBe(422);
    expect(await bodyOf(await patch({ priceType: "fixed", price: "92" }))).toMatchObject({ price: "92.00" });
    expect(await bodyOf(await patch({ available: "5" }))).toMatchObject({ available: "5.000000" });
    expect(await bodyOf(await patch({ available: null }))).toMatchObject({ available: "995.024875" });
    const remove = async (who: Actor): Promise<number> =>
      (await app.call(`DELETE /api/v1/p2p/ads/${id}`, { as: who })).status;
    expect(await remove(aUser())).toBe(404);
    expect(await remove(as)).toBe(204);
    expect(await remove(as)).toBe(404);
    expect((await app.call(`GET /api/v1/p2p/ads/${id}`, { as: aUser() })).status).toBe(404);
  });

  it("is one of fifty at most, however many are made at once", async () => {
    const as = aUser({ plan: "enterprise" });
    for (let count = 0; count < 45; count += 1) await anAd(app, { userId: as.userId });
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await create(as)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
  });

  it("disappears when the wallet no longer covers its minimum, and comes back when it does", async () => {
    const as = aUser();
    const ctx = testCtx(app);
    const { id } = await bodyOf<Shown>(await create(as));
    expect(await get(id)).toMatchObject({ status: "paused", pausedBecause: "balance" });
    await fundWallet(ctx, { userId: as.userId, asset: "USDT", amount: 10_000_000 });
    await checkSellers(ctx);
    expect(await get(id)).toMatchObject({ status: "active", pausedBecause: null });
    expect((await search("side=sell&asset=USDT&fiat=INR&limit=100")).data.map((ad) => ad.id)).toContain(id);
    await ledger.hold(ctx, {
      id: `${id}.spent`,
      debitAccountId: ledger.accountId("wallet:user", "USDT", as.userId),
      creditAccountId: ledger.accountId("clearing:chain", "USDT", "sandbox"),
      amount: 9_000_000,
      asset: "USDT",
      code: "test",
      reference: id,
    });
    await checkSellers(ctx);
    expect(await get(id)).toMatchObject({ status: "paused", pausedBecause: "balance" });
    expect((await search("side=sell&asset=USDT&fiat=INR&limit=100")).data.map((ad) => ad.id)).not.toContain(id);
  });
});

describe("a market", () => {
  it("is read by price, then by standing, whatever kind of price an ad has, in pages that fit together", async () => {
    const prices = [410_000_000_000, 390_000_000_000, 400_000_000_000, 420_000_000_000];
    const market = { asset: "ETH", fiat: "USD", paymentMethods: ["wire"], minFiat: 1_000, maxFiat: 100_000 } as const;
    await aMethod(app, { fiat: "USD", method: "wire" });
    for (const [index, price] of prices.entries()) await anAd(app, { ...market, price, standing: index });
    await anAd(app, { ...market, price: 400_000_000_000, standing: 90 });
    // The made-up ether costs 3,200 dollars.
    for (const marginBps of [2_400, 2_600, 2_500]) {
      await anAd(app, { ...market, priceType: "floating", price: null, marginBps, standing: 95 });
    }
    for (const side of ["sell", "buy"] as const) {
      if (side === "buy") for (const price of prices) await anAd(app, { ...market, side, price, standing: 1 });
      const read: Shown[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const after: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const page: { data: Shown[]; nextCursor: string | null } = await search(
          `side=${side}&asset=ETH&fiat=USD&limit=3${after}`,
        );
        read.push(...page.data);
        cursor = page.nextCursor;
      }
      const wanted =
        side === "sell"
          ? ["3900.00", "3968.00", "4000.00", "4000.00", "4000.00", "4032.00", "4100.00", "4200.00"]
          : ["4200.00", "4100.00", "4000.00", "3900.00"];
      expect(read.map(({ price }) => price)).toEqual(wanted);
      expect(new Set(read.map(({ id }) => id)).size).toBe(wanted.length);
    }
  });

  it("leaves out what takes another way to pay or another amount, and whom one has blocked", async () => {
    const as = aUser();
    const { user: maker } = await anAccount(app);
    const market = { asset: "BTC", paymentMethods: ["imps"], userId: maker.id } as const;
    await aMethod(app, { method: "imps" });
    const small = await anAd(app, { ...market, minFiat: 10_000, maxFiat: 20_000 });
    const large = await anAd(app, { ...market, minFiat: 20_001, maxFiat: 90_000 });
    const ids = async (query: string): Promise<string[]> =>
      (await search(`asset=BTC&fiat=INR&${query}`, as)).data.map(({ id }) => id);
    for (const whole of ["side=sell&", ""]) {
      expect(await ids(`${whole}paymentMethod=imps`)).toHaveLength(2);
      expect(await ids(`${whole}paymentMethod=upi`)).toEqual([]);
      expect(await ids(`${whole}amount=200`)).toEqual([small.id]);
      expect(await ids(`${whole}amount=200.01`)).toEqual([large.id]);
      expect(await ids(`${whole}amount=901`)).toEqual([]);
    }
    expect((await app.call("POST /api/v1/p2p/blocks", { as, json: { traderId: maker.id } })).status).toBe(201);
    expect(await ids("side=sell")).toEqual([]);
    expect((await app.call(`DELETE /api/v1/p2p/blocks/${maker.id}`, { as })).status).toBe(204);
    expect(await ids("side=sell")).toHaveLength(2);
  });

  it("refuses cursors of another list", async () => {
    const as = aUser();
    for (const position of ["[1,2,3]", '[null,[1,2,"ad_x"],null]', "ad_01k0gq2v9eft6tmd4y6n3k9b2x"]) {
      const response = await app.call(
        `GET /api/v1/p2p/ads?side=sell&asset=BTC&fiat=USD&cursor=${btoa(position).replaceAll("=", "")}`,
        { as },
      );
      expect(response.status).toBe(400);
    }
  });

  it("shows somebody the own ads, paused ones too", async () => {
    const as = aUser();
    const ad = await anAd(app, { userId: as.userId, status: "paused" });
    await anAd(app);
    expect((await search("mine=true", as)).data.map(({ id }) => id)).toEqual([ad.id]);
  });
});

describe("a trader", () => {
  it("is known by what was completed, how fast, and what others say", async () => {
    const ctx = testCtx(app);
    const { user: seller } = await anAccount(app);
    const { userId: buyerId } = aUser();
    const parties = { sellerId: seller.id, buyerId, asset: "USDT", assetAmount: 10_000_000 };
    for (const releaseSeconds of [50, 10, 30]) {
      const tradeId = freshId("trade");
      await commit(ctx, recordTradeEnd(ctx, { ...parties, tradeId, completed: true, fault: null, releaseSeconds }));
      await commit(ctx, recordFeedback(ctx, { tradeId, fromId: buyerId, toId: seller.id, rating: 4, comment: null }));
    }
    const lost = {
      ...parties,
      tradeId: freshId("trade"),
      completed: false,
      fault: "seller",
      releaseSeconds: null,
    } as const;
    await commit(ctx, recordTradeEnd(ctx, lost));
    const shown = await bodyOf(await app.call(`GET /api/v1/p2p/traders/${seller.id}`, { as: aUser() }));
    expect(shown).toMatchObject({
      name: "Ada Lovelace",
      completionRate: 0.75,
      trades30d: 3,
      volume: [{ asset: "USDT", amount: "30.000000", trades: 3 }],
      medianReleaseSeconds: 30,
      ratings: { count: 3, average: 4, byRating: [{ rating: 4, count: 3 }] },
    });
    const ad = await anAd(app, { userId: seller.id, standing: 66 });
    expect((await get(ad.id)).trader).toMatchObject({ completionRate: 0.75, trades30d: 3 });
    const later = testCtx(app, { now: () => Date.now() + 31 * DAY });
    await recountTraders(later);
    expect((await get(ad.id)).trader).toMatchObject({ completionRate: null, trades30d: 0 });
  });

  it("takes feedback of a trade once from each side", async () => {
    const ctx = testCtx(app);
    const row = { tradeId: freshId("trade"), fromId: aUser().userId, toId: aUser().userId, rating: 5, comment: null };
    await commit(ctx, recordFeedback(ctx, row));
    await expect(commit(ctx, recordFeedback(ctx, row))).rejects.toThrow();
    await commit(ctx, recordFeedback(ctx, { ...row, fromId: row.toId, toId: row.fromId }));
  });

  it("cannot be blocked by himself, and is not there without an account", async () => {
    const as = aUser();
    const block = async (traderId: string): Promise<number> =>
      (await app.call("POST /api/v1/p2p/blocks", { as, json: { traderId } })).status;
    expect(await block(as.userId)).toBe(409);
    expect(await block(aUser().userId)).toBe(404);
    expect(await block("somebody")).toBe(404);
  });
});
