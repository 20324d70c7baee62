import { describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { audit } from "#modules/ledger";
import { refundPayment } from "#modules/payments";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { count, rows } from "../../support/platform.ts";
import { bookedFor, open, paymentNow, published, purchase, Vendor } from "../../support/payments/vendor.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");
const razorpay = new Vendor(app, "razorpay");
const REFUND = "POST /v1/refunds";

/** Somebody has paid 118.00 by Stripe. */
async function paid(): Promise<{ paymentId: Id<"pay">; intent: string }> {
  const { vendorId, paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
  await stripe.happens("pay", { id: vendorId });
  await stripe.deliver();
  return { paymentId: paymentId as Id<"pay">, intent: (await paymentNow(paymentId)).vendor_id ?? "" };
}

async function refund(paymentId: string, json: object, vendor = stripe): Promise<Response> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  return await vendor.call(`POST /api/v1/admin/payments/${paymentId}/refund`, { as: anOperator(), json, headers });
}

const refundsOf = async (paymentId: string) =>
  await rows<{ id: string; amount: number; tax: number; state: string; vendor_id: string | null }>(
    "select id, amount, tax, state, vendor_id from payments_refunds where payment_id = ? order by id",
    paymentId,
  );

async function expectBalanced(): Promise<void> {
  const { ok, failures } = await audit(stripe.ctx());
  expect(failures).toEqual([]);
  expect(ok).toBe(true);
  await stripe.reconcile();
  expect(await rows("select * from payments_differences where resolved_at is null")).toEqual([]);
}

