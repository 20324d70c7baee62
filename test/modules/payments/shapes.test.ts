import { describe, expect, it } from "vitest";
import * as razorpay from "../../../src/modules/gateways/razorpay.shapes.ts";
import * as stripe from "../../../src/modules/gateways/stripe.shapes.ts";

describe("what Stripe's objects mean to us", () => {
  const intent = (values: object) =>
    stripe.toPayment(
      stripe.intent.parse({ id: "pi_1", amount: 100, currency: "usd", status: "succeeded", created: 1, ...values }),
      null,
    );

  it("a payment is what its status says, and a try that was declined is a failure", () => {
    const states: readonly (readonly [string, string])[] = [
      ["succeeded", "captured"],
      ["requires_capture", "authorized"],
      ["processing", "pending"],
      ["requires_action", "pending"],
      ["requires_confirmation", "pending"],
      ["canceled", "failed"],
      ["requires_payment_method", "created"],
      ["something_new", "created"],
    ];
    for (const [status, state] of states) expect(intent({ status }).state, status).toBe(state);
    const declined = { status: "requires_payment_method", last_payment_error: { code: "card_declined" } };
    expect(intent(declined)).toMatchObject({ state: "failed", failureCode: "card_declined" });
    expect(intent({ status: "canceled" })).toMatchObject({ failureCode: "canceled" });
    expect(intent({ amount_received: 70 })).toMatchObject({ state: "captured", amount: 70, failureCode: null });
  });

  it("a fee counts in the payment's own currency, and a card is known by its fingerprint", () => {
    const charge = (values: object) => intent({ latest_charge: { amount_refunded: 5, ...values } });
    expect(charge({ balance_transaction: { fee: 59, currency: "usd" } })).toMatchObject({ fee: 59, refunded: 5 });
    expect(charge({ balance_transaction: { fee: 59, currency: "eur" } }).fee).toBeNull();
    expect(charge({ balance_transaction: "txn_1" }).fee).toBeNull();
    expect(intent({ latest_charge: "ch_1" })).toMatchObject({ fee: null, refunded: 0, method: null });
    expect(intent({})).toMatchObject({ fee: null, refunded: 0, method: null, checkoutKey: null });
    expect(charge({ payment_method_details: { card: { fingerprint: "f" } } }).method).toBe("card f");
    expect(charge({ payment_method_details: { card: { fingerprint: null } } }).method).toBeNull();
  });

  it("a checkout without a status is open, and names may come whole", () => {
    expect(stripe.toCheckout(stripe.session.parse({ id: "cs_1" }))).toEqual({
      id: "cs_1",
      key: null,
      state: "open",
      customerId: null,
      paymentId: null,
      subscriptionId: null,
    });
    const whole = { id: "cs_1", status: "complete", customer: { id: "cus_1" }, payment_intent: "pi_1" };
    expect(stripe.toCheckout(stripe.session.parse(whole))).toMatchObject({ customerId: "cus_1", paymentId: "pi_1" });
  });

  it("a refund or a dispute of what is no payment of ours is none", () => {
    const refund = (values: object) =>
      stripe.toRefund(
        stripe.refund.parse({ id: "re_1", amount: 1, currency: "usd", payment_intent: "pi_1", ...values }),
      );
    expect(refund({ payment_intent: null })).toBeNull();
    expect(refund({ status: null })).toMatchObject({ state: "pending", key: null });
    expect([refund({ status: "succeeded" })?.state, refund({ status: "canceled" })?.state]).toEqual(["paid", "failed"]);
    const dispute = (values: object) =>
      stripe.toDispute(
        stripe.dispute.parse({
          id: "dp_1",
          amount: 1,
          currency: "usd",
          status: "needs_response",
          reason: "fraudulent",
          payment_intent: "pi_1",
          created: 1,
          ...values,
        }),
      );
    expect(dispute({ payment_intent: null })).toBeNull();
    const lines = [
      { fee: 1_500, currency: "usd" },
      { fee: -1_500, currency: "usd" },
      { fee: 900, currency: "eur" },
    ];
    expect(dispute({ balance_transactions: lines })).toMatchObject({ state: "open", fee: 1_500 });
    for (const [status, state] of [
      ["warning_needs_response", "inquiry"],
      ["warning_closed", "won"],
      ["lost", "lost"],
      ["something_new", "open"],
    ] as const)
      expect(dispute({ status })?.state, status).toBe(state);
  });

  it("what a settlement is made of is named by what we know it by", () => {
    const part = (type: string, source: unknown) =>
      stripe.toSettledPart(stripe.balanceLine.parse({ id: "txn_1", type, net: 10, source }));
    expect(part("payout", "po_1")).toBeNull();
    expect(part("charge", { id: "ch_1", payment_intent: "pi_1" })).toEqual({
      kind: "payment",
      objectId: "pi_1",
      net: 10,
    });
    expect(part("charge", "ch_1")).toMatchObject({ kind: "payment", objectId: "txn_1" });
    expect(part("refund", { id: "re_1", payment_intent: "pi_1" })).toMatchObject({ kind: "refund", objectId: "re_1" });
    expect(part("stripe_fee", null)).toMatchObject({ kind: "kept", objectId: "txn_1" });
    expect(part("something_new", null)).toMatchObject({ kind: "other" });
    const settled = (status: string) =>
      stripe.toSettlement(stripe.payout.parse({ id: "po_1", amount: 1, currency: "usd", status, created: 1 })).state;
    expect(["paid", "failed", "canceled", "in_transit"].map(settled)).toEqual(["paid", "failed", "failed", "pending"]);
  });
});

