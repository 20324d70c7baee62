import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Stage } from "../support/ledger-stage.ts";

const ctx = testCtx(testApp());

describe("a withdrawal", () => {
  const aWithdrawal = (userId: string) => ({
    withdrawalId: freshId("wdr"),
    userId,
    network: "bitcoin",
    asset: "BTC",
    amount: 900,
    fee: 100,
  });

  it("withdrawalHeld, withdrawalSettled and networkFeePaid: amount to the chain, fee to us", async () => {
    const stage = new Stage("BTC");
    await stage.fund(1_000);
    const withdrawal = aWithdrawal(stage.user);
    await stage.play(...ledger.withdrawalHeld(withdrawal));
    expect(await stage.held(`wallet:user:${stage.user}:BTC`)).toBe(1_000);
    await stage.play(...ledger.withdrawalSettled(withdrawal));
    await stage.play(
      ...ledger.networkFeePaid({ reference: withdrawal.withdrawalId, network: "bitcoin", asset: "BTC", amount: 40 }),
    );
    expect(await stage.moved()).toEqual({
      "wallet:user:user:BTC": -1_000,
      "clearing:chain:bitcoin:BTC": 940,
      "revenue:fee:BTC": 100,
      "expense:network:BTC": -40,
    });
  });

  it("withdrawalVoided gives all of it back", async () => {
    const stage = new Stage("BTC");
    await stage.fund(1_000);
    const withdrawal = aWithdrawal(stage.user);
    await stage.play(...ledger.withdrawalHeld(withdrawal));
    await stage.play(...ledger.withdrawalVoided(withdrawal));
    expect(await stage.moved()).toEqual({});
  });
});

describe("escrow", () => {
  async function aTrade(fee = 5) {
    const stage = new Stage("USDT");
    await stage.fund(1_000);
    await stage.fund(1, stage.other);
    const trade = {
      tradeId: freshId("trade"),
      sellerId: stage.user,
      buyerId: stage.other,
      asset: "USDT",
      amount: 300,
      fee,
    };
    await stage.play(...ledger.escrowLocked(trade));
    return { stage, trade };
  }

  it("escrowLocked takes amount and fee, escrowReleased gives them to the buyer and to us", async () => {
    const { stage, trade } = await aTrade();
    expect(await stage.moved()).toEqual({ "wallet:user:user:USDT": -305, "escrow:trade:it:USDT": 305 });
    await stage.play(...ledger.escrowReleased(trade));
    expect(await stage.moved()).toEqual({
      "wallet:user:user:USDT": -305,
      "wallet:user:other:USDT": 300,
      "revenue:fee:USDT": 5,
    });
  });

  it("escrowCancelled and escrowExpired give all back; escrowRelocked locks it again", async () => {
    const cancelled = await aTrade();
    await cancelled.stage.play(...ledger.escrowCancelled(cancelled.trade));
    expect(await cancelled.stage.moved()).toEqual({});
    const { stage, trade } = await aTrade();
    await stage.play(...ledger.escrowExpired(trade));
    expect(await stage.moved()).toEqual({});
    await stage.play(...ledger.escrowRelocked(trade));
    expect(await stage.moved()).toEqual({ "wallet:user:user:USDT": -305, "escrow:trade:it:USDT": 305 });
    await stage.play(...ledger.escrowCancelled(trade));
    expect(await stage.moved()).toEqual({});
  });

  it.each([
    [0, 305, 0],
    [300, 0, 5],
    [150, 153, 2],
    [90, 213, 2],
    [200, 102, 3],
  ])("escrowResolved with %d for the buyer gives the seller %d and us %d, exactly", async (share, seller, earned) => {
    const { stage, trade } = await aTrade();
    await stage.play(...ledger.escrowResolved(trade, share));
    const moved = await stage.moved();
    expect(moved["wallet:user:other:USDT"] ?? 0).toBe(share);
    expect(moved["wallet:user:user:USDT"] ?? 0).toBe(seller - 305);
    expect(moved["revenue:fee:USDT"] ?? 0).toBe(earned);
    expect(share + seller + earned).toBe(305);
  });

  it.each([-1, 301])("escrowResolved refuses a share of %d of 300", (share) => {
    const trade = { tradeId: "trade_1", sellerId: "user_1", buyerId: "user_2", asset: "USDT", amount: 300, fee: 5 };
    expect(() => ledger.escrowResolved(trade, share)).toThrow(RangeError);
  });
});

