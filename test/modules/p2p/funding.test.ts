import { afterEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "#platform/ctx";
import * as ledger from "#modules/ledger";
import { fundWallet } from "#modules/wallet";
import { checkSellers } from "../../../src/modules/p2p/service.funding.ts";
import { freshId } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { anAd } from "../../support/p2p.ts";
import { rows } from "../../support/platform.ts";
import { aPair, aReserve, askQuote, swap } from "../../support/swaps.ts";
import { aDeal, command, tradeStub } from "../../support/trades.ts";
import type { Deal } from "../../support/trades.ts";
import { aHolder, askWithdrawal } from "../../support/wallets.ts";

const app = testApp();
type User = Extract<Actor, { kind: "user" }>;

afterEach(() => {
  vi.useRealTimers();
});

async function isShown(adId: string): Promise<boolean> {
  const listed = await rows("select 1 from p2p_listings where ad_id = ? and method = ''", adId);
  const [ad] = await rows<{ funded: number }>("select funded from p2p_ads where id = ?", adId);
  expect(listed).toHaveLength(ad?.funded ?? 0);
  return ad?.funded === 1;
}

async function stockOf({ ad }: Deal): Promise<{ stock: number; exhausted: number } | undefined> {
  return (
    await rows<{ stock: number; exhausted: number }>("select stock, exhausted from p2p_ads where id = ?", ad.id)
  )[0];
}

/** Lets the queue do what a seller's wallet gives cause for. */
async function check(userId: string): Promise<void> {
  const [told] = await rows<{ data: string }>(
    "select data from platform_events where type = 'p2p.sellerFundsMoved' and data ->> 'userId' = ? order by id desc limit 1",
    userId,
  );
  const job = app.composition.job("p2p.checkAfterTrade");
  const event = { id: freshId("evt"), type: "p2p.sellerFundsMoved", version: 1, occurredAt: 0, requestId: "test" };
  await job?.handle(testCtx(app), { ...event, data: JSON.parse(told?.data ?? "null") as unknown });
}

describe("an ad whose seller has less than its minimum left", () => {
  it("is hidden after the trade that took it, and shown when that comes back", async () => {
    const deal = await aDeal(app, { minFiat: 900_000 }, 150_000_000);
    await check(deal.seller.userId);
    expect(await isShown(deal.ad.id)).toBe(false);
    await command(app, { id: deal.id, as: deal.buyer, name: "cancel" });
    await check(deal.seller.userId);
    expect(await isShown(deal.ad.id)).toBe(true);
  });

  const held = async (as: User, rule: "hold" | "correction"): Promise<void> => {
    const ctx = testCtx(app);
    const away = {
      id: `${as.userId}.away`,
      debitAccountId: ledger.accountId("wallet:user", "USDT", as.userId),
      creditAccountId: ledger.accountId("clearing:chain", "USDT", "sandbox"),
      amount: 50_000_000,
      asset: "USDT",
      code: "test",
      reference: as.userId,
    };
    await (rule === "hold" ? ledger.hold(ctx, away) : ledger.post(ctx, away));
  };

  it.each<[string, (as: User) => Promise<unknown>]>([
    ["a withdrawal that was asked for", async (as) => await askWithdrawal(app, as, { amount: "50" })],
    [
      "a swap",
      async (as) => {
        await aPair(app);
        await aReserve(app, "BTC", 1_000_000);
        await swap(app, as, await askQuote(app, as, "50"));
      },
    ],
    ["a hold, as a payout is", async (as) => await held(as, "hold")],
    ["a transfer, as a purchase is", async (as) => await held(as, "correction")],
  ])("is hidden within a minute after %s", async (_, spend) => {
    const as = await aHolder(app);
    const ad = await anAd(app, { userId: as.userId, minFiat: 720_000 });
    await checkSellers(testCtx(app));
    expect(await isShown(ad.id)).toBe(true);
    await spend(as);
    await checkSellers(testCtx(app));
    expect(await isShown(ad.id)).toBe(false);
    await fundWallet(testCtx(app), { userId: as.userId, asset: "USDT", amount: 100_000_000 });
    await checkSellers(testCtx(app));
    expect(await isShown(ad.id)).toBe(true);
  });
});

describe("what an ad offers", () => {
  /** A trade of 100 of 150 USDT that has expired. */
  async function expired(): Promise<Deal> {
    const deal = await aDeal(app, { stock: 150_000_000 });
    expect(await stockOf(deal)).toMatchObject({ stock: 50_000_000 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(deal.body.deadlines.pay) });
    await tradeStub(deal.id).tick();
    expect(await stockOf(deal)).toMatchObject({ stock: 150_000_000 });
    return deal;
  }

  const appeal = async ({ id, buyer }: Deal): Promise<void> => {
    const answer = await command(app, { id, as: buyer, name: "dispute" }, { reason: "I had paid." });
    expect(answer.status).toBe(200);
  };

  it("is less again once a buyer's appeal has locked what the expiry gave back, and whole after the buyer gives up", async () => {
    const deal = await expired();
    await appeal(deal);
    expect(await stockOf(deal)).toMatchObject({ stock: 50_000_000 });
    await command(app, { id: deal.id, as: deal.buyer, name: "cancel" });
    expect(await stockOf(deal)).toMatchObject({ stock: 150_000_000 });
  });

  it("stays less where the appeal is won", async () => {
    const deal = await expired();
    await appeal(deal);
    await command(app, { id: deal.id, as: deal.seller, name: "release" });
    expect(await stockOf(deal)).toMatchObject({ stock: 50_000_000 });
  });

  it("goes down to nothing and no further where others have taken it meanwhile", async () => {
    const deal = await expired();
    await testCtx(app).db.sql("update p2p_ads set stock = 40000000 where id = ?", deal.ad.id).run();
    await appeal(deal);
    expect(await stockOf(deal)).toEqual({ stock: 0, exhausted: 1 });
    expect(await rows("select 1 from p2p_listings where ad_id = ?", deal.ad.id)).toEqual([]);
  });
});
