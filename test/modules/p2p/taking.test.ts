import { describe, expect, it } from "vitest";
import { DAY } from "#kernel/time";
import {
  assertMayTrade,
  findAd,
  recordTradeEnd,
  returnToAd,
  takeFromAd,
  takeRefusals,
  traderSummary,
  undoTradeEnd,
} from "#modules/p2p";
import type { Ad, Take } from "#modules/p2p";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { putBankAccount } from "../../../src/modules/payouts/service.bank-accounts.ts";
import { insertBlock } from "../../../src/modules/p2p/repository.traders.ts";
import { aUser, freshId } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { anOldTrader } from "../../support/accounts.ts";
import { aMethod, anAd, aTake, UNLIMITED } from "../../support/p2p.ts";
import { setTier } from "../../support/wallets.ts";

const app = testApp();
const free = (): Ctx => testCtx(app, { env: UNLIMITED });

async function take(ctx: Ctx, wanted: Take): Promise<void> {
  const admission = await assertMayTrade(ctx, wanted);
  await commit(ctx, takeFromAd(ctx, admission), { refusals: takeRefusals });
}

function codesOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.flatMap((result) =>
    result.status === "rejected" ? [(result.reason as { code?: string }).code ?? String(result.reason)] : [],
  );
}

async function listed(ad: Ad): Promise<number> {
  const { results } = await testCtx(app).db.sql("select 1 from p2p_listings where ad_id = ?", ad.id).all();
  return results.length;
}

