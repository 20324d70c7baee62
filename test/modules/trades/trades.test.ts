import { describe, expect, it } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import * as ledger from "#modules/ledger";
import {
  aTrader,
  aDeal,
  aSeller,
  balanceOf,
  BODIES,
  command,
  escrowOf,
  ring,
  take,
  tradeStub,
} from "../../support/trades.ts";
import type { TradeBody, User } from "../../support/trades.ts";
import { anApiKey, anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { anAd } from "../../support/p2p.ts";

const app = testApp();

async function run(id: string, as: User, name: string, json?: object): Promise<TradeBody & { status: number }> {
  const answer = await command(app, { id, as, name }, json);
  return { ...(await bodyOf<TradeBody>(answer)), status: answer.status };
}

describe("taking an ad", () => {
  it("locks the asset and the fee on top of it, and freezes the price", async () => {
    const { seller, buyer, id, body } = await aDeal(app);
    expect(body).toMatchObject({
      role: "buyer",
      state: "escrowed",
      version: 1,
      assetAmount: "100.000000",
      fiatAmount: "9000.00",
      feeAmount: "0.500000",
      price: "90.00",
    });
    expect(await escrowOf(app, id)).toEqual({ held: 100_500_000, closed: false });
    expect(await balanceOf(app, seller)).toBe(1_000_000_000 - 100_500_000);
    const mine = await bodyOf<TradeBody>(await app.call(`GET /api/v1/p2p/trades/${id}`, { as: seller }));
    expect(mine).toMatchObject({ id, role: "seller", state: "escrowed" });
    const list = await app.call("GET /api/v1/p2p/trades?state=escrowed", { as: buyer });
    expect((await bodyOf<{ data: TradeBody[] }>(list)).data.map((trade) => trade.id)).toEqual([id]);
  });

  it("takes the seller's side of an ad that buys", async () => {
    const [buyer, seller] = [aTrader(), await aSeller(app)];
    const ad = await anAd(app, { userId: buyer.userId, side: "buy" });
    const body = await bodyOf<TradeBody>(await take(app, seller, ad.id, { assetAmount: "10" }));
    expect(body).toMatchObject({ role: "seller", fiatAmount: "900.00", state: "escrowed" });
    expect((await run(body.id, buyer, "paid")).state).toBe("paid");
  });

  it("does nothing at all where the seller does not have it", async () => {
    const seller = await aSeller(app, 100_000_000);
    const ad = await anAd(app, { userId: seller.userId, stock: 500_000_000 });
    const answer = await take(app, aTrader(), ad.id);
    expect([answer.status, (await bodyOf(answer))["code"]]).toEqual([409, "insufficient_funds"]);
    const row = await testCtx(app).db.sql("select stock from p2p_ads where id = ?", ad.id).first();
    expect([row, await balanceOf(app, seller)]).toEqual([{ stock: 500_000_000 }, 100_000_000]);
  });

  it("gives the last of an ad to one of twenty who take it at once, and nothing to the others", async () => {
    const seller = await aSeller(app);
    const ad = await anAd(app, { userId: seller.userId, stock: 100_000_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await take(app, aTrader(), ad.id)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(await balanceOf(app, seller)).toBe(1_000_000_000 - 100_500_000);
  });

  it("refuses one's own ad, and an ad that is not there", async () => {
    const seller = await aSeller(app);
    const ad = await anAd(app, { userId: seller.userId });
    const own = await take(app, seller, ad.id);
    expect([own.status, (await bodyOf(own))["code"]]).toEqual([409, "own_ad"]);
    expect((await take(app, aTrader(), ad.id.replace(/.{4}$/, "0000"))).status).toBe(404);
  });

  it("wants one amount, of either", async () => {
    const seller = await aSeller(app);
    const ad = await anAd(app, { userId: seller.userId });
    const both = await take(app, aTrader(), ad.id, { fiatAmount: "900.00", assetAmount: "10" });
    const exact = await take(app, aTrader(), ad.id, { assetAmount: "10.0000001" });
    const huge = await take(app, aTrader(), ad.id, { fiatAmount: "9".repeat(15) });
    expect([both.status, exact.status, huge.status]).toEqual([422, 422, 422]);
  });
});

describe("a trade that goes well", () => {
  it("gives the buyer the asset, us the fee, and leaves nothing in escrow", async () => {
    const { seller, buyer, id } = await aDeal(app);
    const fees = async () => (await ledger.listAccounts(testCtx(app), ["revenue:fee:USDT"])).at(0)?.creditsPosted ?? 0;
    const before = await fees();
    expect(await run(id, buyer, "paid", { expectedVersion: 1 })).toMatchObject({
      status: 200,
      state: "paid",
      version: 2,
    });
    expect(await run(id, seller, "release", { expectedVersion: 2 })).toMatchObject({ status: 200, state: "released" });
    expect(await escrowOf(app, id)).toEqual({ held: 0, closed: true });
    expect(await balanceOf(app, buyer)).toBe(100_000_000);
    expect((await fees()) - before).toBe(500_000);
    expect((await ledger.audit(testCtx(app))).failures).toEqual([]);
  });

  it("says the same again, and no more, however often it is released", async () => {
    const { seller, buyer, id } = await aDeal(app);
    await run(id, buyer, "paid");
    const first = await run(id, seller, "release");
    const again = await Promise.all(Array.from({ length: 20 }, async () => await run(id, seller, "release")));
    for (const answer of again) expect(answer).toEqual(first);
    expect(await balanceOf(app, buyer)).toBe(100_000_000);
  });

  it("answers a repeat under its key as the first time, though the trade has gone on", async () => {
    const { seller, buyer, id } = await aDeal(app);
    const order = (commandId: string) => ({
      commandId,
      command: { name: "pay", payerName: null } as const,
      role: "party" as const,
      expectedVersion: null,
      actor: buyer,
      requestId: "test",
      source: { ip: null, userAgent: null, country: null, place: null, deviceId: null, referralCode: null },
    });
    const first = await tradeStub(id).obey(order("op_1"));
    await run(id, seller, "release");
    const again = await tradeStub(id).obey(order("op_1"));
    expect([first, again].map((verdict) => verdict.state === "done" && verdict.version)).toEqual([2, 2]);
    expect((await tradeStub(id).obey(order("op_2"))).state).toBe("refused");
  });

  it("warns the seller of a payer who is called otherwise", async () => {
    const { seller, buyer, id } = await aDeal(app);
    const { anAccount } = await import("../../support/accounts.ts");
    const { user } = await anAccount(app);
    await testCtx(app).db.sql("update trades_trades set buyer_id = ? where id = ?", user.id, id).run();
    await evictDurableObject(tradeStub(id));
    const ada = { ...buyer, userId: user.id };
    expect((await run(id, ada, "paid", { payerName: "Charles Babbage" })).warnings).toEqual([]);
    const seen = await bodyOf<TradeBody>(await app.call(`GET /api/v1/p2p/trades/${id}`, { as: seller }));
    expect(seen.warnings).toEqual(["payer_name_differs"]);
  });
});

describe("a trade's parties", () => {
  it("are the only ones: others find nothing, an operator and a key neither", async () => {
    const { id, buyer } = await aDeal(app);
    for (const as of [aTrader(), anOperator()])
      for (const name of Object.keys(BODIES))
        expect((await command(app, { id, as, name }, BODIES[name])).status).toBe(404);
    const key = anApiKey(["p2p:write", "p2p:read"], { userId: buyer.userId });
    const call = await app.call(`POST /api/v1/p2p/trades/${id}/paid`, { as: key });
    expect(call.status).toBe(403);
    expect((await app.call(`GET /api/v1/p2p/trades/${id}`, { as: key })).status).toBe(200);
  });

  it("are told apart: what the other side does is forbidden to each", async () => {
    const { id, buyer, seller } = await aDeal(app);
    for (const [as, name] of [
      [seller, "paid"],
      [seller, "cancel"],
      [buyer, "release"],
      [buyer, "extend"],
    ] as const)
      expect((await command(app, { id, as, name }, BODIES[name])).status).toBe(403);
    expect(await escrowOf(app, id)).toMatchObject({ held: 100_500_000 });
  });

  it("hear the state where it does not allow something, and the version where they saw an old one", async () => {
    const { id, buyer, seller } = await aDeal(app);
    expect(await run(id, seller, "release")).toMatchObject({
      status: 409,
      code: "illegal_transition",
      state: "escrowed",
    });
    await run(id, buyer, "paid");
    expect(await run(id, seller, "release", { expectedVersion: 1 })).toMatchObject({
      status: 409,
      code: "version_stale",
      state: "paid",
      version: 2,
    });
    expect(await run(id, buyer, "paid", { expectedVersion: 1 })).toMatchObject({ status: 200, version: 2 });
  });

  it("release only in a raised session once they have two factors", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await run(id, buyer, "paid");
    const strict = { ...seller, mfa: true };
    expect(await run(id, strict, "release")).toMatchObject({ status: 403, code: "step_up_required" });
    expect(await run(id, { ...strict, raisedUntil: Date.now() + 60_000 }, "release")).toMatchObject({ status: 200 });
  });
});

describe("an end", () => {
  it("stays: no command and no alarm changes it or moves money", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await run(id, buyer, "cancel");
    expect(await balanceOf(app, seller)).toBe(1_000_000_000);
    for (const [as, name] of [
      [buyer, "paid"],
      [buyer, "dispute"],
      [seller, "release"],
      [seller, "extend"],
      [seller, "dispute"],
    ] as const)
      expect(await run(id, as, name, BODIES[name])).toMatchObject({ status: 409, state: "cancelled" });
    expect(await run(id, buyer, "cancel")).toMatchObject({ status: 200, state: "cancelled" });
    await ring(id);
    expect(await escrowOf(app, id)).toEqual({ held: 0, closed: true });
  });
});

describe("feedback", () => {
  it("is given once by each side, and only after the end", async () => {
    const { id, buyer, seller } = await aDeal(app);
    const rate = async (as: User, rating: number) =>
      (await app.call(`POST /api/v1/p2p/trades/${id}/feedback`, { as, json: { rating } })).status;
    expect(await rate(buyer, 5)).toBe(409);
    await run(id, buyer, "paid");
    await run(id, seller, "release");
    expect([await rate(buyer, 5), await rate(buyer, 5), await rate(buyer, 1)]).toEqual([201, 200, 409]);
    expect([await rate(seller, 4), await rate(aTrader(), 4)]).toEqual([201, 404]);
  });
});