describe("a refund", () => {
  it("is set aside at once, asked for by a job, and booked when it is paid", async () => {
    const { paymentId } = await paid();
    const answer = await refund(paymentId, { amount: "18.00", reason: "Kind." });
    expect(await bodyOf(answer)).toMatchObject({
      status: "captured",
      refundedAmount: "0.00",
      refunds: [{ status: "pending", amount: "18.00" }],
    });
    expect(await paymentNow(paymentId)).toMatchObject({ refunding: 1_800, refunded: 0 });
    await stripe.settle();
    expect(await paymentNow(paymentId)).toMatchObject({ refunding: 0, refunded: 1_800 });
    const [row] = await refundsOf(paymentId);
    expect(await bookedFor(row?.id ?? "")).toEqual({
      begun: 1_525,
      "begun.tax": 275,
      "begun.paid": 1_525,
      "begun.tax.paid": 275,
    });
    expect(await published("payment.refunded", row?.id ?? "")).toBe(1);
    await stripe.deliver((events) => [...events, ...events]);
    expect((await refundsOf(paymentId)).length).toBe(1);
    await expectBalanced();
  });

  it("in many parts gives back the whole amount and all of its tax, and not a cent more", async () => {
    const { paymentId } = await paid();
    for (const amount of ["33.33", "33.33", "33.33"])
      expect((await refund(paymentId, { amount, reason: "Part." })).status).toBe(200);
    expect(await bodyOf(await refund(paymentId, { amount: "18.02", reason: "More." }))).toMatchObject({
      code: "refund_too_large",
    });
    expect((await refund(paymentId, { reason: "The rest." })).status).toBe(200);
    await stripe.settle();
    const parts = await refundsOf(paymentId);
    expect(parts.reduce((sum, { amount }) => sum + amount, 0)).toBe(11_800);
    expect(parts.reduce((sum, { tax }) => sum + tax, 0)).toBe(1_800);
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 11_800, refunding: 0 });
    expect(await bodyOf(await refund(paymentId, { reason: "Again." }))).toMatchObject({ code: "refund_too_large" });
    await expectBalanced();
  });

  it("is never more than what is left, however many are asked for at once", async () => {
    const { paymentId } = await paid();
    const answers = await Promise.all(
      Array.from({ length: 24 }, async () => await refund(paymentId, { amount: "10.00", reason: "Race." })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(11);
    await stripe.settle();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 11_000, refunding: 0 });
    await expectBalanced();
  });

  it("is refused for amounts that are none, with the reason", async () => {
    const { paymentId } = await paid();
    const codeOf = async (json: object) => (await bodyOf(await refund(paymentId, json)))["code"];
    expect(await codeOf({ amount: "0.00", reason: "x" })).toBe("amount_zero");
    expect(await codeOf({ amount: "-1.00", reason: "x" })).toBe("amount_negative");
    expect(await codeOf({ amount: "1.001", reason: "x" })).toBe("too_many_decimals");
    expect(await codeOf({ amount: "1e2", reason: "x" })).toBe("amount_malformed");
    expect((await refund("pay_00000000000000000000000000", { reason: "x" })).status).toBe(404);
  });

  it("of what was never captured is refused", async () => {
    const { paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
    expect(await bodyOf(await refund(paymentId ?? "", { reason: "x" }))).toMatchObject({ code: "not_captured" });
  });

  it("is asked for once though its answer was lost", async () => {
    const { paymentId } = await paid();
    const before = (await stripe.state()).effects[REFUND] ?? 0;
    await stripe.plan(REFUND, "take-and-hang");
    await refund(paymentId, { reason: "Lost." });
    await stripe.settle();
    expect((await stripe.state()).effects[REFUND]).toBe(before + 1);
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 11_800, refunding: 0 });
    await expectBalanced();
  });

  it("that the vendor declines is given back to the sale", async () => {
    const { paymentId, intent } = await paid();
    const charge = Object.values((await stripe.state()).things).find(
      (thing) => thing["payment_intent"] === intent && thing["object"] === "charge",
    );
    await stripe.happens("set", { id: charge?.id, amount: 1 });
    await refund(paymentId, { amount: "18.00", reason: "Declined." });
    await stripe.settle();
    expect(await refundsOf(paymentId)).toMatchObject([{ state: "failed" }]);
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 0, refunding: 0 });
    await stripe.happens("set", { id: charge?.id, amount: 11_800 });
    await expectBalanced();
  });

  it("made at the vendor is taken in, by its event or by the comparison", async () => {
    const [first, second] = [await paid(), await paid()];
    await stripe.happens("refund", { payment_intent: first.intent, amount: "500" });
    await stripe.deliver((events) => events.toReversed());
    await stripe.happens("refund", { payment_intent: second.intent, amount: "11800" });
    await stripe.reconcile();
    expect(await paymentNow(first.paymentId)).toMatchObject({ refunded: 500 });
    expect(await paymentNow(second.paymentId)).toMatchObject({ refunded: 11_800 });
    await stripe.deliver();
    await expectBalanced();
  });

  it("whose event comes before that of its payment brings the payment along", async () => {
    const { vendorId, paymentId } = await open(stripe, (userId) => purchase("stripe", userId));
    await stripe.happens("pay", { id: vendorId });
    const { id } = await stripe.newest("pi");
    await stripe.happens("refund", { payment_intent: id, amount: "500" });
    await stripe.deliver((events) => events.filter(({ type }) => type === "refund.created"));
    expect(await paymentNow(paymentId)).toMatchObject({ status: "captured", refunded: 500 });
    await expectBalanced();
  });

  it("that comes back from the bank stands as an open difference", async () => {
    const { paymentId } = await paid();
    await refund(paymentId, { amount: "18.00", reason: "Bounced." });
    await stripe.settle();
    const [row] = await refundsOf(paymentId);
    await stripe.happens("failRefund", { id: row?.vendor_id });
    await stripe.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 0 });
    expect(await rows("select kind from payments_differences where resolved_at is null")).toEqual([
      { kind: "refund_returned" },
    ]);
    expect((await audit(stripe.ctx())).ok).toBe(true);
    await rows("update payments_differences set resolved_at = 1");
    await expectBalanced();
  });

  it("whose row was changed past the books shows as a difference of the clearing account, until it is mended", async () => {
    const { paymentId } = await paid();
    const differing = "select kind, subject, amount from payments_differences where resolved_at is null";
    await rows("update payments_payments set fee = fee + 7 where id = ?", paymentId);
    await stripe.reconcile();
    expect(await rows(differing)).toEqual([{ kind: "clearing_differs", subject: "clearing:stripe:USD", amount: 7 }]);
    await rows("update payments_payments set fee = fee - 7 where id = ?", paymentId);
    await expectBalanced();
  });

  it("by Razorpay is found at the vendor and not asked for twice, though its answer was lost", async () => {
    const { vendorId: orderId, paymentId } = await open(razorpay, (userId) => purchase("razorpay", userId));
    const { id } = await razorpay.happens("authorize", { orderId });
    await razorpay.deliver();
    await razorpay.plan("POST /v1/payments/:id/refund", "take-and-hang", "fail");
    await refund(paymentId ?? "", { amount: "18.00", reason: "Lost." }, razorpay);
    await razorpay.settle();
    await razorpay.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 1_800, refunding: 0 });
    expect((await razorpay.state()).effects["POST /v1/payments/:id/refund"]).toBe(1);
    await razorpay.happens("refund", { paymentId: id, amount: 100 });
    await razorpay.reconcile();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 1_900 });
  });

  it("that nobody could send for a day calls an operator, and is sent when the vendor is back", async () => {
    const { paymentId } = await paid();
    await refundPayment(stripe.ctx(), { paymentId, amount: 100, reason: "Dead letter." });
    await rows("update platform_deliveries set state = 'dead' where state = 'pending'");
    await rows("update payments_refunds set created_at = created_at - ? where payment_id = ?", 2 * DAY, paymentId);
    await stripe.plan(REFUND, "hang");
    await stripe.reconcile();
    const [compared] = await rows<{ failure: string | null }>(
      "select failure from payments_comparisons where provider = 'stripe'",
    );
    expect(compared?.failure).toBe("no_answer");
    await expectBalanced();
    expect(await paymentNow(paymentId)).toMatchObject({ refunded: 100 });
  });
});

