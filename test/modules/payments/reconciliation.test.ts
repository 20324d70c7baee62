import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "#kernel/time";
import { audit, getAccount } from "#modules/ledger";
import { gateways } from "#modules/gateways";
import { payments } from "#modules/payments";
import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { outboxOf } from "../../support/messages.ts";
import { count, rows } from "../../support/platform.ts";
import { open, paymentNow, purchase, Vendor } from "../../support/payments/vendor.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe");

interface Shown {
  readonly ok: boolean;
  readonly ledger: { readonly ok: boolean };
  readonly gateways: readonly {
    readonly provider: string;
    readonly comparedAt: string | null;
    readonly failure: string | null;
  }[];
  readonly differences: readonly {
    readonly id: string;
    readonly kind: string;
    readonly subject: string;
    readonly ageSeconds: number;
  }[];
}

async function shown(): Promise<Shown> {
  return await bodyOf<Shown>(await stripe.call("GET /api/v1/admin/reconciliation", { as: anOperator() }));
}

async function paid(): Promise<{ paymentId: string; userId: Parameters<typeof payments.exportUser>[1] }> {
  const { vendorId, paymentId, userId } = await open(stripe, (user) => purchase("stripe", user));
  await stripe.happens("pay", { id: vendorId });
  await stripe.deliver();
  return { paymentId: paymentId ?? "", userId };
}

