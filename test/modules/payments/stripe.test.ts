import { describe, expect, it } from "vitest";
import { audit } from "#modules/ledger";
import { createCheckout } from "#modules/payments";
import { aUser, freshId } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { count, rows } from "../../support/platform.ts";
import { shop } from "../../support/payments/shop.ts";
import { bookedFor, open, paymentNow, published, purchase, Vendor } from "../../support/payments/vendor.ts";

/** A shop: buys a package for whoever asks, under the key that came with the request. */
const app = testApp(shop);
const CREATE = "POST /v1/checkout/sessions";
const silver = (userId: Parameters<typeof purchase>[1]) => purchase("stripe", userId);

/** One account at Stripe: the database knows no other. */
const vendor = new Vendor(app, "stripe");

/** The customer was charged once, it is booked once, told once, and the books add up. */
async function expectPaidOnce(paymentId: string | null): Promise<void> {
  const row = await paymentNow(paymentId);
  expect(row).toMatchObject({ status: "captured", amount: 11_800, fee: 59 });
  const { things } = await vendor.state();
  const charges = Object.values(things).filter(
    ({ object, payment_intent: intent }) => object === "charge" && intent === row.vendor_id,
  );
  expect(charges.length).toBe(1);
  expect(await published("payment.captured", row.id)).toBe(1);
  expect(await bookedFor(row.id)).toEqual({ captured: 10_000, "captured.tax": 1_800, fee_kept: 59 });
  expect(await rows("select * from payments_differences where resolved_at is null")).toEqual([]);
  expect((await audit(vendor.ctx())).ok).toBe(true);
}

/** Every order of some things. */
function orders<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((first, index) =>
    orders(things.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

describe("a payment by Stripe", () => {
  it("is captured, booked and told once, whatever came in which order and how often", async () => {
    const { vendorId, paymentId, checkoutUrl } = await open(vendor, silver);
    expect(checkoutUrl).toContain(vendorId);
    await vendor.happens("pay", { id: vendorId });
    await vendor.deliver((events) => [...events, ...events.toReversed(), ...events]);
    await expectPaidOnce(paymentId);
    expect(await count("gateways_webhooks", "state <> 'handled'")).toBe(0);
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
  });

  it("comes to the same state, whichever of its events comes first", async () => {
    const types = [
      "payment_intent.succeeded",
      "checkout.session.completed",
      "refund.created",
      "charge.dispute.created",
    ];
    const ends = new Set<string>();
    for (const order of orders(types)) {
      const { vendorId, paymentId } = await open(vendor, silver);
      await vendor.happens("pay", { id: vendorId });
      const { id: intent } = await vendor.newest("pi");
      await vendor.happens("refund", { payment_intent: intent, amount: "1180" });
      await vendor.happens("dispute", { id: intent });
      const told = await vendor.told();
      for (const type of order) {
        await vendor.send(told.find((event) => event.type === type));
        await vendor.settle();
      }
      const { status, refunded, refunding, disputed, fee } = await paymentNow(paymentId);
      ends.add(JSON.stringify({ status, refunded, refunding, disputed, fee }));
    }
    expect([...ends].map((end): unknown => JSON.parse(end))).toEqual([
      { status: "captured", refunded: 1_180, refunding: 0, disputed: 11_800, fee: 59 },
    ]);
    expect((await audit(vendor.ctx())).ok).toBe(true);
  }, 60_000);

  it("of one unit for an order of a hundred is held, and nothing is granted", async () => {
    const { vendorId, paymentId } = await open(vendor, silver);
    await vendor.happens("pay", { id: vendorId });
    const { id: intent } = await vendor.newest("pi");
    await vendor.happens("set", { id: intent, amount_received: 100 });
    await vendor.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "created" });
    expect(await published("payment.captured", paymentId ?? "")).toBe(0);
    expect(await count("payments_differences", "kind = 'amount_mismatch' and subject = ?", intent)).toBe(1);
    await vendor.happens("set", { id: intent, amount_received: 11_800 });
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
  });

  it("may fail first, and then succeed", async () => {
    const { vendorId, paymentId } = await open(vendor, silver);
    await vendor.happens("decline", { id: vendorId });
    await vendor.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "failed", failure_code: "card_declined" });
    expect(await published("payment.failed", paymentId ?? "")).toBe(1);
    await vendor.happens("pay", { id: vendorId });
    await vendor.deliver();
    await expectPaidOnce(paymentId);
  });

  it("is asked for once though the answer was lost after it had its effect", async () => {
    const before = (await vendor.state()).effects[CREATE] ?? 0;
    await vendor.plan(CREATE, "take-and-hang");
    const userId = freshId("user");
    await expect(createCheckout(vendor.ctx(), silver(userId))).rejects.toMatchObject({
      kind: { code: "gateway_unavailable" },
    });
    expect((await vendor.state()).effects[CREATE]).toBe(before + 1);
    const session = await vendor.newest("cs");
    await vendor.happens("pay", { id: session.id });
    await vendor.deliver();
    const [row] = await rows<{ id: string }>("select id from payments_payments where user_id = ?", userId);
    await expectPaidOnce(row?.id ?? "");
  });

  it("is found by the comparison when no event of it ever came", async () => {
    const { vendorId, paymentId } = await open(vendor, silver);
    await vendor.happens("pay", { id: vendorId });
    await vendor.reconcile();
    await expectPaidOnce(paymentId);
    await vendor.deliver();
    await expectPaidOnce(paymentId);
  });

  it("counts once when its event overtakes the answer that opens it", async () => {
    const sessions = (await vendor.state()).effects[CREATE] ?? 0;
    await vendor.plan(CREATE, "take-and-hold");
    const userId = freshId("user");
    const opening = createCheckout(vendor.ctx({ env: { GATEWAY_TIMEOUT_MS: "10000" } }), silver(userId));
    while (((await vendor.state()).effects[CREATE] ?? 0) === sessions) await vendor.told();
    const session = await vendor.newest("cs");
    await vendor.happens("pay", { id: session.id });
    await vendor.deliver();
    await vendor.release();
    const { paymentId } = await opening;
    await expectPaidOnce(paymentId);
    expect(await rows("select state, vendor_id from payments_checkouts where user_id = ?", userId)).toEqual([
      { state: "complete", vendor_id: session.id },
    ]);
  });

  it("that was refused with 500 before any effect is asked for again under the same key", async () => {
    await vendor.plan(CREATE, "fail");
    const [as, key] = [aUser(), crypto.randomUUID()];
    const buy = async () =>
      await vendor.call("POST /api/v1/probe/checkout", { as, headers: { "Idempotency-Key": key } });
    const first = await buy();
    expect(first.status).toBe(503);
    expect(first.headers.get("Retry-After")).toBe("10");
    const [second, third] = [await buy(), await buy()];
    expect([second.status, third.status]).toEqual([200, 200]);
    expect(await second.json()).toEqual(await third.json());
    expect(await count("payments_payments", "user_id = ?", as.userId)).toBe(1);
    const [row] = await rows<{ id: string; vendor_id: string }>(
      "select p.id, c.vendor_id from payments_payments p join payments_checkouts c on c.id = p.checkout_id where p.user_id = ?",
      as.userId,
    );
    await vendor.happens("pay", { id: row?.vendor_id });
    await vendor.deliver();
    await expectPaidOnce(row?.id ?? "");
  });
});
