import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { freshId } from "../support/actors.ts";
import { Stage } from "../support/ledger-stage.ts";

const aPayment = () => ({
  paymentId: freshId("pay"),
  gateway: "stripe" as const,
  asset: "USD",
  amount: 1_190,
  tax: 190,
  revenue: "revenue:subscription" as const,
});

describe("paymentCaptured", () => {
  it("makes the gateway owe the amount, of which the tax is the state's", async () => {
    const stage = new Stage();
    await stage.play(...ledger.paymentCaptured(aPayment()));
    expect(await stage.moved()).toEqual({
      "clearing:stripe:USD": -1_190,
      "revenue:subscription:USD": 1_000,
      "tax:collected:USD": 190,
    });
  });

  it("leaves out the line of a tax of nothing", () => {
    expect(ledger.paymentCaptured({ ...aPayment(), tax: 0 })).toHaveLength(1);
  });
});

describe("gatewayFeeKept", () => {
  it("is our expense", async () => {
    const stage = new Stage();
    await stage.play(
      ...ledger.gatewayFeeKept({ reference: freshId("pay"), gateway: "razorpay", asset: "USD", amount: 30 }),
    );
    expect(await stage.moved()).toEqual({ "expense:gateway:USD": -30, "clearing:razorpay:USD": 30 });
  });
});

describe("a refund", () => {
  const aRefund = () => ({ ...aPayment(), refundId: freshId("pay") });

  it("begun is set aside, and paid takes back revenue and tax", async () => {
    const [stage, refund] = [new Stage(), aRefund()];
    await stage.play(...ledger.refundBegun(refund));
    expect(await stage.moved()).toEqual({});
    await stage.play(...ledger.refundPaid(refund));
    expect(await stage.moved()).toEqual({
      "clearing:stripe:USD": 1_190,
      "revenue:subscription:USD": -1_000,
      "tax:collected:USD": -190,
    });
  });

  it("failed leaves the sale as it was", async () => {
    const [stage, refund] = [new Stage(), aRefund()];
    await stage.play(...ledger.refundBegun(refund));
    await stage.play(...ledger.refundFailed(refund));
    expect(await stage.moved()).toEqual({});
  });
});

describe("refundReturned", () => {
  it("after refundPaid leaves the sale as it was", async () => {
    const [stage, refund] = [new Stage(), { ...aPayment(), refundId: freshId("pay") }];
    await stage.play(...ledger.refundBegun(refund));
    await stage.play(...ledger.refundPaid(refund));
    await stage.play(...ledger.refundReturned(refund));
    expect(await stage.moved()).toEqual({});
  });
});

describe("settlementReceived", () => {
  const settled = () => ({ reference: freshId("setl"), gateway: "stripe" as const, asset: "USD", amount: 700 });

  it("moves what the gateway owes us to our bank", async () => {
    const stage = new Stage();
    await stage.play(...ledger.settlementReceived(settled()));
    expect(await stage.moved()).toEqual({ "clearing:bank:USD": -700, "clearing:stripe:USD": 700 });
  });

  it("is undone by settlementReturned", async () => {
    const [stage, settlement] = [new Stage(), settled()];
    await stage.play(...ledger.settlementReceived(settlement));
    await stage.play(...ledger.settlementReturned(settlement));
    expect(await stage.moved()).toEqual({});
  });
});

describe("a disputed payment", () => {
  const aDispute = () => ({ disputeId: freshId("disp"), gateway: "stripe" as const, asset: "USD", amount: 500 });

  it("disputeOpened, then disputeWon: nothing is lost", async () => {
    const [stage, dispute] = [new Stage(), aDispute()];
    await stage.play(...ledger.disputeOpened(dispute));
    expect(await stage.moved()).toEqual({ "dispute:open:USD": -500, "clearing:stripe:USD": 500 });
    await stage.play(...ledger.disputeWon(dispute));
    expect(await stage.moved()).toEqual({});
  });

  it("disputeOpened, then disputeLost: it is an expense", async () => {
    const [stage, dispute] = [new Stage(), aDispute()];
    await stage.play(...ledger.disputeOpened(dispute));
    await stage.play(...ledger.disputeLost(dispute));
    expect(await stage.moved()).toEqual({ "expense:dispute:USD": -500, "clearing:stripe:USD": 500 });
  });
});

describe("a payout", () => {
  const aPayout = (userId: string) => ({
    payoutId: freshId("payout"),
    userId,
    asset: "USD",
    gross: 1_000,
    tax: 50,
    fee: 10,
  });

  it("payoutHeld sets the gross amount aside, payoutReleased gives it back", async () => {
    const stage = new Stage();
    await stage.fund(1_000);
    const payout = aPayout(stage.user);
    await stage.play(...ledger.payoutHeld(payout));
    expect(await stage.held(`wallet:user:${stage.user}:USD`)).toBe(1_000);
    await stage.play(...ledger.payoutReleased(payout));
    expect(await stage.held(`wallet:user:${stage.user}:USD`)).toBe(0);
    expect(await stage.moved()).toEqual({});
  });

  it("payoutSent and payoutSettled pay net, tax and fee, and leave nothing in flight", async () => {
    const stage = new Stage();
    await stage.fund(1_000);
    const payout = aPayout(stage.user);
    await stage.play(...ledger.payoutHeld(payout));
    await stage.play(...ledger.payoutSent(payout));
    expect(await stage.moved()).toEqual({ "wallet:user:user:USD": -1_000, "payout:flight:it:USD": 1_000 });
    await stage.play(...ledger.payoutSettled(payout));
    expect(await stage.moved()).toEqual({
      "wallet:user:user:USD": -1_000,
      "clearing:bank:USD": 940,
      "tax:withheld:USD": 50,
      "revenue:fee:USD": 10,
    });
    await stage.play(...ledger.payoutReversed(payout));
    expect(await stage.moved()).toEqual({});
  });

  it("payoutFailed gives all of it back", async () => {
    const stage = new Stage();
    await stage.fund(1_000);
    const payout = aPayout(stage.user);
    await stage.play(...ledger.payoutHeld(payout));
    await stage.play(...ledger.payoutSent(payout));
    await stage.play(...ledger.payoutFailed(payout));
    expect(await stage.moved()).toEqual({});
  });
});