describe("what Razorpay's objects mean to us", () => {
  const payment = (values: object) =>
    razorpay.toPayment(
      razorpay.payment.parse({
        id: "pay_1",
        amount: 100,
        currency: "INR",
        status: "created",
        created_at: 1,
        ...values,
      }),
    );

  it("a payment is what its status says, or captured where it says so", () => {
    for (const [status, state] of [
      ["created", "created"],
      ["authorized", "authorized"],
      ["captured", "captured"],
      ["refunded", "captured"],
      ["failed", "failed"],
    ] as const)
      expect(payment({ status }).state, status).toBe(state);
    expect(payment({ status: "authorized", captured: true, fee: 236 })).toMatchObject({ state: "captured", fee: 236 });
    expect(payment({ status: "authorized", fee: 236 })).toMatchObject({ fee: null, refunded: 0, checkoutKey: null });
  });

  it("a failure is one word that is safe to store, and an address is known in any case", () => {
    const failed = (values: object) => payment({ status: "failed", ...values }).failureCode;
    expect(failed({ error_reason: "payment_timed_out" })).toBe("payment_timed_out");
    expect(failed({ error_code: "BAD_REQUEST_ERROR" })).toBe("bad_request_error");
    expect([failed({}), failed({ error_reason: "<script>" })]).toEqual(["declined", "declined"]);
    expect(payment({ vpa: "Ada@OKBank" }).method).toBe("upi ada@okbank");
    expect(payment({ vpa: "" }).method).toBeNull();
  });

  it("a refund is ours by its note, else by its receipt; notes are a list when they are empty", () => {
    const refund = (values: object) =>
      razorpay.toRefund(
        razorpay.refund.parse({ id: "rfnd_1", payment_id: "pay_1", amount: 1, status: "processed", ...values }),
      );
    expect(refund({ notes: { refundId: "r1" }, receipt: "r2" })).toMatchObject({
      key: "r1",
      state: "paid",
      asset: "INR",
    });
    expect(refund({ notes: [], receipt: "r2" })).toMatchObject({ key: "r2" });
    expect(refund({ notes: { refundId: 7 }, status: "pending" })).toMatchObject({ key: null, state: "pending" });
    expect(refund({ status: "failed" })).toMatchObject({ key: null, state: "failed" });
  });

  it("a dispute asks until money is taken, and one that is closed is won", () => {
    const dispute = (values: object) =>
      razorpay.toDispute(
        razorpay.dispute.parse({
          id: "disp_1",
          payment_id: "pay_1",
          amount: 1,
          currency: "INR",
          status: "open",
          created_at: 1,
          ...values,
        }),
      );
    expect(dispute({})).toMatchObject({ state: "inquiry", reason: "unknown", fee: 0 });
    expect(dispute({ amount_deducted: 1 }).state).toBe("open");
    for (const [status, state] of [
      ["won", "won"],
      ["lost", "lost"],
      ["closed", "won"],
    ] as const)
      expect(dispute({ status, amount_deducted: 1 }).state).toBe(state);
  });

  it("a line of a settlement is named by what it is about", () => {
    const part = (values: object) =>
      razorpay.toSettledPart(
        razorpay.settledLine.parse({ entity_id: "e", type: "payment", debit: 0, credit: 10, ...values }),
      );
    expect(part({})).toEqual({ kind: "payment", objectId: "e", net: 10 });
    expect(part({ type: "refund", debit: 4, credit: 0 })).toEqual({ kind: "refund", objectId: "e", net: -4 });
    expect(part({ type: "adjustment", dispute_id: "disp_1" })).toMatchObject({ kind: "dispute", objectId: "disp_1" });
    expect(part({ type: "transfer" })).toMatchObject({ kind: "other" });
    const settled = (status: string) =>
      razorpay.toSettlement(razorpay.settlement.parse({ id: "setl_1", amount: 1, status, created_at: 1 })).state;
    expect(["processed", "failed", "created"].map(settled)).toEqual(["paid", "failed", "pending"]);
  });
});
