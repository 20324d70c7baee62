import { describe, expect, it } from "vitest";
import { audit } from "#modules/ledger";
import { aUser } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { count, rows } from "../../support/platform.ts";
import {
  bookedFor,
  hmacHex,
  open,
  paymentNow,
  published,
  purchase,
  RAZORPAY_KEY_SECRET,
  Vendor,
} from "../../support/payments/vendor.ts";

const app = testApp();
const vendor = new Vendor(app, "razorpay");
const silver = (userId: Parameters<typeof purchase>[1]) => purchase("razorpay", userId);

async function expectPaidOnce(paymentId: string | null): Promise<void> {
  const row = await paymentNow(paymentId);
  expect(row).toMatchObject({ status: "captured", amount: 11_800, fee: 236 });
  expect(await published("payment.captured", row.id)).toBe(1);
  expect(await bookedFor(row.id)).toEqual({ captured: 10_000, "captured.tax": 1_800, fee_kept: 236 });
  expect(await rows("select * from payments_differences where resolved_at is null")).toEqual([]);
  expect((await audit(vendor.ctx())).ok).toBe(true);
}

describe("a payment by Razorpay", () => {
  it("is captured by us, and counts once for the browser, its events and the comparison together", async () => {
    const { vendorId: orderId, paymentId, order, userId } = await open(vendor, silver);
    expect(order).toEqual({ orderId, keyId: vendor.key });
    const { id } = await vendor.happens("authorize", { orderId });
    const json = { orderId, paymentId: id, signature: await hmacHex(RAZORPAY_KEY_SECRET, `${orderId}|${id}`) };
    const as = aUser({ userId });
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await vendor.call("POST /api/v1/payments/razorpay/verify", { as, json })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await bodyOf(answers[0] as Response)).toMatchObject({ id: paymentId, status: "captured", amount: "118.00" });
    await vendor.deliver((events) => [...events, ...events.toReversed()]);
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
  });

  it("is refused with another signature, for another's order and for an order that is none", async () => {
    const { vendorId: orderId, userId, paymentId } = await open(vendor, silver);
    const { id } = await vendor.happens("authorize", { orderId });
    const signature = await hmacHex(RAZORPAY_KEY_SECRET, `${orderId}|${id}`);
    const verify = async (json: object, as = aUser({ userId })) =>
      (await bodyOf(await vendor.call("POST /api/v1/payments/razorpay/verify", { as, json })))["code"];
    expect(await verify({ orderId, paymentId: id, signature: signature.replace(/./, "z") })).toBe("signature_invalid");
    expect(await verify({ orderId, paymentId: `${id}x`, signature })).toBe("signature_invalid");
    expect(await verify({ orderId, paymentId: id, signature: "" })).toBe("signature_invalid");
    expect(await verify({ orderId, paymentId: id, signature }, aUser())).toBe("order_not_found");
    expect(await verify({ orderId: "order_none", paymentId: id, signature })).toBe("order_not_found");
    expect(await paymentNow(paymentId)).toMatchObject({ status: "created" });
  });

  it("counts though its event overtakes the answer that names the order", async () => {
    await vendor.plan("POST /v1/orders", "take-and-hang");
    const failed = await open(vendor, silver).catch((error: unknown) => error);
    expect(failed).toMatchObject({ kind: { code: "gateway_unavailable" } });
    const order = await vendor.newest("order");
    await vendor.happens("authorize", { orderId: order.id });
    await vendor.deliver();
    const [row] = await rows<{ payment_id: string }>(
      "select payment_id from payments_checkouts where id = ?",
      String(order["receipt"]),
    );
    await expectPaidOnce(row?.payment_id ?? "");
  });

  it("may be authorised late, after it had failed", async () => {
    const { vendorId: orderId, paymentId } = await open(vendor, silver);
    const { id } = await vendor.happens("authorize", { orderId, status: "failed" });
    await vendor.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "failed" });
    await vendor.happens("set", { id, status: "authorized" });
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
  });

  it("is found by the comparison when no event of it ever came", async () => {
    const { vendorId: orderId, paymentId } = await open(vendor, silver);
    await vendor.happens("authorize", { orderId });
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
  });

  it("changes nothing when its event is sent again under another id of the header", async () => {
    const { vendorId: orderId, paymentId } = await open(vendor, silver);
    await vendor.told();
    const { id } = await vendor.happens("authorize", { orderId });
    const [event] = await vendor.told();
    const answers = [await vendor.send(event), await vendor.send(event), await vendor.send(event)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await vendor.settle();
    await expectPaidOnce(paymentId);
    expect(await count("gateways_webhooks", "object_id = ? and type = 'payment.authorized'", id)).toBe(1);
  });

  it("of another amount is kept out of the books, and an operator is called", async () => {
    const { vendorId: orderId, paymentId } = await open(vendor, silver);
    const { id } = await vendor.happens("authorize", { orderId, amount: 100 });
    await vendor.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "created", vendor_id: null });
    const differences = "select kind, subject, amount from payments_differences where resolved_at is null";
    expect(await rows(differences)).toEqual([{ kind: "amount_mismatch", subject: id, amount: 100 }]);
    await rows("update payments_differences set resolved_at = 1");
    await vendor.happens("set", { id, status: "failed" });
  });

  it("of an order that is paid already is not taken twice", async () => {
    const { vendorId: orderId, paymentId } = await open(vendor, silver);
    await vendor.happens("authorize", { orderId });
    await vendor.deliver();
    const second = await vendor.happens("authorize", { orderId });
    await vendor.deliver();
    await expectPaidOnce(paymentId);
    await vendor.happens("set", { id: second.id, status: "captured", captured: true });
    await vendor.reconcile();
    expect(await rows("select kind, subject from payments_differences where resolved_at is null")).toEqual([
      { kind: "duplicate_payment", subject: second.id },
    ]);
  });
});