describe("a dispute", () => {
  it.each(["won", "lost"])("that is %s is booked once, in whichever order its events come", async (outcome) => {
    const { paymentId, intent } = await paid();
    const { id } = await stripe.happens("dispute", { id: intent });
    await stripe.deliver((events) => [...events, ...events]);
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 11_800 });
    expect(await bodyOf(await refund(paymentId, { reason: "x" }))).toMatchObject({ code: "payment_disputed" });
    await stripe.happens("closeDispute", { id, status: outcome });
    await stripe.deliver((events) => [...events, ...events]);
    const [row] = await rows<{ id: string; state: string }>(
      "select id, state from payments_disputes where vendor_id = ?",
      id,
    );
    expect(row?.state).toBe(outcome);
    expect(await bookedFor(row?.id ?? "")).toEqual({ opened: 11_800, fee_kept: 1_500, [outcome]: 11_800 });
    expect(await published("dispute.opened", row?.id ?? "")).toBe(1);
    expect(await published("dispute.closed", row?.id ?? "")).toBe(1);
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: outcome === "won" ? 0 : 11_800 });
    await expectBalanced();
  });

  it("of which only the end is heard is booked from its beginning", async () => {
    const { paymentId, intent } = await paid();
    const { id } = await stripe.happens("dispute", { id: intent });
    await stripe.happens("closeDispute", { id, status: "lost" });
    await stripe.deliver((events) => events.toReversed());
    const [row] = await rows<{ id: string }>("select id from payments_disputes where payment_id = ?", paymentId);
    expect(await bookedFor(row?.id ?? "")).toEqual({ opened: 11_800, fee_kept: 1_500, lost: 11_800 });
    await expectBalanced();
  });

  it("that only asks moves no money", async () => {
    const { paymentId, intent } = await paid();
    const { id } = await stripe.happens("dispute", { id: intent });
    await stripe.happens("set", { id, status: "warning_needs_response" });
    await stripe.deliver();
    await stripe.happens("closeDispute", { id, status: "warning_closed" });
    await stripe.deliver();
    expect(await rows("select state, booked from payments_disputes where vendor_id = ?", id)).toEqual([
      { state: "won", booked: 0 },
    ]);
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 0 });
    await expectBalanced();
  });

  it("that began as a question keeps the fee of when the money went", async () => {
    const { paymentId, intent } = await paid();
    const { id } = await stripe.happens("dispute", { id: intent });
    await stripe.happens("set", { id, status: "warning_needs_response", balance_transactions: [] });
    await stripe.deliver();
    await stripe.happens("set", { id, balance_transactions: [{ fee: 1_500, currency: "usd" }] });
    await stripe.happens("closeDispute", { id, status: "needs_response" });
    await stripe.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 11_800 });
    expect(await rows("select fee from payments_disputes where vendor_id = ?", id)).toEqual([{ fee: 1_500 }]);
    await expectBalanced();
  });

  it("whose end came long after and was never told is found by the comparison", async () => {
    const { paymentId, intent } = await paid();
    const { id } = await stripe.happens("dispute", { id: intent });
    await stripe.deliver();
    await stripe.happens("closeDispute", { id, status: "lost" });
    await stripe.told();
    await rows("update payments_comparisons set compared_at = ?", Date.now() + 30 * DAY);
    await stripe.reconcile(() => Date.now() + 30 * DAY);
    expect(await rows("select state from payments_disputes where vendor_id = ?", id)).toEqual([{ state: "lost" }]);
    await rows("update payments_comparisons set compared_at = ?", Date.now());
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 11_800 });
    await expectBalanced();
  });

  it("by Razorpay is taken in by the comparison when no event of it came", async () => {
    const { vendorId: orderId, paymentId } = await open(razorpay, (userId) => purchase("razorpay", userId));
    const { id } = await razorpay.happens("authorize", { orderId });
    await razorpay.deliver();
    const dispute = await razorpay.happens("dispute", { paymentId: id });
    await razorpay.reconcile();
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 11_800 });
    await razorpay.happens("closeDispute", { id: dispute.id, status: "won" });
    await razorpay.reconcile();
    expect(await paymentNow(paymentId)).toMatchObject({ disputed: 0 });
    expect(await count("payments_disputes", "vendor_id = ? and state = 'won'", dispute.id)).toBe(1);
  });
});
