import { describe, expect, it } from "vitest";
import { DAY } from "#kernel/time";
import { audit, getAccount } from "#modules/ledger";
import { testApp } from "../../support/app.ts";
import { rows } from "../../support/platform.ts";
import { bookedFor, open, paymentNow, purchase, Vendor } from "../../support/payments/vendor.ts";
import { explained, keptIn } from "../../../src/modules/payments/rules.settlements.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");
const razorpay = new Vendor(app, "razorpay");

/** Somebody has paid 118.00 by Stripe, of which it keeps 0.59. */
async function paid(): Promise<string> {
  const { vendorId, paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
  await stripe.happens("pay", { id: vendorId });
  await stripe.deliver();
  return (await paymentNow(paymentId)).vendor_id ?? "";
}

async function differing(): Promise<Record<string, unknown>[]> {
  return await rows(
    "select kind, subject, amount from payments_differences where resolved_at is null order by subject",
  );
}

async function settlementOf(vendorId: string): Promise<{ id: string; kept: number; state: string }> {
  const [row] = await rows<{ id: string; kept: number; state: string }>(
    "select id, kept, state from payments_settlements where vendor_id = ?",
    vendorId,
  );
  return row ?? { id: "", kept: -1, state: "none" };
}

describe("a settlement", () => {
  it("is explained by the payments, refunds and disputes that it is made of, and what is kept besides is a fee", async () => {
    const [first, second, third] = [await paid(), await paid(), await paid()];
    const refund = await stripe.happens("refund", { payment_intent: second, amount: "1800" });
    const dispute = await stripe.happens("dispute", { id: third });
    await stripe.deliver();
    const of = [first, second, third, refund.id, dispute.id].join(",");
    const { id, amount } = await stripe.happens("payout", { currency: "usd", of, kept: "200" });
    expect(amount).toBe(3 * (11_800 - 59) - 1_800 - (11_800 + 1_500) - 200);
    await stripe.reconcile();
    await stripe.reconcile();
    const { id: ours, kept } = await settlementOf(id);
    expect(kept).toBe(200);
    expect(await bookedFor(ours)).toEqual({ received: amount, fee_kept: 200 });
    expect(await differing()).toEqual([]);
    const clearing = await getAccount(stripe.ctx(), "clearing:stripe:USD");
    expect(clearing.debitsPosted - clearing.creditsPosted).toBe(0);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });

  it("that our rows do not explain is a difference of what is missing, and is over when they do", async () => {
    const intent = await paid();
    const { id } = await stripe.happens("payout", { currency: "usd", of: intent, amount: "11700" });
    await stripe.reconcile();
    expect(await differing()).toEqual([{ kind: "settlement_differs", subject: id, amount: 11_700 - (11_800 - 59) }]);
    expect((await settlementOf(id)).state).toBe("paid");
    await stripe.reconcile();
    expect(await differing()).toHaveLength(1);
    await stripe.happens("set", { id, amount: 11_741 });
    await stripe.reconcile();
    expect(await differing()).toEqual([]);
  });

  it("that came back leaves what was kept in it kept", async () => {
    const intent = await paid();
    const { id, amount } = await stripe.happens("payout", { currency: "usd", of: intent, kept: "50" });
    await stripe.reconcile();
    await stripe.happens("set", { id, status: "failed" });
    await stripe.reconcile();
    const { id: ours, state } = await settlementOf(id);
    expect(state).toBe("returned");
    expect(await bookedFor(ours)).toEqual({ received: amount, fee_kept: 50, returned: amount });
    expect(await differing()).toEqual([]);
  });

  it("that somebody asked for by hand is booked as its sum", async () => {
    const { id } = await stripe.happens("payout", { amount: "300", currency: "usd" });
    await stripe.reconcile();
    expect(await settlementOf(id)).toMatchObject({ kept: 0, state: "paid" });
    expect(await differing()).toEqual([]);
  });

  it("by Razorpay is looked up in the report of its day in India", async () => {
    const { vendorId: orderId, paymentId } = await open(razorpay, (userId) => purchase("razorpay", userId));
    const { id } = await razorpay.happens("authorize", { orderId });
    await razorpay.deliver();
    const refund = await razorpay.happens("refund", { paymentId: id, amount: 1_000 });
    const dispute = await razorpay.happens("dispute", { paymentId: id, deducted: 11_800 });
    await razorpay.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 1_000, disputed: 11_800 });
    const good = await razorpay.happens("settle", { amount: 11_800 - 236 - 1_000, of: `${id},${refund.id}` });
    const bad = await razorpay.happens("settle", { amount: -5, of: dispute.id });
    await razorpay.happens("set", { id: bad.id, amount: 7 });
    await razorpay.reconcile();
    expect(await differing()).toEqual([{ kind: "settlement_differs", subject: bad.id, amount: 7 + 11_800 }]);
    expect((await settlementOf(good.id)).state).toBe("paid");
    await razorpay.reconcile(() => Date.now() + 20 * DAY);
    expect((await differing()).map(({ subject }) => subject)).toContain(bad.id);
  });
});

describe("what explains a settlement", () => {
  const known = {
    payments: new Map([["pay", { amount: 100, fee: null }]]),
    refunds: new Map(),
    disputes: new Map([["disp", { amount: 40, fee: 5 }]]),
  };

  it("is what is known, and nothing of what is not", () => {
    expect(explained([{ kind: "payment", objectId: "pay", net: 1 }], known)).toBe(100);
    expect(explained([{ kind: "dispute", objectId: "disp", net: -45 }], known)).toBe(-45);
    expect(explained([{ kind: "dispute", objectId: "disp", net: 40 }], known)).toBe(40);
    for (const kind of ["payment", "refund", "dispute", "other"] as const)
      expect(explained([{ kind, objectId: "none", net: -70 }], known)).toBeCloseTo(0);
  });

  it("counts a fee that is kept, and not one that came back", () => {
    const kept = (net: number) => [{ kind: "kept", objectId: "txn", net }] as const;
    expect([keptIn(kept(-30)), explained(kept(-30), known)]).toEqual([30, -30]);
    expect(keptIn(kept(30))).toBe(0);
  });
});