describe("liquidityFunded and liquidityWithdrawn", () => {
  it("move between equity and what is set aside, of which no more can be taken than is there", async () => {
    const stage = new Stage("EUR");
    await stage.play(...ledger.liquidityFunded({ reference: freshId("txn"), asset: "EUR", amount: 9 }));
    await stage.play(...ledger.liquidityWithdrawn({ reference: freshId("txn"), asset: "EUR", amount: 4 }));
    expect(await stage.moved()).toEqual({ "equity:EUR": -5, "clearing:swap:EUR": 5 });
    const rest = ledger.liquidityWithdrawn({ reference: freshId("txn"), asset: "EUR", amount: 6 });
    await expect(ledger.chain(ctx, rest)).rejects.toThrow("balance");
  });
});

describe("swapExecuted", () => {
  it("moves both assets or none", async () => {
    const stage = new Stage("USDT");
    await stage.play(...ledger.liquidityFunded({ reference: freshId("txn"), asset: "BTC", amount: 7 }));
    await stage.fund(1_000);
    const swap = {
      swapId: freshId("txn"),
      userId: stage.user,
      fromAsset: "USDT",
      toAsset: "BTC",
      give: 1_000,
      fee: 10,
      receive: 7,
    };
    await stage.play(...ledger.swapExecuted(swap));
    expect(await stage.moved()).toEqual({
      "wallet:user:user:USDT": -1_000,
      "clearing:swap:USDT": 990,
      "revenue:fee:USDT": 10,
      "clearing:swap:BTC": -7,
      "wallet:user:user:BTC": 7,
    });
    const again = { ...swap, swapId: freshId("txn") };
    await expect(ledger.chain(ctx, ledger.swapExecuted(again))).rejects.toThrow("balance");
    expect((await stage.moved())["clearing:swap:BTC"]).toBe(-7);
  });
});

describe("a commission", () => {
  const aCommission = (userId: string) => ({ commissionId: freshId("comm"), userId, asset: "USD", amount: 200 });

  it("commissionHeld waits, commissionReleased reaches the wallet less what is owed", async () => {
    const stage = new Stage();
    const commission = aCommission(stage.user);
    await stage.play(...ledger.commissionHeld(commission));
    expect(await stage.moved()).toEqual({ "expense:commission:USD": -200, "commission:held:user:USD": 200 });
    await stage.play(...ledger.commissionReleased(commission, 50));
    expect(await stage.moved()).toEqual({
      "expense:commission:USD": -200,
      "wallet:user:user:USD": 150,
      "commission:debt:user:USD": 50,
    });
    expect(ledger.commissionReleased(commission)).toHaveLength(1);
  });

  it("commissionClawedBack takes from what is held, then from the wallet, then as a debt", async () => {
    const stage = new Stage();
    await stage.fund(30);
    await stage.play(...ledger.commissionHeld(aCommission(stage.user)));
    const clawback = {
      refundId: freshId("pay"),
      userId: stage.user,
      asset: "USD",
      fromHeld: 200,
      fromWallet: 30,
      asDebt: 20,
    };
    await stage.play(...ledger.commissionClawedBack(clawback));
    expect(await stage.moved()).toEqual({
      "expense:commission:USD": 50,
      "wallet:user:user:USD": -30,
      "commission:debt:user:USD": -20,
    });
  });
});

describe("depositCredited", () => {
  it("is what lies on the chain, and the user's", async () => {
    const stage = new Stage("ETH");
    const deposit = { depositId: freshId("dep"), userId: stage.user, network: "ethereum", asset: "ETH", amount: 5 };
    await stage.play(...ledger.depositCredited(deposit));
    expect(await stage.moved()).toEqual({ "clearing:chain:ethereum:ETH": -5, "wallet:user:user:ETH": 5 });
  });
});

describe("openingBalanceBooked and dustBooked", () => {
  it("come from equity, and go to dust", async () => {
    const stage = new Stage();
    const accountId = ledger.accountId("wallet:user", "USD", stage.user);
    await stage.play(...ledger.openingBalanceBooked({ reference: freshId("txn"), accountId, asset: "USD", amount: 9 }));
    const fromAccountId = ledger.accountId("clearing:chain", "USD", "sandbox");
    await stage.play(...ledger.dustBooked({ reference: freshId("txn"), asset: "USD", amount: 1, fromAccountId }));
    expect(await stage.moved()).toEqual({
      "equity:USD": -9,
      "wallet:user:user:USD": 9,
      "clearing:chain:sandbox:USD": -1,
      "dust:USD": 1,
    });
  });
});

describe("correctionBooked", () => {
  it("moves a transfer back and names it, leaving it as it is", async () => {
    const stage = new Stage();
    const [original] = ledger.gatewayFeeKept({
      reference: freshId("pay"),
      gateway: "sandbox",
      asset: "USD",
      amount: 30,
    });
    if (!original) throw new Error("The rule books one line.");
    await stage.play(original);
    const correction = ledger.correctionBooked(original, `${freshId("txn")}.correction`);
    expect(correction).toMatchObject({ reference: original.id, code: "correction.booked" });
    await stage.play(correction);
    expect(await stage.moved()).toEqual({});
  });
});