describe("taking an ad", () => {
  it("gives what is left once, however many want it", async () => {
    const ad = await anAd(app, { stock: 30_000_000 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, async () => await take(free(), aTake(ad))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(new Set(codesOf(results))).toEqual(new Set(["ad_exhausted"]));
    expect((await findAd(free(), ad.id))?.stock).toBe(0);
    expect(await listed(ad)).toBe(0);
  });

  it("lists it again once something comes back", async () => {
    const ad = await anAd(app, { stock: 10_000_000 });
    await take(free(), aTake(ad));
    expect(await listed(ad)).toBe(0);
    await commit(free(), returnToAd(free(), ad.id, 10_000_000));
    expect(await listed(ad)).toBe(2);
  });

  it("gives a taker what was read, or nothing", async () => {
    const ad = await anAd(app);
    await testCtx(app).db.sql("update p2p_ads set price = 1, version = 2 where id = ?", ad.id).run();
    await expect(take(free(), aTake(ad))).rejects.toMatchObject({ code: "ad_changed" });
  });

  it("refuses one's own ad, amounts outside of it, and ways to pay that it does not name", async () => {
    const ad = await anAd(app);
    await aMethod(app, { method: "imps" });
    const wrong: readonly (readonly [Partial<Take>, string])[] = [
      [{ takerId: ad.userId }, "own_ad"],
      [{ fiatAmount: ad.minFiat - 1 }, "amount_out_of_range"],
      [{ fiatAmount: ad.maxFiat + 1 }, "amount_out_of_range"],
      [{ assetAmount: 0 }, "amount_too_small"],
      [{ paymentMethod: "imps" }, "payment_method_unknown"],
      [{ paymentMethod: "shells" }, "payment_method_unknown"],
    ];
    for (const [more, code] of wrong) await expect(take(free(), aTake(ad, more))).rejects.toMatchObject({ code });
  });

  it("refuses ads that are paused or closed", async () => {
    for (const status of ["paused", "closed"] as const) {
      const ad = await anAd(app, { status });
      await expect(take(free(), aTake(ad))).rejects.toMatchObject({ code: `ad_${status}` });
    }
  });

  it("keeps those apart of whom one has blocked the other, whichever it was", async () => {
    for (const byMaker of [true, false]) {
      const ad = await anAd(app);
      const { userId } = aUser();
      const pair = byMaker ? ([ad.userId, userId] as const) : ([userId, ad.userId] as const);
      await commit(free(), [insertBlock(free(), ...pair)]);
      await expect(take(free(), aTake(ad, { takerId: userId }))).rejects.toMatchObject({ code: "trader_blocked" });
    }
  });
});

describe("limits of traders", () => {
  it("let somebody new have two trades at once, even when all are taken together", async () => {
    const maker = await anOldTrader(app);
    const { userId: takerId } = aUser();
    await setTier(app, maker, 2);
    const ads = await Promise.all(Array.from({ length: 16 }, async () => await anAd(app, { userId: maker })));
    const ctx = testCtx(app);
    const results = await Promise.allSettled(ads.map(async (ad) => await take(ctx, aTake(ad, { takerId }))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(new Set(codesOf(results))).toEqual(new Set(["trading_limit_reached"]));
  });

  it("count a maker's trades too, and say so to the taker", async () => {
    const ad = await anAd(app);
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, async () => await take(testCtx(app), aTake(ad, { takerId: await anOldTrader(app) }))),
    );
    expect(codesOf(results)).toEqual(["trader_limit_reached", "trader_limit_reached"]);
  });

  it("bound what is traded on a day by the verification tier, and begin anew on the next", async () => {
    const maker = await anOldTrader(app);
    await setTier(app, maker, 2);
    const takerId = await anOldTrader(app);
    await setTier(app, takerId, 1);
    const ad = await anAd(app, { userId: maker, maxFiat: 9_000_000_000 });
    await aMethod(app, { maxAmount: 9_000_000_000 });
    // Tier 1: twenty times the daily thousand of the unverified, fivefold for trading.
    const whole = { takerId, assetAmount: 100_000_000_000, fiatAmount: 900_000_000 };
    const ctx = testCtx(app);
    await take(ctx, aTake(ad, whole));
    await expect(take(ctx, aTake(ad, { takerId }))).rejects.toMatchObject({ code: "trading_limit_reached" });
    await take(testCtx(app, { now: () => Date.now() + DAY }), aTake(ad, { takerId }));
    await aMethod(app);
  });

  it("hold somebody new to what a payment method may carry with newcomers", async () => {
    const maker = await anOldTrader(app);
    await setTier(app, maker, 2);
    await aMethod(app, { method: "card", newcomerMaxAmount: 50_000 });
    const ad = await anAd(app, { userId: maker, paymentMethods: ["card"] });
    const wanted = { paymentMethod: "card" };
    await expect(take(testCtx(app), aTake(ad, wanted))).rejects.toMatchObject({ code: "trading_limit_reached" });
    const takerId = await anOldTrader(app);
    await setTier(app, takerId, 1);
    await take(testCtx(app), aTake(ad, { ...wanted, takerId }));
  });

  it("stop somebody who lets more trades end than come to be", async () => {
    const buyerId = await anOldTrader(app);
    await setTier(app, buyerId, 1);
    const ctx = testCtx(app);
    const sellerId = aUser().userId;
    const end = {
      sellerId,
      buyerId,
      asset: "USDT",
      assetAmount: 1,
      completed: false,
      fault: "buyer",
      releaseSeconds: null,
    } as const;
    for (let count = 0; count < 10; count += 1)
      await commit(ctx, recordTradeEnd(ctx, { ...end, tradeId: freshId("trade") }));
    const ad = await anAd(app);
    await expect(take(ctx, aTake(ad, { takerId: buyerId }))).rejects.toMatchObject({
      code: "cancellation_limit_reached",
    });
  });
});

describe("accounts that belong together", () => {
  async function signedInFrom(userId: string, device: string, label: string): Promise<void> {
    const hash = await sha256Hex(device);
    const columns = "user_id, device_hash, label, first_seen_at, last_seen_at";
    await free().db.sql(`insert into identity_devices (${columns}) values (?, ?, ?, 1, 1)`, userId, hash, label).run();
  }

  async function hinted(ad: Ad, takerId: Take["takerId"], linked: "refuse" | "warn"): Promise<readonly string[]> {
    const ctx = testCtx(app, { env: { ...UNLIMITED, P2P_LINKED_ACCOUNTS: linked } });
    return (await assertMayTrade(ctx, aTake(ad, { takerId }))).hints;
  }

  it("are told of or kept apart when they share a device that has an id of its own", async () => {
    const ad = await anAd(app);
    const { userId } = aUser();
    for (const id of [ad.userId, userId]) await signedInFrom(id, "agent Firefox on Linux", "Firefox on Linux");
    expect(await hinted(ad, userId, "refuse")).toEqual([]);
    for (const id of [ad.userId, userId]) await signedInFrom(id, `device ${ad.id}`, "Firefox on Linux");
    expect(await hinted(ad, userId, "warn")).toEqual(["shared_device"]);
    await expect(hinted(ad, userId, "refuse")).rejects.toMatchObject({ code: "linked_account" });
  });

  it("are told of or kept apart when money goes to the same bank account", async () => {
    const ad = await anAd(app);
    const { userId } = aUser();
    for (const owner of [ad.userId, userId]) {
      const account = {
        type: "upi",
        holderName: "Ada",
        accountNumber: `ada${ad.id.slice(-6)}@upi`,
        ifsc: null,
      } as const;
      const ctx = testCtx(app, { actor: aUser({ userId: owner }) });
      await putBankAccount(ctx, account);
    }
    expect(await hinted(ad, userId, "warn")).toEqual(["shared_bank_account"]);
    await expect(hinted(ad, userId, "refuse")).rejects.toMatchObject({ code: "linked_account" });
  });
});

describe("figures of traders", () => {
  it("count a trade's end once, for the side that it is about, and take it back", async () => {
    const ctx = free();
    const ad = await anAd(app);
    const wanted = aTake(ad);
    await take(ctx, wanted);
    const parties = { tradeId: freshId("trade"), sellerId: ad.userId, buyerId: wanted.takerId };
    const end = { ...parties, asset: "USDT", assetAmount: 10_000_000, releaseSeconds: null } as const;
    const summaries = async () => {
      const found = await traderSummary(ctx, [ad.userId, wanted.takerId]);
      return [found.get(ad.userId), found.get(wanted.takerId)];
    };
    await commit(ctx, recordTradeEnd(ctx, { ...end, completed: false, fault: "buyer" }));
    expect(await summaries()).toMatchObject([{ completionBps: null }, { completionBps: 0, trades30d: 0 }]);
    await expect(commit(ctx, recordTradeEnd(ctx, { ...end, completed: true, fault: null }))).rejects.toThrow();
    await commit(ctx, undoTradeEnd(ctx, parties));
    expect(await summaries()).toMatchObject([{ completionBps: null }, { completionBps: null }]);
    await commit(ctx, recordTradeEnd(ctx, { ...end, completed: true, fault: null, releaseSeconds: 60 }));
    expect(await summaries()).toMatchObject([
      { completionBps: 10_000, trades30d: 1 },
      { completionBps: 10_000, trades30d: 1 },
    ]);
  });
});