describe("the comparison with a gateway", () => {
  it("is asked for by an operator, and shows what was compared", async () => {
    expect((await shown()).gateways).toContainEqual(expect.objectContaining({ provider: "stripe", comparedAt: null }));
    await paid();
    const as = anOperator();
    expect((await stripe.call("POST /api/v1/admin/reconciliation", { as })).status).toBe(202);
    await stripe.settle();
    const after = await shown();
    expect(after).toMatchObject({ ok: true, ledger: { ok: true }, differences: [] });
    expect(after.gateways.find(({ provider }) => provider === "stripe")?.comparedAt).not.toBeNull();
  });

  it("books what was paid out to our bank, once, and takes it back when it comes back", async () => {
    const before = await getAccount(stripe.ctx(), "clearing:stripe:USD");
    const { id } = await stripe.happens("payout", { amount: "5000", currency: "usd" });
    await stripe.reconcile();
    await stripe.reconcile();
    const booked = await getAccount(stripe.ctx(), "clearing:stripe:USD");
    expect(booked.creditsPosted - before.creditsPosted).toBe(5_000);
    await stripe.happens("set", { id, status: "failed" });
    await stripe.reconcile();
    await stripe.reconcile();
    expect((await getAccount(stripe.ctx(), "clearing:bank:USD")).creditsPosted).toBe(5_000);
    expect((await shown()).ok).toBe(true);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });

  it("shows a payment that nobody here knows until it is given back, and calls an operator once", async () => {
    const { vendorId, paymentId } = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    await stripe.told();
    const intent = await stripe.newest("pi");
    await rows(
      "delete from payments_checkouts where id = (select checkout_id from payments_payments where id = ?)",
      paymentId ?? "",
    );
    const { user } = await anAccount(app, { role: "admin", mfa: true });
    await stripe.reconcile();
    await stripe.reconcile();
    const [difference] = (await shown()).differences;
    expect(difference).toMatchObject({ kind: "payment_unknown", subject: intent.id });
    expect(await count("payments_differences", "alerted_at is not null and subject = ?", intent.id)).toBe(1);
    await stripe.settle();
    const mails = (await outboxOf(app, user.email)).filter(({ subject }) => subject?.includes("do not agree"));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain(`${intent.id}, 118.00 USD`);
    expect(await count("messaging_notifications", "user_id = ? and kind = 'operatorAlert'", user.id)).toBe(1);
    const [item] = await payments.readiness(stripe.ctx());
    expect(item).toMatchObject({ status: "fail" });
    await stripe.happens("refund", { payment_intent: intent.id });
    await stripe.told();
    await stripe.reconcile();
    expect((await shown()).differences).toEqual([]);
  });

  it("shows what we hold for captured and the gateway does not know", async () => {
    const { paymentId } = await paid();
    await stripe.happens("forget", { id: (await paymentNow(paymentId)).vendor_id });
    await stripe.reconcile();
    expect((await shown()).differences).toMatchObject([
      { kind: "payment_missing", subject: (await paymentNow(paymentId)).vendor_id },
    ]);
  });

  it("lets an operator say that a difference was dealt with, once, and shows it again when it is met again", async () => {
    const as = anOperator();
    const [difference] = (await shown()).differences;
    const line = `POST /api/v1/admin/reconciliation/differences/${difference?.id ?? ""}/resolve`;
    const json = { reason: "Looked at it." };
    expect((await stripe.call(line, { as, json })).status).toBe(200);
    expect((await stripe.call(line, { as, json })).status).toBe(409);
    expect((await shown()).differences).toEqual([]);
    await stripe.reconcile();
    expect((await shown()).differences).toMatchObject([{ kind: "payment_missing", ageSeconds: 0 }]);
    await rows("update payments_payments set captured_at = 1 where vendor_id = ?", difference?.subject ?? "");
    await stripe.reconcile();
    expect((await shown()).differences).toMatchObject([{ kind: "payment_missing" }]);
    await rows("update payments_differences set resolved_at = 1");
  });

  it("goes on with other things when the books refuse one", async () => {
    const { paymentId } = await paid();
    const { vendor_id: intent } = await paymentNow(paymentId);
    const made = await stripe.happens("refund", { payment_intent: intent, amount: "100" });
    await stripe.deliver();
    await rows("update payments_refunds set state = 'pending' where vendor_id = ?", made.id);
    await rows("update payments_payments set refunding = 100, refunded = 0 where id = ?", paymentId);
    const { vendorId, paymentId: other } = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    await stripe.told();
    await stripe.reconcile();
    expect((await shown()).differences).toContainEqual(
      expect.objectContaining({ kind: "books_refuse", subject: made.id }),
    );
    expect(await paymentNow(other)).toMatchObject({ status: "captured" });
    await rows("update payments_refunds set state = 'paid' where vendor_id = ?", made.id);
    await rows("update payments_payments set refunding = 0, refunded = 100 where id = ?", paymentId);
    await stripe.reconcile();
    expect((await shown()).differences).toEqual([]);
  });

  it("says that a gateway did not answer, and finds what it missed when it does", async () => {
    const { vendorId, paymentId } = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    await stripe.told();
    await stripe.plan("GET /v1/payouts", "fail");
    await stripe.reconcile();
    const failed = (await shown()).gateways.find(({ provider }) => provider === "stripe");
    expect(failed?.failure).toBe("vendor_error");
    await stripe.reconcile();
    expect((await shown()).gateways.find(({ provider }) => provider === "stripe")?.failure).toBeNull();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "captured" });
    expect((await shown()).differences).toEqual([]);
    const later = (): number => Date.now() + 2 * HOUR;
    await stripe.plan("GET /v1/payouts", "fail", "fail");
    await stripe.reconcile(later);
    expect((await shown()).differences).toEqual([]);
    await stripe.reconcile(later);
    expect((await shown()).differences).toMatchObject([{ kind: "not_compared" }]);
    await stripe.reconcile(later);
    expect((await shown()).differences).toEqual([]);
  });

  it("ends checkouts that nobody paid, whether or not they were ever opened", async () => {
    const { checkoutId, vendorId } = await open(stripe, (user) => purchase("stripe", user));
    const never = await open(stripe, (user) => purchase("stripe", user));
    await rows("update payments_checkouts set vendor_id = null, state = 'created' where id = ?", never.checkoutId);
    await stripe.happens("expire", { id: vendorId });
    await stripe.told();
    await stripe.reconcile(() => Date.now() + 2 * DAY);
    const states = await rows("select state from payments_checkouts where id in (?, ?)", checkoutId, never.checkoutId);
    expect(states).toEqual([{ state: "expired" }, { state: "expired" }]);
  });

  it("finds a payment that the bank agreed to only days later, when nobody told", async () => {
    const { vendorId, paymentId } = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    const { id } = await stripe.newest("pi");
    await stripe.happens("set", { id, status: "processing" });
    await stripe.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "pending" });
    await stripe.happens("set", { id, status: "succeeded" });
    const later = Date.now() + 12 * DAY;
    await rows("update payments_comparisons set compared_at = ?", later);
    await stripe.reconcile(() => later);
    expect(await paymentNow(paymentId)).toMatchObject({ status: "captured" });
    await rows("update payments_comparisons set compared_at = ?", Date.now());
    expect((await shown()).differences).toEqual([]);
  });

  it("asks again for a fee that was not known at first", async () => {
    const { vendorId, paymentId } = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: vendorId });
    const { id } = await stripe.newest("pi");
    const charge = Object.values((await stripe.state()).things).find(
      (thing) => thing["object"] === "charge" && thing["payment_intent"] === id,
    );
    const booked = String(charge?.["balance_transaction"]);
    await stripe.happens("set", { id: booked, currency: "eur" });
    await stripe.deliver();
    expect(await paymentNow(paymentId)).toMatchObject({ status: "captured", fee: null });
    await stripe.reconcile(() => Date.now() + 25 * HOUR);
    expect((await shown()).differences).toMatchObject([{ kind: "fee_unknown", subject: paymentId }]);
    await stripe.happens("set", { id: booked, currency: "usd" });
    await stripe.reconcile(() => Date.now() + 26 * HOUR);
    expect(await paymentNow(paymentId)).toMatchObject({ fee: 59 });
    expect((await shown()).differences).toEqual([]);
    expect((await audit(stripe.ctx())).ok).toBe(true);
  });
});

