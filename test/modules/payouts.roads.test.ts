import { afterEach, describe, expect, it } from "vitest";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { Vendor } from "../support/payments/vendor.ts";
import type { PayoutBody } from "../support/payouts.ts";
import { aPayee, aPayout, ask, BANK, decide, expectCleanBooks, fund, moneyOf } from "../support/payouts.ts";
import { count, inJob, rows } from "../support/platform.ts";
import { endDifferences, endSendings, openDifferences, Razorpayx, sendingOf } from "../support/rails.ts";

const app = testApp();
const DAY = 86_400_000;

afterEach(endSendings);

describe("a payout by Stripe", () => {
  const CONNECTED = { type: "stripe", holderName: "Ada Lovelace", accountNumber: "acct_1Nv0FGQ9RKHgCVdK" };

  async function sentByStripe(vendor: Vendor, accountNumber = CONNECTED.accountNumber) {
    const as = await aPayee(app, 0, { ...CONNECTED, accountNumber });
    await fund(app, as.userId, "USD", 1_000_000);
    const { id } = await bodyOf<PayoutBody>(await ask(app, as, "1500.00"));
    await rows("update payouts_payouts set state = 'rejected' where state = 'approved'");
    await vendor.call(`POST /api/v1/admin/payouts/${id}/approve`, { as: anOperator() });
    await vendor.call("POST /api/v1/admin/payout-batches", {
      as: anOperator(),
      headers: { "Idempotency-Key": crypto.randomUUID() },
    });
    await vendor.settle();
    return { id, userId: as.userId };
  }

  const transfersOf = async (vendor: Vendor, id: string) =>
    Object.values((await vendor.state()).things).filter((one) => one["transfer_group"] === id);
  const read = async (vendor: Vendor, id: string): Promise<PayoutBody> =>
    await bodyOf(await vendor.call(`GET /api/v1/admin/payouts/${id}`, { as: anOperator() }));

  it("is a transfer to the connected account, and comes back once when it is reversed", async () => {
    const vendor = new Vendor(app, "stripe", { PAYOUT_RAILS: "stripe" });
    const { id, userId } = await sentByStripe(vendor);
    const [transfer] = await transfersOf(vendor, id);
    expect(transfer).toMatchObject({ amount: 150_000, currency: "usd", destination: CONNECTED.accountNumber });
    expect(await read(vendor, id)).toMatchObject({ status: "completed", reference: transfer?.id });
    expect(await moneyOf(app, userId)).toEqual({ spendable: 850_000, held: 0, flying: 0 });
    await vendor.deliver();
    await vendor.happens("reverseTransfer", { id: transfer?.id });
    await vendor.deliver((events) => [...events, ...events]);
    expect(await read(vendor, id)).toMatchObject({ status: "reversed" });
    expect(await moneyOf(app, userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
    await expectCleanBooks(app);
  });

  it("whose answer nobody saw is found by its key, also by the comparison", async () => {
    const vendor = new Vendor(app, "stripe", { PAYOUT_RAILS: "stripe" });
    await vendor.plan("POST /v1/transfers", "take-and-hang");
    const { id } = await sentByStripe(vendor);
    expect(await sendingOf(id)).toMatchObject({ state: "asked" });
    const cron = app.composition.crons.find(({ name }) => name === "payouts.reconcile");
    await inJob(app, { env: vendor.env }, async (ctx) => await cron?.run(ctx, 0));
    expect(await read(vendor, id)).toMatchObject({ status: "completed" });
    expect(await transfersOf(vendor, id)).toHaveLength(1);
    expect(await openDifferences(id)).toEqual([]);
  });

  it("of which a part comes back is an operator's to look at, and one that Stripe declines fails", async () => {
    const vendor = new Vendor(app, "stripe", { PAYOUT_RAILS: "stripe" });
    const { id } = await sentByStripe(vendor);
    const [transfer] = await transfersOf(vendor, id);
    await vendor.happens("reverseTransfer", { id: transfer?.id, amount: 50_000 });
    await vendor.deliver();
    expect(await openDifferences(id)).toEqual(["amount_differs"]);
    await endDifferences();
    const declined = await sentByStripe(vendor, "acct_closed0001");
    expect(await read(vendor, declined.id)).toMatchObject({ status: "failed" });
    expect(await moneyOf(app, declined.userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
  });
});

describe("a schedule", () => {
  const weekly = { interval: "weekly", least: "1000.00" };
  const put = async (as: Awaited<ReturnType<typeof aPayee>>, json: object = weekly) =>
    await app.call("PUT /api/v1/affiliate/payout-schedule", { as, json });
  const due = async (userId: string) =>
    await rows("update payouts_schedules set next_at = 1 where user_id = ?", userId);

  it("asks for the whole wallet on its day, once, however often the clock strikes", async () => {
    const vendor = new Razorpayx(app);
    const as = await aPayee(app, 250_000);
    expect(await bodyOf(await put(as))).toMatchObject({ interval: "weekly", least: "1000.00", asset: "INR" });
    await due(as.userId);
    await Promise.all(Array.from({ length: 16 }, async () => await vendor.tick("runSchedules")));
    await vendor.settle();
    await vendor.tick("runSchedules");
    await vendor.settle();
    const found = await rows<{ gross: number }>(
      "select gross_minor as gross from payouts_payouts where user_id = ?",
      as.userId,
    );
    expect(found).toEqual([{ gross: 250_000 }]);
    await due(as.userId);
    await vendor.tick("runSchedules");
    await vendor.settle();
    expect(await count("payouts_payouts", "user_id = ?", as.userId)).toBe(1);
  });

  it("waits for its next day while there is too little, or the account cools down", async () => {
    const vendor = new Razorpayx(app);
    const [poor, cooling, gone] = [await aPayee(app, 99_999), await aPayee(app, 250_000), await aPayee(app, 250_000)];
    for (const as of [poor, cooling, gone]) {
      await put(as);
      await due(as.userId);
    }
    await app.call("PUT /api/v1/affiliate/bank-account", { as: cooling, json: BANK });
    expect((await app.call("DELETE /api/v1/affiliate/payout-schedule", { as: gone })).status).toBe(204);
    await vendor.tick("runSchedules");
    await vendor.settle();
    for (const { userId } of [poor, cooling, gone])
      expect(await count("payouts_payouts", "user_id = ?", userId)).toBe(0);
    const [row] = await rows<{ next: number }>(
      "select next_at as next from payouts_schedules where user_id = ?",
      poor.userId,
    );
    expect(row?.next).toBeGreaterThan(Date.now() + 6 * DAY);
    expect((await app.call("GET /api/v1/affiliate/payout-schedule", { as: gone })).status).toBe(404);
    expect(await bodyOf(await put(poor, { interval: "monthly", least: "499.99" }))).toMatchObject({
      code: "below_minimum",
    });
  });

  it("and what was approved leaves by itself where that is switched on", async () => {
    const vendor = new Razorpayx(app, { PAYOUT_AUTOMATIC: "true" });
    const { id } = await aPayout(app);
    const euros = await aPayee(app, 0, { type: "iban", holderName: "Ada", accountNumber: "DE89370400440532013000" });
    await fund(app, euros.userId, "EUR", 100_000);
    const file = await bodyOf<PayoutBody>(await ask(app, euros, "500.00"));
    for (const one of [id, file.id]) await decide(app, `${one}/approve`);
    await new Razorpayx(app).tick("sendApproved");
    expect(await vendor.payout(id)).toMatchObject({ status: "approved" });
    await Promise.all(Array.from({ length: 16 }, async () => await vendor.tick("sendApproved")));
    await vendor.settle();
    expect(await vendor.payoutsOf(id)).toHaveLength(1);
    expect(await vendor.payout(id)).toMatchObject({ status: "processing" });
    expect(await vendor.payout(file.id)).toMatchObject({ status: "approved" });
  });
});

describe("what one person is paid", () => {
  it("is bounded within 24 hours", async () => {
    const as = await aPayee(app, 100_000_000);
    const { id } = await bodyOf<PayoutBody>(await ask(app, as, "400000.00"));
    await decide(app, `${id}/approve`);
    await decide(app, `${id}/approve`);
    await decide(app, `${id}/complete`, { reference: "U" });
    expect(await bodyOf(await ask(app, as, "100000.01"))).toMatchObject({ status: 409, code: "day_limit_reached" });
    expect((await ask(app, as, "100000.00")).status).toBe(201);
  });
});
