import { afterEach, describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { userErased } from "#modules/identity";
import { shareBankAccount } from "#modules/payouts";
import { commit } from "#platform/commit";
import { readiness } from "../../src/modules/payouts/readiness.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aPayee, aPayout, BANK } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";
import { endSendings, Razorpayx, sentOut } from "../support/rails.ts";

const app = testApp();

afterEach(endSendings);

/** What happens to every module when somebody's account is erased, short of the identity's own part. */
async function erase(userId: string): Promise<void> {
  const ctx = testCtx(app);
  const statements = await app.composition.eraseUser(ctx, userId as Id<"user">);
  await commit(ctx, statements, { events: [draftEvent(userErased, { userId })] });
}

/** Whether RazorpayX still uses what it has of somebody: his contact, then his accounts. */
async function activeAt(vendor: Razorpayx, userId: string): Promise<unknown[]> {
  const things = Object.values((await vendor.state()).things);
  const contacts = things.filter((one) => one["reference_id"] === userId);
  const ids = new Set<unknown>(contacts.map(({ id }) => id));
  return [...contacts, ...things.filter((one) => ids.has(one["contact_id"]))].map((one) => one["active"]);
}

describe("somebody who is erased", () => {
  it("is used no more at RazorpayX, once, whatever fails on the way; nobody else is touched", async () => {
    const vendor = new Razorpayx(app);
    const [gone, other] = [await sentOut(vendor), await sentOut(vendor)];
    for (const { vendorId } of [gone, other])
      await vendor.happens("move", { id: vendorId, status: "processed", utr: "UTR1" });
    await vendor.deliver();
    await vendor.plan("PATCH /v1/fund_accounts/:id", "fail", "take-and-hang");
    await vendor.plan("PATCH /v1/contacts/:id", "refuse");
    await vendor.plan("GET /v1/contacts", "fail");
    await erase(gone.userId);
    for (let round = 0; round < 6; round += 1) await vendor.settle();
    expect(await activeAt(vendor, gone.userId)).toEqual([false, false]);
    expect(await activeAt(vendor, other.userId)).toEqual([true, true]);
    const { effects } = await vendor.state();
    expect(effects).toMatchObject({ "PATCH /v1/contacts/:id": 1, "PATCH /v1/fund_accounts/:id": 1 });
    expect(await count("platform_audit_entries", "action = 'bankAccount.forgotten' and target = ?", gone.userId)).toBe(
      1,
    );
    await erase(gone.userId);
    await vendor.settle();
    expect((await vendor.state()).effects).toMatchObject({ "PATCH /v1/contacts/:id": 1 });
  });

  it("waits for an operator where the keys of his rail are gone, and calls nobody who was never paid by one", async () => {
    const vendor = new Razorpayx(app);
    const { userId, vendorId } = await sentOut(vendor);
    await vendor.happens("move", { id: vendorId, status: "processed" });
    await vendor.deliver();
    await erase(userId);
    await app.call("POST /dev/jobs/drain");
    const dead = "handler = 'payouts.forgetAtRails' and state = 'dead' and last_error = 'rail_not_configured'";
    expect(await count("platform_deliveries", dead)).toBeGreaterThan(0);
    const { as } = await aPayout(app);
    await erase(as.userId);
    await vendor.settle();
    expect((await vendor.state()).effects["GET /v1/contacts"]).toBeUndefined();
  });

  it("leaves what was paid without a name or a number, and is exported before without the whole number", async () => {
    const { as, id } = await aPayout(app);
    await app.call("PUT /api/v1/affiliate/payout-schedule", { as, json: { interval: "weekly", least: "500.00" } });
    const kept = JSON.stringify((await app.composition.exportUser(testCtx(app), as.userId))["payouts"]);
    expect([kept.includes(id), kept.includes(BANK.holderName), kept.includes(BANK.accountNumber)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await app.composition.eraseBlockers(testCtx(app), as.userId)).toContain("payout_open");
    await app.call(`POST /api/v1/affiliate/payouts/${id}/cancel`, { as });
    expect(await app.composition.eraseBlockers(testCtx(app), as.userId)).not.toContain("payout_open");
    await erase(as.userId);
    const [row] = await rows("select * from payouts_bank_accounts where user_id = ?", as.userId);
    expect(row).toMatchObject({ holder_name: "", number: "", ifsc: null, last_four: "", fingerprint: "" });
    expect(await count("payouts_schedules", "user_id = ?", as.userId)).toBe(0);
    expect(await count("payouts_payouts", "user_id = ? and state = 'cancelled'", as.userId)).toBe(1);
  });

  it("shares no bank account with anybody any more", async () => {
    const bank = { ...BANK, accountNumber: crypto.randomUUID().replaceAll("-", "").slice(0, 20) };
    const [one, other] = [await aPayee(app, 0, bank), await aPayee(app, 0, bank)];
    expect(await shareBankAccount(testCtx(app), one.userId, other.userId)).toBe(true);
    await erase(other.userId);
    expect(await shareBankAccount(testCtx(app), one.userId, other.userId)).toBe(false);
  });
});

describe("readiness of payouts", () => {
  it("warns while a rail was not compared of late, and fails while payouts are held", async () => {
    const vendor = new Razorpayx(app);
    await rows("delete from payouts_comparisons");
    const seen = async (now?: () => number) => (await readiness(vendor.ctx(now ? { now } : {})))[0];
    expect(await seen()).toMatchObject({ status: "warn", evidence: expect.stringContaining("never") as string });
    await vendor.tick("reconcile");
    expect(await seen()).toMatchObject({ status: "pass" });
    expect(await seen(() => Date.now() + 2 * 3_600_000)).toMatchObject({ status: "warn" });
    await vendor.plan("GET /v1/payouts", "fail");
    await vendor.tick("reconcile");
    expect(await seen()).toMatchObject({ status: "warn" });
    await vendor.happens("rogue", { amount: 100 });
    await vendor.tick("reconcile");
    expect(await seen()).toMatchObject({ status: "fail" });
  });
});