describe("readiness", () => {
  it("names keys that are weak, missing or meant for tests, and says who was heard of", async () => {
    const production = {
      ENVIRONMENT: "production",
      PUBLIC_ORIGIN: "https://bourse.test",
      RAZORPAY_KEY_ID: "rzp_test_1",
      RAZORPAY_WEBHOOK_SECRET: "",
      RAZORPAY_WEBHOOK_SECRET_PREVIOUS: "",
    };
    const [secrets, heard] = await gateways.readiness(stripe.ctx({ env: production }));
    expect(secrets).toMatchObject({ status: "fail" });
    for (const fault of [
      "STRIPE_WEBHOOK_SECRET is weak",
      "RAZORPAY_WEBHOOK_SECRET is missing",
      "STRIPE_SECRET_KEY is a test key",
      "RAZORPAY_KEY_ID is a test key",
    ])
      expect(secrets?.evidence).toContain(fault);
    expect(heard).toMatchObject({ status: "warn" });
    expect(heard?.evidence).toContain("razorpay: never");
    const strong = {
      STRIPE_WEBHOOK_SECRET: "whsec_8sjw0fk2md93jfkw",
      STRIPE_WEBHOOK_SECRET_PREVIOUS: "",
      RAZORPAY_KEY_ID: "",
      STRIPE_SECRET_KEY: "sk_live_1",
      ENVIRONMENT: "production",
      PUBLIC_ORIGIN: "https://bourse.test",
    };
    const items = await gateways.readiness(stripe.ctx({ env: strong }));
    expect(items.map(({ status }) => status)).toEqual(["pass", "pass"]);
    const none = await gateways.readiness(
      stripe.ctx({ env: { STRIPE_SECRET_KEY: "", STRIPE_API_BASE: "", RAZORPAY_API_BASE: "" } }),
    );
    expect(none.map(({ status }) => status)).toEqual(["warn", "warn"]);
  });

  it("asks for a comparison within the hour", async () => {
    const [stale] = await payments.readiness(stripe.ctx({ now: () => Date.now() + 2 * DAY }));
    expect(stale).toMatchObject({ status: "warn" });
    const [fresh] = await payments.readiness(
      stripe.ctx({ env: { RAZORPAY_KEY_ID: "", ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://bourse.test" } }),
    );
    expect(fresh).toMatchObject({ status: "pass" });
  });
});

describe("a person", () => {
  it("gets what is kept of them, and is taken out of it while the money's rows stay", async () => {
    const { paymentId, userId } = await paid();
    const kept = JSON.stringify(await payments.exportUser(stripe.ctx(), userId));
    expect(kept).toContain(paymentId);
    expect(await gateways.exportUser(stripe.ctx(), userId)).not.toEqual([]);
    expect(await payments.eraseBlockers(stripe.ctx(), userId)).toEqual([]);
    await rows("update payments_payments set refunding = 1 where id = ?", paymentId);
    expect(await payments.eraseBlockers(stripe.ctx(), userId)).toEqual(["refund_open"]);
    await rows("update payments_payments set refunding = 0 where id = ?", paymentId);
    const statements = [
      ...(await payments.eraseUser(stripe.ctx(), userId)),
      ...(await gateways.eraseUser(stripe.ctx(), userId)),
    ];
    await stripe.ctx().db.batch(statements);
    expect(await count("gateways_webhooks", "user_id = ? and body is not null", userId)).toBe(0);
    expect(await count("payments_checkouts", "user_id = ? and url is not null", userId)).toBe(0);
    expect(await paymentNow(paymentId)).toMatchObject({ status: "captured" });
  });
});
